"""Everything that runs in a fault run: the providers with their ledgers, the product, a desk and two dashboards."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from django.conf import settings

from bench.inside.sessions import signed_in
from chaos import report
from chaos.faults import Stage
from chaos.press import READER, Desk
from chaos.processes import Processes
from chaos.screens import Screen
from chaos.servers import Servers
from cityalert.sandbox.behaviour import Pace
from cityalert.sandbox.options import INBOUND_PATH, from_settings
from cityalert.sandbox.server import running

# More than any run sends: a ledger that forgets is none.
KEEP = 1_000_000
PACE = Pace(0.02, 0.05, 0.1)


@contextmanager
def world(servers: Servers, directory: Path) -> Iterator[tuple[Stage, Desk, list[Screen]]]:
    """All of it, until the end of the block."""
    options = replace(from_settings(PACE), keep_texts=KEEP, keep_mail=KEEP)
    processes = Processes(directory)
    with running(options=options) as sandbox:
        web = f"http://127.0.0.1:{processes.ports['web-1']}"
        os.environ |= {
            "SANDBOX_URL": sandbox.url,
            "SMTP_URL": sandbox.smtp_url,
            "WEB_URL": web,
            "PUBLIC_URL": web,
        }
        settings.PUBLIC_URL, sandbox.line.url = web, web + INBOUND_PATH
        report.say("starting two webs, two workers, two beats and the lifeline")
        try:
            processes.set_clocks(0)
            processes.start_all()
            desk = Desk(list(processes.ports.values()))
            screens = [Screen(port, signed_in(READER)) for port in processes.ports.values()]
            yield Stage(servers, processes, sandbox), desk, screens
        finally:
            processes.end_all()

"""Everything that runs in a fault run: the providers with their ledgers, the product, a desk and two dashboards."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from time import sleep

from django.conf import settings

from bench.inside.sessions import signed_in
from chaos import people as residents
from chaos import report
from chaos.faults import Stage
from chaos.press import READER, Desk
from chaos.processes import Processes
from chaos.pulse import Pulse
from chaos.round import World
from chaos.screens import Screen
from chaos.servers import Servers
from cityalert.delivery import sweep
from cityalert.lib import clock
from cityalert.sandbox.behaviour import Pace
from cityalert.sandbox.options import INBOUND_PATH, from_settings
from cityalert.sandbox.server import running

# More than any run sends: a ledger that forgets is none.
KEEP = 10**12
PACE = Pace(0.02, 0.05, 0.1)


@contextmanager
def world(servers: Servers, directory: Path, *, people: int) -> Iterator[World]:
    """All of it, until the end of the block; so many `people` live near King and Bay."""
    options = replace(from_settings(PACE), keep_texts=KEEP, keep_mail=KEEP, keep_mail_bytes=KEEP)
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
        report.say(f"{people} people move in; starting two webs, two workers, two beats and the lifeline")
        known = residents.settle(people, at=clock.now())
        pulse = Pulse(sandbox)
        try:
            processes.set_clocks(0)
            processes.keep_up()
            _until_swept()
            ports = list(processes.ports.values())
            screens = [Screen(port, signed_in(READER)) for port in ports]
            yield World(Stage(servers, processes, sandbox), Desk(ports), screens, known, pulse)
        finally:
            pulse.end()
            processes.end_all()


def _until_swept() -> None:
    """Until a beat and a worker are up."""
    since = clock.now()
    while not (age := sweep.age("sweep", at=clock.now())) or clock.now() - age < since:
        sleep(0.2)

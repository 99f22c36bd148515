"""The demo city on the chaos' own servers, and Django in this process standing across all partners."""

import logging
import os
import subprocess
import sys

from chaos import processes, report


def settle() -> None:
    """Tables, the demo city, settings that make minutes of seconds."""
    os.environ |= processes.QUICK | {"CITYALERT_ENVIRONMENT": "demo", "NAAD_HOSTS": ""}
    report.say("loading the demo city")
    for command in (["migrate", "--verbosity", "0"], ["seed_demo"]):
        subprocess.run([sys.executable, "manage.py", *command], check=True, stdout=subprocess.DEVNULL)
    import django

    django.setup()
    # The chaos' own connections break with the others.
    logging.getLogger("psycopg.pool").setLevel(logging.CRITICAL)
    from cityalert.lib import tenancy

    tenancy.work_across("the chaos")

"""A database for the fan-out measurement, and people in it who are signed in, with five pages each."""

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import environ

CHECKOUT = Path(__file__).resolve().parents[2]
NAME = "cityalert_bench_live"
PAGES_EACH = 5
MEMBERS_EACH = 3


def prepare() -> None:
    """A new, empty database; this process's Django, and the servers started from here, use it."""
    environ.Env.read_env(CHECKOUT / ".local" / "env")
    os.environ.setdefault("DATABASE_OWNER_URL", os.environ["DATABASE_URL"])
    subprocess.run([sys.executable, "scripts/empty-database", NAME], cwd=CHECKOUT, check=True)
    for variable in ("DATABASE_OWNER_URL", "DATABASE_URL"):
        os.environ[variable] = urlunsplit(urlsplit(os.environ[variable])._replace(path=f"/{NAME}"))
    os.environ["DJANGO_SETTINGS_MODULE"] = "bench.sockets.settings"
    os.environ["BENCH_GROUP"] = "nobody"
    import django

    django.setup()
    from cityalert.lib import tenancy

    tenancy.work_across("a benchmark")


def signed_in(group: str, pages: int) -> list[str]:
    """Cookies of people who may open so many pages between them, all of partners of this group."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.contrib.sessions.models import Session

    from cityalert.accounts.models import User
    from cityalert.lib.clock import now
    from partners.models import Membership, Partner

    at = now()
    people = -(-pages // PAGES_EACH)
    users = User.objects.bulk_create(
        User(email=f"{group}-{n}@cityalert.example", name=f"Member {n}", password="!") for n in range(people)
    )
    partners = Partner.objects.bulk_create(
        Partner(kind=Partner.Kind.VENUE, name=f"{group} {n}", short_name=group)
        for n in range(-(-people // MEMBERS_EACH))
    )
    Membership.objects.bulk_create(
        Membership(user=user, partner=partners[n // MEMBERS_EACH], role="operator", valid_from=at)
        for n, user in enumerate(users)
    )
    store, backend = SessionStore(), "cityalert.accounts.backends.People"
    sessions = [
        Session(
            session_key=store._get_new_session_key(),
            session_data=store.encode(
                {
                    SESSION_KEY: str(user.pk),
                    BACKEND_SESSION_KEY: backend,
                    HASH_SESSION_KEY: user.get_session_auth_hash(),
                }
            ),
            expire_date=at + timedelta(hours=6),
        )
        for user in users
    ]
    Session.objects.bulk_create(sessions)
    return [session.session_key for session in sessions for _ in range(PAGES_EACH)][:pages]

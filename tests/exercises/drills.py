"""How tests plan a drill, and let people answer it."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from cityalert.delivery import fanout
from cityalert.delivery.models import Delivery, Recipient
from cityalert.exercises import planning
from cityalert.exercises.models import Drill, Run
from tests.cast import Person

WORDS = {
    "en": {"headline": "Monthly check", "instruction": "Say that you have it."},
    "fr": {"headline": "Vérification", "instruction": "Dites que vous l'avez reçu."},
}
TORONTO = ZoneInfo("America/Toronto")


def planned(person: Person, at: datetime, *partners: UUID, **data: Any) -> Drill:
    """Weekly, the first an hour from now."""
    first = (at + timedelta(hours=1)).astimezone(TORONTO)
    said = {
        "name": "Autumn check", "status": "Exercise", "words": WORDS, "severity": 3, "lasts_min": 30,
        "invited_partners": list(partners), "invited_members": [], "rhythm": "weekly", "first_on": first.date(),
        "wall_time": first.time(), "zone": "America/Toronto", "announce_min": 0, **data,
    }  # fmt: skip
    return planning.plan(person.actor(at), said, at=at)


def answered(run: Run, *after_s: tuple[Person, float]) -> None:
    """These acknowledged at a screen, so many seconds after it began; texts to all others failed."""
    assert run.alert
    assert run.started_at
    fanout.fan_out(run.alert.notice_id, at=run.started_at)
    told = Recipient.objects.filter(notice=run.alert.notice_id)
    for person, seconds in after_s:
        moment = run.started_at + timedelta(seconds=seconds)
        told.filter(subscriber=person.subscriber).update(acknowledged_at=moment, seen_at=moment)
    silent = told.filter(acknowledged_at=None)
    Delivery.objects.filter(recipient__in=silent.values("pk")).update(state="failed", reason="gone")

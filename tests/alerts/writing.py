"""How the tests of alerts write one: a complete draft in one call."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from cityalert.alerts import actions
from cityalert.alerts.models import Alert
from partners.models import Partner
from tests.cast import DOWNTOWN, PARTNERS, Person

OUTSIDE = PARTNERS["outside"][2]

WORDS = {
    "en": {
        "headline": "Armed person, King St W and Bay St",
        "instruction": "Lock your doors. Keep people away from windows.",
        "description": "One person with a rifle, last seen going south.",
    },
    "fr": {
        "headline": "Personne armée, rues King et Bay",
        "instruction": "Verrouillez les portes. Éloignez-vous des fenêtres.",
        "description": "Une personne avec une carabine, vue vers le sud.",
    },
}


def draft(person: Person, at: datetime, **data: Any) -> Alert:
    """A complete draft; `data` goes to `edit` on top of what is needed."""
    actor = person.actor(at)
    alert = actions.create_draft(actor, None, at=at)
    if data.get("status", "Actual") != "Actual":
        data.setdefault("invited_partners", invited())
    said = {
        "words": WORDS,
        "shapes": DOWNTOWN,
        "area_desc": "King St W and Bay St",
        "expires_at": at + timedelta(hours=2),
        **data,
    }
    return actions.edit(actor, alert, said, at=at)


def invited() -> list[UUID]:
    """Who takes part in an exercise unless a test says otherwise: everybody near, but its author."""
    return [one.pk for one in Partner.objects.exclude(short_name__in=["TPS", OUTSIDE])]


def published(person: Person, at: datetime, **data: Any) -> Alert:
    """A restricted alert, published."""
    alert = draft(person, at, **data)
    return actions.publish(person.actor(at), alert, key=str(alert.pk), at=at)


def public(avery: Person, sam: Person, at: datetime, **data: Any) -> Alert:
    """A public alert: written and submitted by one, approved by the other."""
    alert = draft(avery, at, **{"scope": "Public", "tlp": "CLEAR", **data})
    actions.submit(avery.actor(at), alert, at=at)
    return actions.approve(sam.actor(at), alert, at=at)

"""The demo's event: a final at the arena, kept by the arena; what it, the police and the BIA know of it."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from cityalert.accounts.models import User
from cityalert.dossiers import actions, parts
from cityalert.dossiers.kinds import Kind
from cityalert.dossiers.models import Dossier
from cityalert.geo.models import Zone
from cityalert.lib.files import Kept
from cityalert.ops.demo.identity import uid
from partners.actor import Actor
from partners.queries import actor_for

TITLE = "Championship parade and rally"
DAYS_AHEAD = 9
GUESTS = ("tps", "fd-bia", "fcp")

_PLAN = b"""Crossing points on the day

1  Bay and Front      pedestrians only from 09:00, ambulances by the west lane
2  York and Bremner   buses and floats only
3  Yonge and Front    closed; residents with a pass

Lost children: information desk in the atrium, gate 1.
"""


def put(*, at: datetime) -> bool:
    """Write it, unless it is there."""
    if Dossier.objects.filter(title=TITLE).exists():
        return False
    vera, avery, bao = (_actor(name, at) for name in ("vera", "avery", "bao"))
    dossier = actions.open_dossier(vera, _frame(at), at=at)
    for name in GUESTS:
        dossier.guests.create(partner_id=uid("partner", name), host=vera.partner, since_at=at)
    _phases(vera, dossier, at)
    for who, kind, data in (*_of_vera(vera), *_of_avery(vera, avery), *_of_bao(bao)):
        part = parts.add(who, dossier, kind, _COMMON | data, at=at)
        if data["title"].startswith("Barriers"):
            parts.tick(bao, part, is_on=True, at=at)
    return True


_COMMON: dict[str, Any] = {
    "text": "", "tlp": "AMBER", "is_shared": True, "people": [], "source": "", "place": "", "phone": "", "email": "",
    "person": None,
}  # fmt: skip


def _frame(at: datetime) -> dict[str, Any]:
    begins = _day(at).replace(hour=10)
    zone = Zone.objects.filter(kind=Zone.Kind.EVENT).order_by("name").first()
    return {
        "title": TITLE, "tlp": "AMBER", "organiser": "Maple Leaf Square Events", "crowd": 120_000,
        "venue": "Scotiabank Arena and Bremner Blvd", "begins_at": begins, "ends_at": begins + timedelta(hours=9),
        "summary": "Floats from Nathan Phillips Square down Bay Street, then a rally in front of the arena."
        " Indoors for families from 15:00.",
        "shapes": {"shapes": [], "zones": [str(zone.pk)]} if zone else {},
    }  # fmt: skip


def _phases(vera: Actor, dossier: Dossier, at: datetime) -> None:
    day = _day(at)
    for title, begins, ends in (
        ("Streets close", 7, 9), ("Parade down Bay Street", 10, 13), ("Rally in front of the arena", 13, 16),
        ("People leave", 16, 19),
    ):  # fmt: skip
        times = {"begins_at": day.replace(hour=begins), "ends_at": day.replace(hour=ends)}
        parts.add(vera, dossier, Kind.PHASE, _COMMON | {"title": title} | times, at=at)


def _of_vera(vera: Actor) -> list[tuple[Actor, Kind, dict[str, Any]]]:
    plan = Kept("crossing-points.txt", "text/plain; charset=utf-8", _PLAN)
    return [
        (vera, Kind.RISK, {"title": "Gate 4 is narrow when 3,000 leave at once", "reliability": "A", "credibility": 2,
                           "text": "Two stewards more, and the west doors open ten minutes before the end."}),
        (vera, Kind.RISK, {"title": "Two guards are new and not trained on evacuation", "reliability": "A",
                           "credibility": 1, "is_shared": False, "tlp": "AMBER+STRICT"}),
        (vera, Kind.CONTACT, {"title": "Event control room", "phone": "+1 416 555 0172", "person": vera.user_id,
                              "text": "From 06:00 to 23:00. Vera Kovács leads."}),
        (vera, Kind.DOCUMENT, {"title": "Crossing points", "file": plan, "tlp": "GREEN"}),
        (vera, Kind.TASK, {"title": "Barriers at Bay and Front are up", "text": "By 07:30, before the floats."}),
        (vera, Kind.TASK, {"title": "Lost-children desk is staffed", "tlp": "GREEN"}),
        (vera, Kind.POST, {"title": "Gate 1, atrium", "place": "Bay Street doors", "text": "Four guards, channel 3"}),
        (vera, Kind.POST, {"title": "West doors", "place": "York Street", "text": "Two guards, channel 3"}),
    ]  # fmt: skip


def _of_avery(vera: Actor, avery: Actor) -> list[tuple[Actor, Kind, dict[str, Any]]]:
    return [
        (avery, Kind.INTELLIGENCE, {
            "title": "A group may bring flares to the rally", "reliability": "C", "credibility": 3,
            "text": "Some thirty people, from 14:00 on, near the screens.", "source": "Marek, supporters’ club",
        }),
        (avery, Kind.INTELLIGENCE, {
            "title": "Somebody under a court order may come near the stage", "reliability": "B", "credibility": 2,
            "tlp": "RED", "people": [vera.user_id], "text": "Call the event commander, do not approach.",
        }),
        (avery, Kind.RISK, {
            "title": "Only two units free for Bay Street between 12:00 and 14:00", "reliability": "A",
            "credibility": 1, "is_shared": False, "tlp": "AMBER+STRICT",
        }),
        (avery, Kind.CONTACT, {"title": "Police event commander", "phone": "+1 416 555 0152", "person": avery.user_id}),
        (avery, Kind.POST, {"title": "Bay and Front", "place": "South-west corner", "text": "Six officers"}),
    ]  # fmt: skip


def _of_bao(bao: Actor) -> list[tuple[Actor, Kind, dict[str, Any]]]:
    return [
        (bao, Kind.RISK, {"title": "Deliveries cannot reach Wellington Street", "reliability": "B", "credibility": 1,
                          "text": "Members were asked to have theirs before 06:30.", "tlp": "GREEN"}),
        (bao, Kind.TASK, {"title": "Members on Bay Street know about the closure", "tlp": "GREEN"}),
    ]  # fmt: skip


def _day(at: datetime) -> datetime:
    """The day it takes place, at midnight of the city."""
    there = timezone.localtime(at) + timedelta(days=DAYS_AHEAD)
    return there.replace(hour=0, minute=0, second=0, microsecond=0)


def _actor(first_name: str, at: datetime) -> Actor:
    actor = actor_for(User.objects.get(email=f"{first_name}@cityalert.example"), at=at)
    if actor is None:
        raise LookupError(f"The demo's {first_name} acts for nobody.")
    return actor

"""The demo's bulletins: one of the police for the district, one that somebody in a group published without a name."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib.gis.geos import MultiPolygon

from cityalert.bulletins import actions
from cityalert.bulletins.models import Reading
from cityalert.bulletins.telling import key_of
from cityalert.delivery import queries as delivery
from cityalert.ops.demo.history import Past, Story
from partners.groups.queries import addressable

_GROUP = "Financial District security"
_SCAM = {
    "title": "People who say that they inspect fire doors",
    "text": "Since Monday two men in grey work clothes have asked at reception desks for keys to stairwells, “to look"
    " at the fire doors”. The city inspects by appointment only. Ask for the card, call us, and give"
    " no keys.",
    "tlp": "AMBER",
}
_UNNAMED = {
    "title": "A contractor's access cards were copied",
    "text": "One of us found that cards of a cleaning contractor had been copied. Look whether cards were used at two"
    " doors at once in the last two weeks. Three of us have found such uses.",
    "tlp": "AMBER+STRICT",
}


@dataclass(frozen=True)
class _Told:
    """What `Past.sent` must know."""

    notice_id: int | None


def scam(past: Past) -> Story:
    """The police warn the towers, hotels and banks around King and Bay."""
    yield 26 * 60.0
    around = past.actor("bao").partner.sites.filter(archived_at=None)[0].location.buffer(0.01)
    area = around if around.geom_type == "MultiPolygon" else MultiPolygon(around, srid=4326)
    _publish(past, "avery", _SCAM | {"sectors": ["office", "hotel", "bank"], "area": area})


def unnamed(past: Past) -> Story:
    """Somebody in a group does not want to be named."""
    yield 5 * 60.0
    groups = addressable(past.actor("bao").partner_id).filter(name=_GROUP).values_list("pk", flat=True)
    _publish(past, "bao", _UNNAMED | {"groups": list(groups), "is_unnamed": True})


def _publish(past: Past, who: str, words: dict[str, Any]) -> None:
    nothing: dict[str, Any] = {"groups": [], "sectors": [], "area": None, "is_unnamed": False}
    bulletin = actions.publish(past.actor(who), nothing | words, at=past.at)
    past.sent(_Told(delivery.posted(key_of(bulletin))))
    told = Reading.objects.filter(bulletin=bulletin).exclude(user__email__startswith="corin@")
    early = list(told.order_by("pk").values_list("pk", flat=True)[::3])
    told.filter(pk__in=early).update(acknowledged_at=past.at + timedelta(minutes=40))

"""An alert as a partner's own programs are told of it: the JSON of a web hook. docs/webhooks.md describes it."""

from typing import Any

from django.conf import settings
from django.urls import reverse

from cityalert.alerts import content, marking
from cityalert.alerts.models import Alert
from cityalert.alerts.vocabulary import MsgType
from cityalert.delivery.hooks.event import body
from cityalert.lib.language import Language
from cityalert.lib.severity import Severity

_KINDS = {
    MsgType.ALERT: "alert.published",
    MsgType.UPDATE: "alert.updated",
    MsgType.CANCEL: "alert.cancelled",
}


def event(alert: Alert) -> str:
    """The same for every receiver. Empty for what is for persons and not for programs (TLP:RED)."""
    if alert.published_at is None or not marking.is_for_programs(alert):
        return ""
    return body(_KINDS[MsgType(alert.msg_type)], _data(alert), at=alert.published_at)


def _data(alert: Alert) -> dict[str, Any]:
    return {
        "id": str(alert.pk),
        "series": str(alert.series),
        "replaces": sorted(str(one.pk) for one in alert.references.all()),
        "status": alert.status,
        "tlp": alert.tlp,
        "severity": Severity(alert.severity).slug,
        "urgency": alert.urgency,
        "certainty": alert.certainty,
        "category": alert.category,
        "event": alert.event,
        "sender": alert.partner.name,
        "expires": alert.expires_at.isoformat() if alert.expires_at else None,
        "area": {"description": alert.area_desc, "bounds": _bounds(alert)},
        "words": {language: _words(alert, language) for language in Language.values},
        "url": f"{settings.PUBLIC_URL}{reverse('alerts:detail', args=[alert.pk])}",
        "cap": f"{settings.PUBLIC_URL}{reverse('alerts:cap', args=[alert.pk])}",
    }


def _words(alert: Alert, language: str) -> dict[str, Any]:
    said = content.words_in(alert, language)
    return {
        "language": said.language,
        "headline": said.headline,
        "instruction": said.instruction,
        "description": said.description,
        "is_machine_translated": said.is_machine_translated,
    }


def _bounds(alert: Alert) -> list[float] | None:
    """West, south, east, north."""
    return [round(degrees, 6) for degrees in alert.area.extent] if alert.area else None

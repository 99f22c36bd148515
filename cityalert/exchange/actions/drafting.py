"""A draft of ours from somebody else's alert. It is a draft like any other: people change it, and people publish it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from cityalert.alerts import actions as alerts
from cityalert.alerts.models import Alert
from cityalert.audit.record import record
from cityalert.audit.verbs import Verb
from cityalert.exchange import queries, words
from cityalert.exchange.cap.reading import read
from cityalert.exchange.leave import need_bring
from cityalert.exchange.models import External, Start
from cityalert.geo.metres import polygons
from cityalert.lib.language import Language
from cityalert.lib.refusals import Refusal
from partners.actor import Actor


@transaction.atomic
def start_draft(actor: Actor, external_id: UUID, *, at: datetime) -> tuple[Alert, list[str]]:
    """A draft with its words, codes and area, and sentences about what could not be taken over."""
    need_bring(actor)
    external = queries.get_for(actor, external_id)
    document = read(bytes(external.raw)).document
    alert = alerts.create_draft(actor, None, at=at)
    said = words.as_draft(
        document, {language: _source_line(external, language) for language in Language.values}
    )
    left_out = []
    for data in _steps(external, said, at):
        try:
            with transaction.atomic():
                alert = alerts.edit(actor, alert, data, at=at)
        except Refusal as refused:
            left_out.append(str(refused))
    Start.objects.create(partner=actor.partner, external=external, alert=alert)
    record(Verb.EXTERNAL_DRAFTED, actor, external, at=at, alert=str(alert.pk))
    return alert, left_out


def _steps(external: External, said: dict[str, Any], at: datetime) -> list[dict[str, Any]]:
    """What is taken over, in parts: the area may lie outside of where this partner may alert."""
    steps = [said]
    if external.area:
        outlines = [{"type": "Polygon", "coordinates": part.coords} for part in polygons(external.area)]
        steps.append({"shapes": {"shapes": outlines, "zones": []}})
    if external.expires_at and external.expires_at > at:
        steps.append({"expires_at": external.expires_at})
    return steps


def _source_line(external: External, language: str) -> str:
    with translation.override(language):
        return _("Source: %(name)s, %(sent)s (external, unverified).") % {
            "name": external.sender_name[:100],
            "sent": f"{external.sent_at:%Y-%m-%d %H:%M} UTC",
        }

"""Areas under a name: save what a draft has, which makes a new version of one of that name, and retire them."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cityalert.alerts import prepared
from cityalert.alerts.actions.leave import MayNot
from cityalert.alerts.areas import SavedArea
from cityalert.alerts.models import Alert
from cityalert.audit.record import Subject, record
from cityalert.audit.verbs import Verb
from cityalert.lib import words
from cityalert.lib.refusals import Refusal
from partners.actor import Actor
from partners.models import Partner
from partners.roles import Permission

_LONGEST = 80


class AreaName(Refusal):
    """A saved area has a name of its own, and is somewhere."""

    code = "area_name"
    status = 422
    sentence = _("Give the area a name of at most 80 characters.")


@transaction.atomic
def save_area(actor: Actor, name: str, alert: Alert, *, at: datetime) -> SavedArea:
    """Keep where a draft applies under a name; under the same name it is the next version."""
    _need(actor)
    name = words.line(name)
    if not name or len(name) > _LONGEST:
        raise AreaName(field="area_name")
    if alert.area is None:
        raise AreaName(_("Draw an area or choose a zone first."), field="area_name")
    # Two who save under one name wait for one another here: there may be no row of that name yet.
    Partner.objects.select_for_update().get(pk=actor.partner_id)
    saved = SavedArea(
        partner=actor.partner, name=name, event=alert.event, area_desc=alert.area_desc,
        area_desc_fr=alert.area_desc_fr, shapes=alert.shapes,
        area=alert.area, made_at=at, made_by=actor.user,
    )  # fmt: skip
    last = prepared.areas(actor.partner_id).filter(name__iexact=name).first()
    if last:
        saved.key, saved.number = last.key, last.number + 1
        last.ended_at = at
        last.save(update_fields=["ended_at"])
    saved.save(force_insert=True)
    Alert.objects.filter(pk=alert.pk).update(saved_area=saved)
    alert.saved_area = saved
    record(Verb.AREA_SAVED, actor, _subject(saved), at=at, name=name, version=saved.number)
    return saved


@transaction.atomic
def retire_area(actor: Actor, key: str, *, at: datetime) -> None:
    """Offer it no more. Alerts that took it stay as they are. Raises NotThere."""
    _need(actor)
    saved = prepared.area(actor.partner_id, key)
    saved.ended_at = at
    saved.save(update_fields=["ended_at"])
    record(Verb.AREA_RETIRED, actor, _subject(saved), at=at, name=saved.name, version=saved.number)


def _need(actor: Actor) -> None:
    if not actor.may(Permission.DRAFT):
        raise MayNot


def _subject(saved: SavedArea) -> Subject:
    return Subject("savedarea", saved.key)

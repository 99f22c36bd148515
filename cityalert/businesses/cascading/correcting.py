"""A correction reaches everyone the original reached: what follows an alert that was passed on follows it there too."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cityalert.alerts import marking
from cityalert.alerts.lifecycle import UNSAID, State
from cityalert.alerts.models import Alert
from cityalert.audit.record import record
from cityalert.audit.verbs import Verb
from cityalert.businesses.cascading import actions, wording
from cityalert.businesses.leave import need_change
from cityalert.businesses.models import Cascade, Target
from cityalert.lib.refusals import Refusal
from cityalert.lib.tlp import Tlp
from partners.actor import Actor

AT_MOST = 50
_REPLACED = [State.UPDATED, State.CANCELLED, State.IN_ERROR]


class NotYours(Refusal):
    """What an alert says is its author's."""

    code = "not_to_end"
    sentence = _("It has ended, or it is an alert: whoever sent that ends it, and your businesses are told.")


def correct_due(*, at: datetime) -> int:
    """A chore of the sweep: pass on what has replaced an alert that was passed on. Doing it again changes nothing."""
    replaced = Cascade.objects.filter(alert__state__in=_REPLACED, corrected_by=None).order_by("sent_at")
    return sum(_correct(pk, at=at) for pk in replaced.values_list("pk", flat=True)[:AT_MOST])


@transaction.atomic
def end(actor: Actor, cascade: Cascade, *, at: datetime) -> Cascade:
    """Tell everybody who heard a notice of the BIA's own that it is over."""
    need_change(actor)
    held = _hold(cascade.pk)
    if held is None or held.alert_id is not None or held.corrects_id is not None:
        raise NotYours
    over = _following(held, held.headline, "", at)
    over.sent_by = actor.user
    over.save(force_insert=True)
    _carry_on(held, over, wording.that_it_is_over(held), at + actions.OWN_LASTS, at=at)
    record(Verb.CASCADE_CORRECTED, actor, over, at=at, corrects=str(held.pk))
    return over


@transaction.atomic
def _correct(pk: UUID, *, at: datetime) -> bool:
    held = _hold(pk)
    alert = _newest(held.alert) if held and held.alert else None
    if held is None or alert is None or alert == held.alert:
        return False
    said = wording.of_alert(alert)
    words = said[_language(held)]
    over = _following(held, words.headline, words.instruction, at)
    over.alert, over.severity = alert, alert.severity
    # The words of a stricter version are not passed on, so that what is written down stays within its label.
    over.tlp = alert.tlp if marking.is_for_clients(alert) else Tlp.AMBER
    over.save(force_insert=True)
    _carry_on(held, over, said, alert.expires_at or at, at=at)
    record(Verb.CASCADE_CORRECTED, None, over, at=at, corrects=str(held.pk), alert=str(alert.pk))
    return True


def _hold(pk: UUID) -> Cascade | None:
    """It, held, unless it was corrected already."""
    free = Cascade.objects.filter(pk=pk, corrected_by=None)
    return free.select_for_update(of=("self",), skip_locked=True).select_related("partner").first()


def _newest(alert: Alert) -> Alert | None:
    """The last version of its series that was said."""
    said = Alert.objects.filter(series=alert.series).exclude(state__in=UNSAID)
    return (
        said.select_related("partner")
        .prefetch_related("infos")
        .order_by("-published_at", "-notice_id")
        .first()
    )


def _following(held: Cascade, headline: str, instruction: str, at: datetime) -> Cascade:
    return Cascade(
        partner=held.partner, key=f"corrects {held.pk}", corrects=held, headline=headline, instruction=instruction,
        severity=held.severity, tlp=held.tlp, levy_class=held.levy_class, tag=held.tag, sent_at=at,
    )  # fmt: skip


def _carry_on(
    held: Cascade, over: Cascade, said: dict[str, wording.Said], expires_at: datetime, *, at: datetime
) -> None:
    """To the same contacts, whatever has become of their businesses since."""
    for target in (targets := list(held.targets.all())):
        target.pk, target.cascade = None, over
    Target.objects.bulk_create(targets)
    chain: list[int] = []
    one: Cascade | None = held
    while one is not None:
        chain += [one.notice_id] if one.notice_id else []
        one = one.corrects
    actions.post(over, said, expires_at, chain, at=at)


def _language(cascade: Cascade) -> str:
    return cascade.sent_by.language if cascade.sent_by else "en"

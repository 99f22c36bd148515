"""What an alert must have before it may go out. Asked before submitting and again before publishing."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

from django.contrib.gis.geos import MultiPolygon
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from cityalert.agreements import queries as agreements
from cityalert.agreements.rules import Act
from cityalert.alerts import blanks, content, posing, sharing
from cityalert.alerts.approvals import ApprovalPolicy
from cityalert.alerts.models import Alert
from cityalert.alerts.policy import persons
from cityalert.alerts.targeting import AreaMissing, reaches_residents
from cityalert.alerts.vocabulary import MsgType, Status, longest_of
from cityalert.geo import shapes
from cityalert.geo.metres import area_km2
from cityalert.lib.refusals import Refusal
from cityalert.lib.tlp import Tlp

# What began earlier is no news; a wrong day is the likelier reason.
_BEGAN_AT_MOST = timedelta(days=1)
PUBLIC_IS_CLEAR = _("What the public hears is TLP:CLEAR. Change the marking, or the audience.")


class NotReady(Refusal):
    """Something is missing or impossible; `field` says what."""

    code = "not_ready"
    status = 422
    sentence = _("The alert is not complete yet.")


class PosesAsReal(NotReady):
    """An exercise or a test that says it is none."""

    code = "poses_as_real"
    sentence = _("What is not real must not say that it is. Take out “%(words)s”.")


class MayNotAlertPublic(Refusal):
    """The partner was not given the public as an audience."""

    code = "may_not_alert_public"
    status = 409
    sentence = _("Your organisation may not alert the public. Choose “Partners only”.")


def check(alert: Alert, at: datetime) -> datetime:
    """When it will end. Raises the first thing that keeps the alert from being published at this moment."""
    for fault in faults(alert, at):
        raise fault
    return check_expiry(alert, at)


def faults(alert: Alert, at: datetime) -> Iterator[Refusal]:
    """Everything that keeps the alert from being published at this moment, each naming its field."""
    for look in (
        _check_words,
        _check_blanks,
        _check_area,
        _check_area_words,
        _check_exercise,
        _check_invited,
        _check_posing,
        check_expiry,
        check_onset,
        _check_leave,
        _check_agreement,
    ):
        try:
            look(alert, at)
        except Refusal as fault:
            yield fault


def check_expiry(alert: Alert, at: datetime) -> datetime:
    """An alert ends, in the future, within a week; returns when."""
    if alert.expires_at is None:
        raise NotReady(_("Say when the alert ends."), field="expires_at")
    if alert.expires_at <= at:
        raise NotReady(_("The alert would already be over. Choose a later end."), field="expires_at")
    if alert.expires_at > at + longest_of(alert.event):
        raise _too_long(alert.event, "expires_at")
    return alert.expires_at


def check_onset(alert: Alert, at: datetime) -> None:
    """What it is about begins before the alert ends, and did not begin before yesterday."""
    if alert.onset_at is None or alert.msg_type == MsgType.CANCEL:
        return
    if alert.expires_at and alert.onset_at >= alert.expires_at:
        raise NotReady(
            _("It would begin after the alert has ended. Choose an earlier beginning."), field="onset_at"
        )
    if alert.msg_type == MsgType.ALERT and alert.onset_at < at - _BEGAN_AT_MOST:
        raise NotReady(
            _("It would have begun more than a day ago. Leave the beginning empty if it has begun."),
            field="onset_at",
        )


def check_lasts(event: str, minutes: int) -> None:
    """An alert about such an event may last so long."""
    if timedelta(minutes=minutes) > longest_of(event):
        raise _too_long(event, "lasts_min")


def _too_long(event: str, field: str) -> NotReady:
    longest = longest_of(event)
    sentence = ngettext(
        "An alert of this kind lasts at most %(n)d day. Choose an earlier end.",
        "An alert of this kind lasts at most %(n)d days. Choose an earlier end.",
        longest.days,
    )
    return NotReady(sentence % {"n": longest.days}, field=field)


def check_place(alert: Alert, geometry: MultiPolygon) -> None:
    """It stays within the place where its partner may alert. Raises ShapeRefused, which shows the spot."""
    area = shapes.Area(geometry, area_km2(geometry), alert.shapes)
    shapes.within(area, alert.partner.jurisdiction)


def persons_needed(alert: Alert) -> int:
    """How many people have to stand behind it. Ending what was said takes one, and so does what is not real."""
    if alert.msg_type == MsgType.CANCEL or alert.status != Status.ACTUAL:
        return 1
    return persons(
        policy_of(alert.partner_id),
        is_public=reaches_residents(alert),
        severity=alert.severity,
        km2=area_km2(alert.area) if alert.area else 0,
    )


def policy_of(partner_id: UUID) -> ApprovalPolicy:
    """A partner's policy of approval; the defaults where it has none of its own."""
    return ApprovalPolicy.objects.filter(pk=partner_id).first() or ApprovalPolicy(partner_id=partner_id)


def _check_words(alert: Alert, _at: datetime) -> None:
    if not content.said_infos(alert):
        raise NotReady(_("Write a headline in at least one language."), field="headline")


def _check_blanks(alert: Alert, _at: datetime) -> None:
    """What was prepared to be filled in is filled in. Brackets in words of one's own are brackets."""
    if alert.template is None:
        return
    for info in content.said_infos(alert):
        left = blanks.names(*(getattr(info, name) for name in content.WORDS))
        for place, name in enumerate(alert.template.blanks):
            if name in left:
                sentence = _("Fill in what stands between brackets: [%(name)s].") % {"name": name}
                raise NotReady(sentence, field=f"blank_{info.language}_{place}")


def _check_area(alert: Alert, _at: datetime) -> None:
    if alert.area is None or alert.area.empty:
        raise AreaMissing(field="area")


def _check_area_words(alert: Alert, _at: datetime) -> None:
    if not alert.area_desc:
        raise NotReady(_("Say in words where it is."), field="area_desc")


def _check_exercise(alert: Alert, _at: datetime) -> None:
    if alert.status == Status.EXERCISE and not alert.exercise_note:
        raise NotReady(
            _("Name the exercise, so that nobody takes it for the real thing."), field="exercise_note"
        )


def _check_invited(alert: Alert, _at: datetime) -> None:
    if alert.status != Status.ACTUAL and not (alert.invited_partners or alert.invited_members):
        raise NotReady(
            _("Choose who takes part: nobody else hears of an exercise or a test."), field="invited_partners"
        )


def _check_posing(alert: Alert, _at: datetime) -> None:
    """Somebody who takes a drill for the real thing may come to harm."""
    if alert.status == Status.ACTUAL:
        return
    said = [
        (f"{info.language}_{name}", getattr(info, name))
        for info in alert.infos.all()
        for name in content.WORDS
    ]
    poses = posing.first(
        [*said, *((name, getattr(alert, name)) for name in ("area_desc", "area_desc_fr", "exercise_note"))]
    )
    if poses:
        field, words = poses
        raise PosesAsReal(PosesAsReal.sentence % {"words": words}, field=field)


def _check_leave(alert: Alert, _at: datetime) -> None:
    """Ending what was said must not fail because of what one may no longer say."""
    if alert.msg_type == MsgType.CANCEL:
        return
    if alert.area is not None and not _is_at_home(alert):
        check_place(alert, alert.area)
    sharing.check_groups(alert)
    if reaches_residents(alert):
        _check_public(alert)


def _is_at_home(alert: Alert) -> bool:
    """A drill of the people of a partner that may alert nowhere: it asks nobody's leave to practise by itself."""
    own_people_only = set(alert.invited_partners) <= {alert.partner_id}
    return alert.status != Status.ACTUAL and alert.partner.jurisdiction is None and own_people_only


def _check_agreement(alert: Alert, at: datetime) -> None:
    """What is out can always be corrected and ended."""
    if alert.msg_type == MsgType.ALERT:
        agreements.check(alert.partner_id, Act.PUBLISH, at=at)


def _check_public(alert: Alert) -> None:
    if not alert.partner.may_alert_public:
        raise MayNotAlertPublic(field="scope")
    if alert.tlp != Tlp.CLEAR:
        raise NotReady(PUBLIC_IS_CLEAR, field="tlp")

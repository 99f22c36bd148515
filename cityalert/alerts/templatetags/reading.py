"""What the templates of alerts say about times, severities and versions."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django import template
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from cityalert.alerts import changes, content, desk
from cityalert.alerts.areas import SavedArea
from cityalert.alerts.models import Alert, Info
from cityalert.alerts.vocabulary import MsgType, Status
from cityalert.delivery import digest, quiet, reasons
from cityalert.delivery.costs import Cost
from cityalert.delivery.ladder import State as Step
from cityalert.delivery.response import Response
from cityalert.lib import clock, phones
from cityalert.lib.numbers import grouped
from cityalert.lib.severity import Severity

register = template.Library()

HOUR = 60
DAY = 24 * HOUR


@register.filter
def severity_of(alert: Alert) -> Severity:
    """With `slug` and `label`."""
    return Severity(alert.severity)


@register.simple_tag(takes_context=True)
def moment(context: Mapping[str, Any], at: datetime | None) -> SafeString | str:
    """ "14:02 (3 min ago)", kept right by ui.js; with the day when it is not today."""
    if at is None:
        return ""
    now = context.get("at") or clock.now()
    here, today = timezone.localtime(at), timezone.localtime(now).date()
    clock_time = formats.date_format(here, "H:i")
    day = formats.date_format(here, "j M")
    said = clock_time if here.date() == today else f"{day}, {clock_time}"
    distance = _distance(now - at)
    if not distance:
        return format_html('<time datetime="{}">{}</time>', at.isoformat(), said)
    return format_html(
        '<time datetime="{}" data-ago>{} (<span data-ago-text>{}</span>)</time>',
        at.isoformat(),
        said,
        distance,
    )


@register.filter
def at_clock(at: datetime | None) -> SafeString | str:
    """ "14:02", with the exact time for machines."""
    if at is None:
        return ""
    return format_html('<time datetime="{}">{}</time>', at.isoformat(), f"{timezone.localtime(at):%H:%M}")


def _distance(passed: timedelta) -> str:
    minutes = round(passed.total_seconds() / 60)
    count = abs(minutes) if abs(minutes) < HOUR else round(abs(minutes) / HOUR)
    if abs(minutes) > DAY:
        return ""
    if not minutes:
        return _("now")
    if abs(minutes) < HOUR:
        sentence = _("in %(count)d min") if minutes < 0 else _("%(count)d min ago")
    else:
        sentence = _("in %(count)d h") if minutes < 0 else _("%(count)d h ago")
    return sentence % {"count": count}


@register.filter
def dialled(number: str) -> str:
    """ "416-555-0123", to be read; links keep the whole number."""
    return phones.dialled(number)


@register.filter
def mark(alert: Alert) -> str:
    """EXERCISE or TEST; nothing for what is meant."""
    words = {Status.EXERCISE: _("EXERCISE"), Status.TEST: _("TEST")}
    return words.get(Status(alert.status), "")


@register.filter
def is_cancel(alert: Alert) -> bool:
    """Does this version end the happening?"""
    return alert.msg_type == MsgType.CANCEL


@register.simple_tag
def version_of(alert: Alert) -> dict[str, Any]:
    """For a card that is frozen: which version it is, and what it changes. Pages that list many count themselves."""
    if alert.msg_type == MsgType.ALERT:
        return {"number": 1, "changes": []}
    earlier = list(desk.said_before(alert))
    changed: list[str] = []
    if earlier and not is_cancel(alert):
        is_moved = earlier[-1].shapes != alert.shapes
        changed = changes.between(earlier[-1], alert, get_language() or "en", is_moved=is_moved)
    return {"number": len(earlier) + 1, "changes": changed}


@register.filter
def said(alert: Alert) -> Info:
    """Its words in the reader's language, else in the other."""
    return content.words_in(alert, get_language() or "en")


@register.filter
def headline(alert: Alert) -> str:
    """In the reader's language, else in the other; never empty."""
    return said(alert).headline or _("No headline yet")


@register.filter
def place(where: Alert | SavedArea) -> str:
    """Where it is, in the reader's language if somebody said it in that."""
    return content.place_in(where, get_language() or "en")


@register.filter
def said_language(alert: Alert) -> str:
    """The language of `said`, for the `lang` attribute."""
    return said(alert).language


@register.filter
def response_word(response: str) -> str:
    """What a partner said of itself, inside a sentence."""
    words = {
        Response.SAFE: pgettext("answered", "safe"),
        Response.NEED_HELP: pgettext("answered", "need help"),
        Response.NOT_ON_SITE: pgettext("answered", "not on site"),
    }
    return words[Response(response)]


@register.filter
def person_name(recipient: Any) -> str:
    """A member's name; somebody who was removed since has none left."""
    user = recipient.subscriber.user if recipient.subscriber else None
    return user.name if user else _("Somebody who has left")


@register.filter
def way_name(channel: str) -> str:
    """A channel's name."""
    words = {
        "sms": "SMS",
        "email": _("E-mail"),
        "push": pgettext("channel", "Push"),
        "voice": pgettext("channel", "Telephone"),
        "digest": pgettext("channel", "Mail of the day"),
        "dashboard": pgettext("channel", "Screen"),
        "webhook": _("Web hook"),
    }
    return str(words.get(channel, channel))


@register.filter
def channel_name(delivery: Any) -> str:
    """The way it went."""
    return way_name(delivery.channel)


@register.filter
def step_word(delivery: Any) -> str:
    """How far it came, as the ladder says it; in quiet hours, until when it waits."""
    if delivery.channel == digest.CHANNEL and delivery.state in {Step.QUEUED, Step.SENT}:
        if delivery.next_at is None:
            return _("Gathered into the mail of the day")
        return _("Waits for the mail of the day, at %(time)s") % {"time": _clock_of(delivery.next_at)}
    if _is_asleep(delivery):
        return _("Waits until %(time)s: quiet hours") % {"time": _clock_of(delivery.next_at)}
    return str(Step(delivery.state).label)


@register.filter
def reason_word(delivery: Any) -> str:
    """Why, in the reader's language; nothing where `step_word` says it."""
    if delivery.reason != quiet.REASON:
        return reasons.words(delivery.reason) if delivery.reason else ""
    return "" if _is_asleep(delivery) else _("quiet hours")


def _clock_of(at: datetime) -> str:
    return f"{timezone.localtime(at):%H:%M}"


def _is_asleep(delivery: Any) -> bool:
    return delivery.state == Step.QUEUED and delivery.reason == quiet.REASON and delivery.next_at is not None


@register.filter
def page_of(topic: str) -> str:
    """Where one reads what a message was about; empty for what is no alert."""
    kind, _colon, key = topic.partition(":")
    return reverse("alerts:detail", args=[key]) if kind == "alert" else ""


@register.filter
def advice(recipient: Any) -> str:
    """What to do about somebody to whom nothing came: about the last way that failed."""
    failed = [one.reason for one in recipient.deliveries.all() if one.state in {Step.FAILED, Step.OPTED_OUT}]
    return str(reasons.advice(failed[-1]).label) if failed else ""


@register.simple_tag
def units_of(cost: Cost) -> str:
    """What is paid for: "4 segments", "2 minutes"."""
    words = {
        "sms": ngettext("%(n)s segment", "%(n)s segments", cost.units),
        "voice": ngettext("%(n)s minute", "%(n)s minutes", cost.units),
    }.get(cost.channel, ngettext("%(n)s message", "%(n)s messages", cost.units))
    return words % {"n": grouped(cost.units)}


@register.filter
def percent_of(count: int, whole: int) -> float:
    """For a meter: 0 to 100."""
    return 100 * count / whole if whole else 0


@register.filter
def minus(count: int, other: int) -> int:
    """What is left."""
    return count - other

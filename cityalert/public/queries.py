"""What everybody may read. Nothing here asks who reads: it starts from what was said to the public."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from cityalert.alerts import marking
from cityalert.alerts.lifecycle import State
from cityalert.alerts.models import Alert
from cityalert.alerts.sharing import meant_for_all
from cityalert.alerts.vocabulary import MsgType, Scope
from cityalert.lib import tenancy
from cityalert.lib.refusals import NotThere

# How long what is over still stands on the page and in the feeds, and how much of it.
OVER_FOR = timedelta(hours=24)
FEED_FOR = timedelta(hours=48)
AT_MOST = 100

_WHY = "what was said to the public"


def shown() -> QuerySet[Alert]:
    """Every version that was published to everybody: public, meant, and marked for all.

    An exercise never is among them. A test is if `PUBLIC_TESTS` says so, and is marked everywhere.
    """
    said = Alert.objects.filter(
        scope=Scope.PUBLIC,
        status__in=meant_for_all(),
        tlp__in=marking.for_all(),
        published_at__isnull=False,
        notice__isnull=False,
    )
    return said.select_related("partner").prefetch_related("infos").defer("cap_xml", "shapes")


@tenancy.across(_WHY)
def current(at: datetime) -> list[Alert]:
    """What is going on, the gravest first: neither replaced nor over."""
    going_on = shown().filter(state=State.PUBLISHED, expires_at__gt=at).exclude(msg_type=MsgType.CANCEL)
    return list(going_on.order_by("-severity", "-published_at")[:AT_MOST])


@tenancy.across(_WHY)
def over(at: datetime) -> list[Alert]:
    """What ended within a day, the latest first: the Cancel, or the version whose time ran out."""
    since = at - OVER_FOR
    called_off = Q(msg_type=MsgType.CANCEL, published_at__gt=since)
    ran_out = Q(state__in=[State.PUBLISHED, State.EXPIRED], expires_at__gt=since, expires_at__lte=at)
    ended = shown().filter(called_off | ran_out & ~Q(msg_type=MsgType.CANCEL))
    return list(ended.order_by("-published_at")[:AT_MOST])


@tenancy.across(_WHY)
def messages(at: datetime) -> list[Alert]:
    """For feeds: every message of two days, and whatever is still going on; the newest first."""
    lately = Q(published_at__gt=at - FEED_FOR) | Q(state=State.PUBLISHED, expires_at__gt=at)
    return list(shown().filter(lately).order_by("-published_at")[:AT_MOST])


@tenancy.across(_WHY)
def get(alert_id: UUID) -> Alert:
    """One version. Raises NotThere for what is not public, which looks like what never was."""
    alert = shown().filter(pk=alert_id).first()
    if alert is None:
        raise NotThere
    return alert


@tenancy.across(_WHY)
def newest(alert: Alert) -> Alert:
    """The last public version of the same happening."""
    return shown().filter(series=alert.series).order_by("-published_at", "-notice_id")[:1].get()


@tenancy.across(_WHY)
def cap(alert_id: UUID) -> str:
    """The message in CAP 1.2, as it was published. Raises NotThere."""
    return get_xml(shown().filter(pk=alert_id))


def get_xml(alerts: QuerySet[Alert]) -> str:
    """The CAP message of the one alert among these. Raises NotThere."""
    text = alerts.values_list("cap_xml", flat=True).first()
    if not text:
        raise NotThere
    return text

"""What a partner's own people are told about an alert of theirs, on every channel they have. Delivery sends it."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta

from cityalert.alerts import targeting
from cityalert.alerts.models import Alert
from cityalert.alerts.vocabulary import Status, mark_of
from cityalert.delivery import outbox, plain
from cityalert.delivery import queries as delivery
from cityalert.delivery.audience import NOBODY, Audience
from cityalert.delivery.plain import Said
from cityalert.lib import tenancy
from cityalert.lib.language import Language
from cityalert.lib.severity import Severity
from partners.models import Membership
from partners.roles import PERMISSIONS, Permission

_PEOPLE = """
    SELECT DISTINCT 'member' AS kind, %(partner)s::uuid AS partner_id, s.id AS subscriber_id, 1::smallint AS call_order
    FROM subscriptions_subscriber s JOIN accounts_user u ON u.id = s.user_id
    WHERE u.is_active AND u.id = ANY(%(people)s)"""


def tell(
    key: str,
    alert: Alert,
    people: Collection[int],
    say: Callable[[], Said],
    *,
    severity: Severity = Severity.EXTREME,
    lasts: timedelta,
    at: datetime,
) -> None:
    """Tell these people (keys of users), once under a key. `say` is asked in each language.

    `severity` is what their own wish is compared with: they are told whatever it is, unless somebody says less.
    """
    if not people:
        return
    audience = Audience(_PEOPLE, {"partner": alert.partner_id, "people": list(people)})
    _post(key, alert, alert.topic, audience, say, severity=severity, lasts=lasts, at=at)


def announce_exercise(
    key: str, planned: Alert, say: Callable[[], Said], *, lasts: timedelta, at: datetime
) -> None:
    """Tell those who will take part what is going to happen, once under a key. `planned` is not sent, nor kept."""
    everybody = targeting.invited(planned, at)
    # People, not screens: nothing goes on yet.
    audience = Audience(f"SELECT * FROM ({everybody.sql}) all_ WHERE kind = 'member'", everybody.params)
    _post(key, planned, key, audience, say, severity=Severity(planned.severity), lasts=lasts, at=at)


def call_off_exercise(
    key: str, planned: Alert, say: Callable[[], Said], *, lasts: timedelta, at: datetime
) -> None:
    """Tell whoever may have heard what was announced under a key that it is called off; the others hear neither."""
    announced = delivery.posted(key)
    if announced is None:
        return
    severity = Severity(planned.severity)
    _post(
        f"{key}:off", planned, key, NOBODY, say, severity=severity, lasts=lasts, at=at, series=key, follows=[announced]
    )  # fmt: skip


def _post(  # noqa: PLR0913 - all are named where it matters
    key: str,
    alert: Alert,
    topic: str,
    audience: Audience,
    say: Callable[[], Said],
    *,
    severity: Severity,
    lasts: timedelta,
    at: datetime,
    series: str = "",
    follows: Sequence[int] = (),
) -> None:
    outbox.post(
        key=key,
        partner_id=alert.partner_id,
        topic=topic,
        series=series or key,
        texts={
            language: plain.texts(language, say, lambda: mark_of(alert.status))
            for language in Language.values
        },
        cards={},
        severity=severity,
        audience=audience,
        at=at,
        expires_at=at + lasts,
        is_exercise=alert.status != Status.ACTUAL,
        follows=follows,
    )


@tenancy.across("who decides for a partner")
def senders(alert: Alert, *, at: datetime) -> list[int]:
    """Those of the users who wrote, submitted or approved it who may still send for its partner at a moment."""
    roles = [role for role, may in PERMISSIONS.items() if Permission.PUBLISH in may]
    known = [alert.created_by_id, alert.edited_by_id, alert.submitted_by_id, alert.approved_by_id]
    current = Membership.objects.valid(at).filter(
        partner=alert.partner_id, role__in=roles, user__in=[one for one in known if one]
    )
    return sorted(set(current.values_list("user_id", flat=True)))


@tenancy.across("who decides for a partner")
def deciders(alert: Alert, *, beside: int, at: datetime) -> list[int]:
    """The users who may approve or manage for its partner at a moment, without one."""
    roles = [role for role, may in PERMISSIONS.items() if may & {Permission.APPROVE, Permission.MANAGE}]
    current = Membership.objects.valid(at).filter(partner=alert.partner_id, role__in=roles)
    return sorted(set(current.values_list("user_id", flat=True)) - {beside})

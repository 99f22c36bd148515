"""Reads of delivery: how far a notice came, and how the channels are. Who may see them is decided above."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import OuterRef, Q, QuerySet

from cityalert.delivery import because
from cityalert.delivery.ladder import State
from cityalert.delivery.models import Delivery, Notice, Recipient

# Whoever saw it on a screen was told, whatever became of their messages: each step counts at least the next.
_REACH = """
    SELECT r.notice_id, r.partner_id, r.kind,
        count(*),
        count(*) FILTER (WHERE d.was_sent OR r.seen_at IS NOT NULL),
        count(*) FILTER (WHERE d.was_delivered OR r.seen_at IS NOT NULL),
        count(*) FILTER (WHERE r.seen_at IS NOT NULL),
        count(*) FILTER (WHERE r.acknowledged_at IS NOT NULL),
        count(*) FILTER (WHERE r.responded_at IS NOT NULL),
        count(*) FILTER (WHERE d.has_failed AND NOT d.was_sent AND r.seen_at IS NULL),
        count(*) FILTER (WHERE d.n = 0 AND r.kind <> 'screen' AND r.seen_at IS NULL),
        bool_or(r.response = 'need_help')
    FROM delivery_recipient r
    CROSS JOIN LATERAL (
        SELECT count(*) AS n,
            coalesce(bool_or(d.state IN ('sent', 'delivered', 'seen', 'acknowledged')), false) AS was_sent,
            coalesce(bool_or(d.state IN ('delivered', 'seen', 'acknowledged')), false) AS was_delivered,
            coalesce(bool_or(d.state IN ('failed', 'opted_out', 'expired')), false) AS has_failed,
            coalesce(bool_and(d.state IN ('waiting', 'stopped', 'superseded', 'expired')), false) AS is_held,
            coalesce(bool_and(d.state IN ('waiting', 'stopped')), false) AS is_kept_back
        FROM delivery_delivery d WHERE d.recipient_id = r.id
    ) d
    WHERE r.notice_id = ANY(%(notices)s) AND r.kind = ANY(%(kinds)s)
      AND NOT (r.call_order > 1 AND (d.is_held OR d.n = 0))
      AND NOT (d.is_kept_back AND r.acknowledged_at IS NULL AND r.seen_at IS NULL)
    GROUP BY r.notice_id, r.partner_id, r.kind
"""


@dataclass
class Reach:
    """How many people got how far. `failed` and `unreachable` are people no channel worked for."""

    wanted: int = 0
    sent: int = 0
    delivered: int = 0
    seen: int = 0
    acknowledged: int = 0
    responded: int = 0
    failed: int = 0
    unreachable: int = 0
    needs_help: bool = False
    screen_seen: bool = False
    screen_acknowledged: bool = False

    def add(self, other: "Reach") -> None:
        """Count another's people, too."""
        for name in (
            "wanted",
            "sent",
            "delivered",
            "seen",
            "acknowledged",
            "responded",
            "failed",
            "unreachable",
        ):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.needs_help = self.needs_help or other.needs_help

    @property
    def has_answered(self) -> bool:
        """Has anybody of this partner acknowledged?"""
        return self.acknowledged > 0 or self.screen_acknowledged

    def share(self, count: int) -> int:
        """A count as whole percent of those wanted."""
        return round(100 * count / self.wanted) if self.wanted else 0


@dataclass(frozen=True)
class ReachReport:
    """People by partner, residents together, and the sum."""

    total: Reach
    residents: Reach
    by_partner: dict[UUID, Reach]

    @property
    def partners_answered(self) -> int:
        """How many partners have acknowledged."""
        return sum(reach.has_answered for reach in self.by_partner.values())


def reach(notice_id: int) -> ReachReport:
    """How far a notice came. Whom a policy kept back, and deputies, are not counted unless they were called up."""
    return reaches([notice_id])[notice_id]


def reaches(notice_ids: Sequence[int], *, with_residents: bool = True) -> dict[int, ReachReport]:
    """The same of several notices by one statement; without residents it stays quick for lists."""
    reports = {notice_id: ReachReport(Reach(), Reach(), {}) for notice_id in notice_ids}
    kinds = [kind for kind in Recipient.Kind.values if with_residents or kind != Recipient.Kind.RESIDENT]
    with connection.cursor() as cursor:
        cursor.execute(_REACH, {"notices": list(notice_ids), "kinds": kinds})
        for notice_id, partner_id, kind, *counts, needs_help in cursor.fetchall():
            _count_in(reports[notice_id], partner_id, kind, counts, needs_help=bool(needs_help))
    return reports


def _count_in(
    report: ReachReport, partner_id: UUID | None, kind: str, counts: list[Any], *, needs_help: bool
) -> None:
    if kind == Recipient.Kind.SCREEN and partner_id is not None:
        screen = report.by_partner.setdefault(partner_id, Reach())
        screen.screen_seen, screen.screen_acknowledged = counts[3] > 0, counts[4] > 0
        screen.needs_help = screen.needs_help or needs_help
        report.total.needs_help = report.total.needs_help or needs_help
        return
    part = Reach(*counts[:8])
    part.needs_help = needs_help
    report.total.add(part)
    if partner_id is None:
        report.residents.add(part)
    else:
        report.by_partner.setdefault(partner_id, Reach()).add(part)


def posted(key: str) -> int | None:
    """The notice that was posted under a key."""
    return Notice.objects.filter(key=key).values_list("pk", flat=True).first()


def why(notice_id: int, user_id: int) -> str:
    """Why a person was told, in a sentence; empty for whoever was not."""
    own = Recipient.objects.filter(notice_id=notice_id, subscriber__user=user_id)
    return because.sentence(own.values_list("because", flat=True).first() or "")


def told(partner_id: UUID) -> QuerySet[Recipient]:
    """What was sent to a partner, for `Exists` in a query of something that has a `notice_id`."""
    return Recipient.objects.filter(notice_id=OuterRef("notice_id"), partner_id=partner_id)


def told_person(user_id: int) -> QuerySet[Recipient]:
    """The same: what was sent to one person by name."""
    return Recipient.objects.filter(notice_id=OuterRef("notice_id"), subscriber__user=user_id)


def asked(partner_id: UUID, subscriber_id: int) -> QuerySet[Recipient]:
    """The same: what its screens were sent, and one of its people."""
    screen = Q(kind=Recipient.Kind.SCREEN, partner_id=partner_id)
    return Recipient.objects.filter(screen | Q(subscriber_id=subscriber_id), notice_id=OuterRef("notice_id"))


def silent(notice_id: int) -> QuerySet[Recipient]:
    """Members who were told and have not acknowledged."""
    return (
        Recipient.objects.filter(
            notice_id=notice_id, kind=Recipient.Kind.MEMBER, acknowledged_at=None, deliveries__isnull=False
        )
        .exclude(deliveries__state=State.WAITING)
        .select_related("subscriber__user", "partner")
        .distinct()
        .order_by("partner__name", "subscriber__user__name")
    )


def responses(notice_id: int) -> QuerySet[Recipient]:
    """Who responded, need help first, then the latest."""
    return (
        Recipient.objects.filter(notice_id=notice_id, responded_at__isnull=False)
        .select_related("subscriber__user", "partner", "acknowledged_by")
        .order_by("response", "-responded_at")
    )


def newest_for(recipient: Recipient) -> Notice | None:
    """A later version of what this recipient was told, if there is one."""
    return (
        Notice.objects.filter(series=recipient.notice.series, posted_at__gt=recipient.notice.posted_at)
        .order_by("-posted_at")
        .first()
    )


def deliveries(notice_id: int) -> QuerySet[Delivery]:
    """Every delivery of a notice to a member, with its attempts, failures first."""
    return (
        Delivery.objects.filter(notice_id=notice_id, recipient__kind=Recipient.Kind.MEMBER)
        .select_related("recipient__subscriber__user", "recipient__partner")
        .prefetch_related("attempts")
        .order_by("recipient__partner__name", "recipient_id", "channel")
    )


def channel_health(*, at: datetime) -> list[dict[str, Any]]:
    """Per channel: how much waits, how old the oldest of it is, and how the last hour went."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT channel,
                count(*) FILTER (WHERE state = 'queued' AND next_at <= %(at)s),
                extract(epoch FROM %(at)s - min(next_at) FILTER (WHERE state = 'queued' AND next_at <= %(at)s)),
                count(*) FILTER (WHERE state = 'unknown'),
                count(*) FILTER (WHERE state IN ('sent', 'delivered', 'seen', 'acknowledged')),
                count(*) FILTER (WHERE state = 'failed')
            FROM delivery_delivery
            WHERE state_at > %(at)s - interval '1 hour' OR state IN ('queued', 'unknown')
            GROUP BY channel ORDER BY channel
            """,
            {"at": at},
        )
        names = ("channel", "due", "oldest_s", "unknown", "sent", "failed")
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

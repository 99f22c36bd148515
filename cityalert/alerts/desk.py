"""What a desk looks at: inbox by happening, tray with numbers, one alert with how far it came. Reads only."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import MD5, Cast

from cityalert.alerts import changes, queries, reach, timeline
from cityalert.alerts.actions.archiving import is_archivable
from cityalert.alerts.actions.lasting import ends_soon
from cityalert.alerts.calling import Line
from cityalert.alerts.lifecycle import STANDING, UNSAID, WAITING, State
from cityalert.alerts.models import Alert
from cityalert.alerts.vocabulary import MsgType, Status
from cityalert.delivery import progress
from cityalert.delivery import queries as delivery
from cityalert.delivery.progress import Answers
from cityalert.delivery.queries import Reach
from cityalert.lib import words
from cityalert.lib.refusals import NotThere
from cityalert.lib.severity import Severity
from partners.actor import Actor
from partners.roles import Permission

# A page is for acting on; what is older is found through its own link.
INBOX_VERSIONS = 120
SHIFT = timedelta(hours=12)
SHIFT_ROWS = 30
RECENT = 30


# --- My alerts ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Happening:
    """What was sent about one thing: every version, the newest first, with the partner's answers on each."""

    versions: list[Any]
    at: datetime

    @property
    def newest(self) -> Any:
        """The version that counts."""
        return self.versions[0]

    @property
    def earlier(self) -> list[Any]:
        """What it replaced."""
        return self.versions[1:]

    @property
    def version(self) -> dict[str, Any]:
        """The same that `version_of` says of a frozen card."""
        return {"number": len(self.versions), "changes": self.changes}

    @property
    def changes(self) -> list[str]:
        """What the newest version changed."""
        if not self.earlier or self.newest.msg_type == MsgType.CANCEL:
            return []
        before = self.earlier[0]
        is_moved = before.drawn != self.newest.drawn
        return changes.between(before, self.newest, self.newest.reader, is_moved=is_moved)

    @property
    def is_over(self) -> bool:
        """Ended by itself or in words: nothing is to be done any more."""
        return is_over(self.newest, self.at)

    @property
    def is_new(self) -> bool:
        """Going on, and nobody here has said that they have it."""
        return not self.is_over and self.newest.acknowledged_at is None

    @property
    def is_unseen(self) -> bool:
        """Nobody here has had it before their eyes."""
        return not self.is_over and self.newest.seen_at is None

    @property
    def is_answered(self) -> bool:
        """Said all there is to say."""
        return bool(self.newest.acknowledged_at)


def inbox(actor: Actor, at: datetime) -> list[Happening]:
    """The happenings an actor's partner was told of, the latest first."""
    sent = queries.inbox(actor).annotate(drawn=MD5(Cast("shapes", TextField())))
    by_series: dict[Any, list[Alert]] = {}
    for alert in sent[:INBOX_VERSIONS]:
        alert.reader = actor.language.value  # type: ignore[attr-defined]
        by_series.setdefault(alert.series, []).append(alert)
    return [Happening(versions, at) for versions in by_series.values()]


def answered(actor: Actor, alert: Alert) -> Any:
    """The alert with what the actor's partner has said; None when it was not sent to them."""
    return queries.inbox(actor).filter(pk=alert.pk).first()


def has_said(actor: Actor, alert: Alert, response: str, note: str) -> bool:
    """Is this the partner's answer already? A page that never got ours asks again."""
    mine = answered(actor, alert)
    return bool(response and mine and mine.response == response and mine.response_note == words.line(note))


def said_before(alert: Alert) -> QuerySet[Alert]:
    """The published versions that came before this one, the first first."""
    same = Alert.objects.filter(series=alert.series).exclude(pk=alert.pk).exclude(state__in=UNSAID)
    if alert.published_at:
        same = same.filter(published_at__lte=alert.published_at)
    return same.prefetch_related("infos").order_by("published_at")


def is_over(alert: Alert, at: datetime) -> bool:
    """Ended, or its time has passed and nobody has swept yet."""
    return alert.state != State.PUBLISHED or (alert.expires_at is not None and alert.expires_at <= at)


# --- The tray ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """One line of the tray. Numbers only where the actor may see them; `asks` when their own answer is missing."""

    alert: Any
    reach: Reach | None = None
    answers: Answers | None = None
    asks: bool = False
    may_correct: bool = False

    @property
    def need_help(self) -> int:
        """How many partners do."""
        return len(self.answers.need_help) if self.answers else 0

    @property
    def answered(self) -> int:
        """How many partners have acknowledged."""
        return len(self.answers.partners) - len(self.answers.silent) if self.answers else 0


@dataclass(frozen=True)
class Tray:
    """What goes on, what waits, what is being written, what is over since the shift began."""

    now: list[Row]
    waiting: list[Alert]
    drafts: list[Alert]
    earlier: list[Row]
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """All that goes on or waits."""
        return sum(self.counts.values())

    @property
    def is_exercise(self) -> bool:
        """Is everything that goes on an exercise or a test?"""
        return bool(self.now) and all(row.alert.status != Status.ACTUAL for row in self.now)


def tray(actor: Actor, at: datetime, *, severity: str = "") -> Tray:
    """The tray of an actor; `severity` (a slug) leaves out the others, but not their counts."""
    going_on, over = list(queries.tray(actor, at)), list(_over(actor, at))
    unsaid = list(queries.drafts(actor)) if actor.may(Permission.DRAFT) else []
    waiting = _together([one for one in unsaid if one.state in WAITING])
    counts = Counter(Severity(one.severity).slug for one in (*going_on, *waiting))
    shown = [
        [one for one in some if severity in ("", Severity(one.severity).slug)]
        for some in (going_on, waiting, [one for one in unsaid if one.state not in WAITING], over)
    ]
    rows = _rows(actor, [*shown[0], *shown[3]], at)
    split = len(shown[0])
    return Tray(rows[:split], shown[1], shown[2], rows[split:], dict(counts))


def _together(alerts: list[Alert]) -> list[Alert]:
    """The versions of one happening beside one another, in the order of their latest."""
    by_series: dict[Any, list[Alert]] = {}
    for alert in alerts:
        by_series.setdefault(alert.series, []).append(alert)
    return [alert for versions in by_series.values() for alert in versions]


def _over(actor: Actor, at: datetime) -> QuerySet[Alert]:
    """What ended within a shift: ran out, or was cancelled (the Cancel stands for what it ended)."""
    cancelled = Q(msg_type=MsgType.CANCEL, published_at__gt=at - SHIFT)
    ran_out = Q(state=State.EXPIRED) | Q(state=State.PUBLISHED, expires_at__lte=at)
    expired = ran_out & Q(expires_at__gt=at - SHIFT) & ~Q(msg_type=MsgType.CANCEL)
    put_away = Q(partner=actor.partner_id, archived_at__isnull=False)
    over = queries.visible_to(actor).filter(cancelled | expired).exclude(put_away)
    return queries.with_answers(over, actor).order_by("-published_at")[:SHIFT_ROWS]


def _rows(actor: Actor, alerts: list[Any], at: datetime) -> list[Row]:
    counted = [one.notice_id for one in alerts if reach.may_see(actor, one)]
    reports = delivery.reaches(counted, with_residents=False) if counted else {}
    answers = progress.answers(counted) if counted else {}
    may_answer = actor.may(Permission.ANSWER)
    rows = []
    for one in alerts:
        report = reports.get(one.notice_id)
        asks = may_answer and one.is_asked and one.acknowledged_at is None and not is_over(one, at)
        rows.append(
            Row(
                one,
                report.total if report else None,
                answers.get(one.notice_id),
                asks,
                may_correct(actor, one),
            )
        )
    return rows


# --- One alert ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Detail:
    """One alert as an actor may see it."""

    alert: Alert
    mine: Any
    progress: reach.Progress | None
    versions: list[Alert]
    lines: list[Line]
    is_over: bool
    may_correct: bool
    may_answer: bool
    may_archive: bool
    ends_soon: bool = False

    @property
    def is_unsaid(self) -> bool:
        """Nobody was told."""
        return self.alert.state in UNSAID

    @property
    def newer(self) -> Alert | None:
        """The version that has taken its place."""
        last = self.versions[-1] if self.versions else None
        return last if last and last.pk != self.alert.pk and self.alert.state not in UNSAID else None

    @property
    def number(self) -> int:
        """Which version it is, from one."""
        keys = [one.pk for one in self.versions]
        return keys.index(self.alert.pk) + 1 if self.alert.pk in keys else len(keys) + 1


def detail(actor: Actor, alert: Alert, at: datetime) -> Detail:
    """One alert that `queries.get_for` gave, with all that stands beside it."""
    how_far = reach.of(actor, alert) if reach.may_see(actor, alert) else None
    mine = answered(actor, alert) if alert.state not in UNSAID else None
    return Detail(
        alert=alert,
        mine=mine,
        progress=how_far,
        versions=list(queries.versions(actor, alert)),
        lines=timeline.lines(actor, alert, how_far.report if how_far else None),
        is_over=is_over(alert, at),
        may_correct=may_correct(actor, alert),
        may_answer=mine is not None and actor.may(Permission.ANSWER),
        ends_soon=ends_soon(alert, at),
        may_archive=is_archivable(alert) and actor.may(Permission.PUBLISH, for_=alert.partner),
    )


def may_correct(actor: Actor, alert: Alert) -> bool:
    """Is there something to update or end, and may they?"""
    return (
        alert.state in STANDING
        and alert.msg_type != MsgType.CANCEL
        and actor.may(Permission.PUBLISH, for_=alert.partner)
    )


def recent(actor: Actor, *, archived: bool = False) -> list[Row]:
    """What the actor's partner published lately, with its numbers. Raises NotThere for who may not see them."""
    if not actor.may(Permission.REACH):
        raise NotThere
    own = queries.visible_to(actor).filter(
        partner=actor.partner_id, notice__isnull=False, archived_at__isnull=not archived
    )
    latest = own.prefetch_related("infos").defer("cap_xml", "shapes", "area")
    alerts = list(latest.order_by("-published_at")[:RECENT])
    notices = [one.notice_id for one in alerts if one.notice_id is not None]
    reports, answers = delivery.reaches(notices, with_residents=False), progress.answers(notices)
    return [
        Row(
            one,
            reports[one.notice_id].total,
            answers[one.notice_id],
            may_correct=may_correct(actor, one),
        )
        for one in alerts
        if one.notice_id
    ]

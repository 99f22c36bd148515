"""The reads behind the pages that are opened most, asked as a partner's person and asked across partners.

Across partners PostgreSQL has no policy to look at: the same statement, the same rows, and what remains is the cost.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from time import perf_counter
from uuid import uuid4

from bench import city, rounds
from bench.inside import drafts
from bench.inside.amounts import ms
from bench.rows import Row
from cityalert.accounts.models import User
from cityalert.alerts import actions
from cityalert.alerts import queries as alerts
from cityalert.alerts.models import Alert
from cityalert.delivery import queries as delivery
from cityalert.lib import clock, tenancy
from partners.actor import Actor
from partners.models import Membership, Site
from partners.queries import actor_for

PROMISE = "≤ 1.2"

# Years of alerts, one in eight hours: copies of one that the police send, with all whom it is for. The latest go on.
_COPIES = """
    WITH original AS (
        SELECT * FROM alerts_alert WHERE id = %(alert)s
    ), noticed AS (
        INSERT INTO delivery_notice (key, partner_id, topic, series, texts, severity, is_exercise, follows, posted_at,
            expires_at, fanned_out_at, ended_at)
        SELECT 'wall:' || g, n.partner_id, n.topic, n.series, n.texts, n.severity, n.is_exercise, n.follows,
            n.posted_at - g * interval '8 hours', n.expires_at, n.posted_at, n.posted_at
        FROM original o JOIN delivery_notice n ON n.id = o.notice_id, generate_series(1, %(times)s) g
        RETURNING id, split_part(key, ':', 2)::int AS g
    ), told AS (
        INSERT INTO delivery_recipient (notice_id, sender_id, kind, partner_id, subscriber_id, call_order, token)
        SELECT noticed.id, r.sender_id, r.kind, r.partner_id, r.subscriber_id, r.call_order,
            left(md5(random()::text), 12)
        FROM noticed, original o JOIN delivery_recipient r ON r.notice_id = o.notice_id
    ), copied AS (
        INSERT INTO alerts_alert ({columns}, id, series, notice_id, idempotency_key, state, published_at)
        SELECT {copied}, gen_random_uuid(), gen_random_uuid(), noticed.id, NULL,
            CASE WHEN noticed.g <= %(going_on)s THEN o.state ELSE 'expired' END,
            o.published_at - noticed.g * interval '8 hours'
        FROM noticed, original o
        RETURNING id
    )
    INSERT INTO alerts_info (alert_id, language, headline, instruction, description)
    SELECT copied.id, i.language, i.headline, i.instruction, i.description
    FROM copied, alerts_info i WHERE i.alert_id = %(alert)s
"""
_OF_A_COPY = (
    "(SELECT a.id FROM alerts_alert a JOIN delivery_notice n ON n.id = a.notice_id WHERE n.key LIKE 'wall:%')"
)
_GONE = (
    f"DELETE FROM alerts_info WHERE alert_id IN {_OF_A_COPY}",
    "DELETE FROM alerts_alert WHERE notice_id IN (SELECT id FROM delivery_notice WHERE key LIKE 'wall:%')",
    "DELETE FROM delivery_recipient WHERE notice_id IN (SELECT id FROM delivery_notice WHERE key LIKE 'wall:%')",
    "DELETE FROM delivery_notice WHERE key LIKE 'wall:%'",
)
_READ = ("alerts_alert", "alerts_info", "delivery_notice", "delivery_recipient")
_GOING_ON = 20


def run(quick: bool) -> list[Row]:
    """Each read, with and without."""
    times, turns = (200, 5) if quick else (5_000, 15)
    at = clock.now()
    avery, corin = (_actor(name) for name in ("avery", "corin"))
    newest = actions.publish(avery, drafts.ready(avery.user.email, at), key=str(uuid4()), at=at)
    with _years_of_alerts(newest, times):
        reads: dict[str, tuple[Actor, Callable[[], object]]] = {
            "a partner's inbox": (corin, lambda: list(alerts.inbox(corin)[:120])),
            "the tray of who writes": (avery, lambda: list(alerts.tray(avery, at)[:200])),
            "one alert": (corin, lambda: alerts.get_for(corin, newest.pk)),
            "how far it came": (avery, lambda: delivery.reach(newest.notice_id)),
            "our members": (avery, lambda: list(Membership.objects.filter(partner=avery.partner))),
            "our sites": (corin, lambda: list(Site.objects.filter(partner=corin.partner))),
        }
        return [_row(name, actor, read, turns) for name, (actor, read) in reads.items()]


def _row(name: str, actor: Actor, read: Callable[[], object], turns: int) -> Row:
    read()
    taken = rounds.medians({"with": partial(_as, actor, read), "without": partial(_across, read)}, turns)
    ratio = taken["with"] / taken["without"]
    return Row(
        f"row level security: {name}", ms(taken["with"]), "without it", ms(taken["without"]), ratio, PROMISE
    )


def _as(actor: Actor, read: Callable[[], object]) -> float:
    with tenancy.acting(partner_id=actor.partner_id, person_id=actor.user_id):
        return _timed(read)


def _across(read: Callable[[], object]) -> float:
    with tenancy.across("a benchmark"):
        return _timed(read)


def _timed(read: Callable[[], object]) -> float:
    read()  # takes the role: once for a request, whatever it then reads
    began = perf_counter()
    for _turn in range(5):
        read()
    return (perf_counter() - began) / 5


def _actor(name: str) -> Actor:
    actor = actor_for(User.objects.get(email=f"{name}@cityalert.example"), at=clock.now())
    assert actor is not None
    return actor


@contextmanager
def _years_of_alerts(alert: Alert, times: int) -> Iterator[None]:
    columns = [
        field.column for field in Alert._meta.concrete_fields
        if field.column not in {"id", "series", "notice_id", "idempotency_key", "state", "published_at"}
    ]  # fmt: skip
    statement = _COPIES.format(columns=", ".join(columns), copied=", ".join(f"o.{name}" for name in columns))
    with city.as_owner() as connection:
        for gone in _GONE:
            connection.execute(gone)
        connection.execute(statement, {"alert": alert.pk, "times": times, "going_on": _GOING_ON})
        connection.execute(f"ANALYZE {', '.join(_READ)}")
        try:
            yield
        finally:
            for gone in _GONE:
                connection.execute(gone)
            drafts.take_away([alert])

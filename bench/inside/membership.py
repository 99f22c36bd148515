"""The pages' own reads, Django's objects and all, against the statements somebody would write by hand for them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from time import perf_counter

from django.db import connection

from bench import city, rounds
from bench.inside import bringing
from bench.inside.amounts import ms
from bench.rows import Row
from cityalert.accounts.models import User
from cityalert.businesses import listing
from cityalert.businesses.listing import Asked
from cityalert.businesses.reach import silence
from cityalert.lib import clock, tenancy
from partners.actor import Actor
from partners.members import queries as members
from partners.queries import actor_for

PARTNERS, ROWS = 10_000, 100_000
# What a page's read may cost beside its bare statement: objects, permissions, the wall.
PROMISE = "≤ 3"

# Every partner has ten businesses and ten members; the demo's BIA has every 20th business and every 500th member.
_CROWD = (
    """
    CREATE TEMPORARY TABLE crowd AS SELECT gen_random_uuid() AS id, n FROM generate_series(1, %(partners)s) n
    """,
    """
    INSERT INTO partners_partner
        (id, kind, sector, name, name_skeleton, short_name, may_alert_public, is_active, created_at)
    SELECT id, 'bia', '', 'Crowd ' || n, 'crowd ' || n, 'Crowd', false, true, now() FROM crowd
    """,
    """
    INSERT INTO businesses_business (id, partner_id, key, name, levy_class, address, languages, tags, notes, custom,
        search, edited_at)
    SELECT gen_random_uuid(), CASE WHEN b %% 20 = 0 THEN %(bia)s ELSE crowd.id END, 'crowd-' || b, 'Shop ' || b, '',
        b || ' King St W', '{}', '{}', '', '{}', 'shop ' || b || ' king st w', now()
    FROM generate_series(1, %(rows)s) b JOIN crowd ON crowd.n = 1 + b %% %(partners)s
    """,
    """
    INSERT INTO businesses_contact (partner_id, business_id, function, name, phone, email, language, confirmed_at)
    SELECT b.partner_id, b.id, f, 'Somebody', '+14165550100', '', 'en', now()
    FROM businesses_business b, unnest(ARRAY['owner', 'manager']) f WHERE b.key LIKE 'crowd-%%'
    """,
    """
    INSERT INTO accounts_user (id, password, is_superuser, email, name, is_staff, is_active, language, joined_at)
    SELECT 1000000000 + n, '', false, 'crowd' || n || '@crowd.example', 'Member ' || n, false, true, 'en', now()
    FROM generate_series(1, %(rows)s) n
    """,
    """
    INSERT INTO partners_membership (user_id, partner_id, role, unit, call_order, valid_from, is_active)
    SELECT 1000000000 + m, CASE WHEN m %% 500 = 0 THEN %(bia)s ELSE crowd.id END, 'viewer', '', 1,
        now() - interval '1 d', true
    FROM generate_series(1, %(rows)s) m JOIN crowd ON crowd.n = 1 + m %% %(partners)s
    """,
    "ANALYZE partners_partner, businesses_business, businesses_contact, accounts_user, partners_membership",
)
_GONE = (
    "DELETE FROM businesses_contact c USING businesses_business b WHERE b.id = c.business_id AND b.key LIKE 'crowd-%'",
    "DELETE FROM businesses_business WHERE key LIKE 'crowd-%'",
    "DELETE FROM partners_membership WHERE user_id > 1000000000",
    "DELETE FROM accounts_user WHERE id > 1000000000",
    "DELETE FROM partners_partner WHERE name LIKE 'Crowd %'",
)

_TABLE = """
    SELECT * FROM businesses_business WHERE partner_id = %(bia)s AND archived_at IS NULL {} ORDER BY name, id LIMIT 51
"""
_COUNT = "SELECT count(*) FROM businesses_business WHERE partner_id = %(bia)s AND archived_at IS NULL {}"
# Whom the BIA cannot reach: the page says it beside each.
_SILENT = """
    SELECT c.id, c.phone, c.email, p.address, p.stopped_at, p.gone_at
    FROM businesses_contact c JOIN subscriptions_contactpoint p ON p.subscriber_id = c.subscriber_id
    WHERE c.partner_id = %(bia)s AND (p.stopped_at IS NOT NULL OR p.gone_at IS NOT NULL)
    UNION ALL
    SELECT c.id, c.phone, c.email, NULL, NULL, NULL FROM businesses_contact c
    WHERE c.partner_id = %(bia)s AND c.email IN (
        SELECT a.email FROM businesses_asking a JOIN accounts_letter l ON l.id = a.letter_id
        WHERE a.partner_id = %(bia)s AND l.failed_at IS NOT NULL)
"""
_CONTACTS = "SELECT * FROM businesses_contact WHERE business_id = ANY(%(shown)s)"
_MEMBERS = """
    SELECT m.*, u.id, u.name, u.email, u.language, u.last_login, u.is_active, u.is_staff, u.joined_at, s.id, s.name
    FROM partners_membership m JOIN accounts_user u ON u.id = m.user_id LEFT JOIN partners_site s ON s.id = m.site_id
    WHERE m.partner_id = %(bia)s ORDER BY u.name, m.id LIMIT 50
"""


def run(quick: bool) -> list[Row]:
    """A first page, a search, and the members."""
    bao = actor_for(User.objects.get(email="bao@cityalert.example"), at=clock.now())
    assert bao is not None
    today, at, times = clock.now().date(), clock.now(), 5 if quick else 25

    def table(asked: Asked) -> None:
        listing.page(bao, asked, silence(bao.partner_id), today=today, at=at)

    with _crowd(bao):
        return [
            _row("the table's first page", bao, lambda: table(Asked()), partial(_by_hand, bao, ""), times),
            _row(
                "a search in it", bao, lambda: table(Asked(words="shop 4020")),
                partial(_by_hand, bao, "AND search LIKE '%%shop%%' AND search LIKE '%%4020%%'"), times,
            ),
            _row("its members", bao, lambda: list(members.members_of(bao, at)[:50]), partial(_members, bao), times),
            *bringing.run(bao, quick),
        ]  # fmt: skip


def _row(
    name: str, actor: Actor, ours: Callable[[], object], by_hand: Callable[[], object], times: int
) -> Row:
    with tenancy.acting(partner_id=actor.partner_id, person_id=actor.user_id):
        ways = {"ours": partial(_timed, ours), "by hand": partial(_timed, by_hand)}
        taken = rounds.medians(ways, times)
    ratio = taken["ours"] / taken["by hand"]
    return Row(f"membership: {name}", ms(taken["ours"]), "by hand", ms(taken["by hand"]), ratio, PROMISE)


def _timed(read: Callable[[], object]) -> float:
    began = perf_counter()
    read()
    return perf_counter() - began


def _by_hand(actor: Actor, more: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_COUNT.format(more), {"bia": actor.partner_id})
        cursor.fetchall()
        cursor.execute(_TABLE.format(more), {"bia": actor.partner_id})
        shown = [row[0] for row in cursor.fetchall()]
        cursor.execute(_CONTACTS, {"shown": shown})
        cursor.fetchall()
    with tenancy.across("the bare statement"), connection.cursor() as cursor:
        cursor.execute(_SILENT, {"bia": actor.partner_id})
        cursor.fetchall()


def _members(actor: Actor) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_MEMBERS, {"bia": actor.partner_id})
        cursor.fetchall()


@contextmanager
def _crowd(bao: Actor) -> Iterator[None]:
    params = {"partners": PARTNERS, "rows": ROWS, "bia": bao.partner_id}
    with city.as_owner() as owner:
        for gone in _GONE:
            owner.execute(gone)
        for statement in _CROWD:
            owner.execute(statement, params if "%(" in statement else None)
        yield
        for gone in _GONE:
            owner.execute(gone)

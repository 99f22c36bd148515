"""The directory's statement against statements by hand, among made-up partners that are gone afterwards."""

import json
from collections.abc import Mapping
from functools import partial
from time import perf_counter
from typing import Any

from django.contrib.gis.geos import Point

from bench import city, rounds
from bench.inside.amounts import ms
from bench.rows import Row
from cityalert.directory import search
from cityalert.directory.search import NEAR_M, PAGE, Query, fold
from cityalert.duty import hours
from cityalert.lib import clock

PARTNERS, MEMBERS = 10_000, 100_000
PROMISE = "≤ 1.2"

_CROWD = (
    "SELECT setseed(0.2026)",
    """
    CREATE TEMPORARY TABLE crowd ON COMMIT DROP AS
    SELECT gen_random_uuid() AS id, n, (ARRAY['Harbour','King','Queen','Bay','Don','Humber','Lake','Front',
        'Dundas','Bloor','Spadina','Yonge','Jarvis','Church','Carlton','Wellesley','Danforth','Eglinton','Lawrence',
        'Finch'])[1 + n %% 20]
        || ' ' || (ARRAY['Tower','Hall','Centre','Hotel','Court','Place','Bank','Market','Theatre','Arena','College',
        'Plaza','Mills','Gate','Garden','House','Terminal'])[1 + n / 20 %% 17] || ' ' || n AS name
    FROM generate_series(1, %(partners)s) n
    """,
    """
    INSERT INTO partners_partner (id, kind, sector, name, name_skeleton, short_name, may_alert_public, is_active,
        created_at)
    SELECT id, 'corporate', 'office', name, lower(name), left(name, 20), false, true, now() FROM crowd
    """,
    """
    INSERT INTO partners_site (id, partner_id, name, address, sector, location, hours, hours_note, hazards,
        hazards_note, meeting_point, notes)
    SELECT gen_random_uuid(), id, name, '', '',
        ST_SetSRID(ST_Point(-79.6 + random() * 0.5, 43.6 + random() * 0.2), 4326), '{}', '', '{}', '', '', '' FROM crowd
    """,
    """
    INSERT INTO accounts_user (id, password, is_superuser, email, name, is_staff, is_active, language, joined_at)
    SELECT 1000000000 + n, '', false, 'crowd' || n || '@crowd.example', 'Member ' || n, false, true, 'en', now()
    FROM generate_series(1, %(members)s) n
    """,
    """
    INSERT INTO partners_membership (user_id, partner_id, role, unit, call_order, valid_from, is_active)
    SELECT 1000000000 + m, crowd.id, CASE WHEN m %% 3 = 0 THEN 'operator' ELSE 'viewer' END, '', 1 + m %% 2,
        now() - interval '1 d', true
    FROM generate_series(1, %(members)s) m JOIN crowd ON crowd.n = 1 + m %% %(partners)s
    """,
    "ANALYZE partners_partner", "ANALYZE partners_site", "ANALYZE partners_membership", "ANALYZE accounts_user",
)  # fmt: skip

# What somebody who knows PostgreSQL would write for this very question and nothing else, in two ways.
_SHOWN = {
    "NOT IN": """p.id NOT IN (SELECT partner_id FROM directory_entry WHERE NOT is_listed)
        AND (p.is_active OR p.id IN (SELECT partner_id FROM directory_canary))""",
    "NOT EXISTS": """NOT EXISTS (SELECT FROM directory_entry e WHERE e.partner_id = p.id AND NOT e.is_listed)
        AND (p.is_active OR EXISTS (SELECT FROM directory_canary c WHERE c.partner_id = p.id))""",
}
_NAME = """
    SELECT p.id, p.name, p.kind, p.sector,
        coalesce((SELECT e.about FROM directory_entry e WHERE e.partner_id = p.id), '')
    FROM partners_partner p
    WHERE %(text)s <%% directory_fold(p.name || ' ' || p.short_name) AND {shown}
    ORDER BY word_similarity(%(text)s, directory_fold(p.name || ' ' || p.short_name)) DESC, p.name, p.id LIMIT %(limit)s
"""
_PLACE = """
    SELECT p.id, p.name, p.kind, p.sector,
        coalesce((SELECT e.about FROM directory_entry e WHERE e.partner_id = p.id), ''),
        min(ST_Distance(s.location::geography, %(near)s::geography))
    FROM partners_site s JOIN partners_partner p ON p.id = s.partner_id
    WHERE s.archived_at IS NULL AND s.location && ST_Expand(%(near)s::geometry, 0.02)
      AND ST_Distance(s.location::geography, %(near)s::geography) <= %(metres)s AND {shown}
      AND p.id NOT IN (SELECT partner_id FROM directory_entry WHERE NOT shows_sites) {more}
    GROUP BY p.id ORDER BY min(ST_Distance(s.location::geography, %(near)s::geography)), p.name, p.id LIMIT %(limit)s
"""
_ON_CALL = """
    AND EXISTS (SELECT FROM partners_membership m JOIN accounts_user u ON u.id = m.user_id AND u.is_active
        LEFT JOIN duty_hours d ON d.membership_id = m.id
        WHERE m.partner_id = p.id AND m.is_active
          AND m.valid_from <= %(at)s AND (m.valid_until IS NULL OR m.valid_until > %(at)s)
          AND CASE WHEN EXISTS (SELECT FROM duty_hours o WHERE o.partner_id = p.id)
              THEN (%(minute)s - d.begins + 10080) %% 10080 < d.minutes
              ELSE m.call_order = 1 AND m.role = ANY(%(roles)s::text[]) END)
"""
_HERE = Point(-79.3817, 43.6479, srid=4326)
_QUESTIONS = {
    "a name": (Query(fold("Harbour Tower 4021")), _NAME, ""),
    "a name with slips": (Query(fold("Wellesly Theatr")), _NAME, ""),
    "near a place": (Query(near=_HERE), _PLACE, ""),
    "on duty near a place": (Query(near=_HERE, on_call=True), _PLACE, _ON_CALL),
}


def run(quick: bool) -> list[Row]:
    """Every question, among all of them."""
    with city.as_owner() as connection, connection.transaction(force_rollback=True):
        for statement in _CROWD:
            connection.execute(
                statement, {"partners": PARTNERS, "members": MEMBERS} if "%(" in statement else None
            )
        connection.execute("SELECT set_config('pg_trgm.word_similarity_threshold', '0.45', true)")
        return [
            _measure(connection, name, *question, 5 if quick else 25) for name, question in _QUESTIONS.items()
        ]


def _measure(connection: Any, name: str, query: Query, by_hand: str, more: str, times: int) -> Row:
    params = {
        "text": query.text, "kind": "", "sector": "", "at": clock.now(), "metres": NEAR_M,
        "limit": PAGE + 1, "offset": 0,
        "near": query.near.hexewkb.decode() if query.near else None, "degrees": NEAR_M / 50_000,
        "roles": ["operator", "approver", "publisher"], "minute": hours.minute_of_week(clock.now(), ""),
        "turning": [], "their_turn": [],
        "minutes": json.dumps(hours.minutes_by_zone(clock.now())),
    }  # fmt: skip
    ways = {"ours": search.statement(query)}
    ways |= {key: by_hand.format(shown=shown, more=more) for key, shown in _SHOWN.items()}
    found = _agreed(connection, ways, params)
    taken = rounds.medians(
        {key: partial(_timed, connection, sql, params) for key, sql in ways.items()}, times
    )
    best = min(_SHOWN, key=lambda key: taken[key])
    return Row(
        f"directory: {name}, {found} found", ms(taken["ours"]),
        f"best by hand ({best})", ms(taken[best]), taken["ours"] / taken[best], PROMISE,
    )  # fmt: skip


def _agreed(connection: Any, ways: Mapping[str, str], params: Mapping[str, Any]) -> int:
    """How many there are. All ways find the same, in the same order."""
    answers = [[row[0] for row in connection.execute(sql, params).fetchall()] for sql in ways.values()]
    assert all(answer == answers[0] for answer in answers), "the ways do not agree"
    return len(answers[0])


def _timed(connection: Any, sql: str, params: Mapping[str, Any]) -> float:
    began = perf_counter()
    connection.execute(sql, params).fetchall()
    return perf_counter() - began

"""Finding partners: by name as people misspell it, by kind and sector, near a place, and who is on duty there.

One statement. A canary is found like any other; what a partner did not publish is not.
"""

import json
import re
import unicodedata
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.gis.geos import Point
from django.db import connection, transaction

from cityalert.duty import hours
from cityalert.duty.hours import WEEK
from cityalert.duty.queries import by_turns
from cityalert.lib import tenancy
from partners.models import Partner
from partners.roles import Role
from partners.sectors import Sector

PAGE, PAGES = 20, 5
SHORTEST = 3
NEAR_M = 1_000
# Far more than a metre is of a degree anywhere people live: what the index narrows to before metres are counted.
_DEGREES = NEAR_M / 50_000
_LIKENESS = 0.45
_ON_CALL = (Role.OPERATOR, Role.APPROVER, Role.PUBLISHER)

# A partner that others may find; `p` and `e` as joined below.
LISTED = """
    (p.is_active OR EXISTS (SELECT FROM directory_canary c WHERE c.partner_id = p.id))
    AND coalesce(e.is_listed, true)"""

_NEAR = """
    near AS MATERIALIZED (
        SELECT s.partner_id, min(ST_Distance(s.location::geography, %(near)s::geography)) AS metres
        FROM partners_site s LEFT JOIN directory_entry e ON e.partner_id = s.partner_id
        WHERE s.archived_at IS NULL AND coalesce(e.shows_sites, true)
          AND s.location && ST_Expand(%(near)s::geometry, %(degrees)s)
        GROUP BY s.partner_id
        HAVING min(ST_Distance(s.location::geography, %(near)s::geography)) <= %(metres)s
    )"""
_MEMBER = """
    FROM partners_membership m JOIN accounts_user u ON u.id = m.user_id AND u.is_active
    WHERE m.partner_id = p.id AND m.is_active
      AND m.valid_from <= %(at)s AND (m.valid_until IS NULL OR m.valid_until > %(at)s)"""
# `hours.Stretch.holds`, once more; who takes turns is worked out before.
_ON_DUTY = f"""
    {_MEMBER} AND CASE WHEN p.id = ANY(%(turning)s::uuid[]) THEN m.id = ANY(%(their_turn)s::bigint[]) ELSE EXISTS (
        SELECT FROM duty_hours d WHERE d.membership_id = m.id
        AND ((%(minutes)s::jsonb ->> coalesce(z.zone, ''))::int - d.begins + {WEEK}) %% {WEEK} < d.minutes) END"""
_SAYS_HOURS = (
    "(p.id = ANY(%(turning)s::uuid[]) OR EXISTS (SELECT FROM duty_hours d WHERE d.partner_id = p.id))"
)
# Where no hours are said, whoever is told first is on call.
_ON_CALL_NOW = f"""
    CASE WHEN {_SAYS_HOURS} THEN EXISTS (SELECT {_ON_DUTY})
    ELSE EXISTS (SELECT {_MEMBER} AND m.call_order = 1 AND m.role = ANY(%(roles)s::text[])) END"""
_UNITS = f"CASE WHEN {_SAYS_HOURS} THEN ARRAY(SELECT DISTINCT m.unit {_ON_DUTY} ORDER BY m.unit) END"
_NAMED = "%(text)s <%% directory_fold(p.name || ' ' || p.short_name)"


@dataclass(frozen=True)
class Query:
    """What somebody looks for. `text` is folded; a `near` without a name behind it was not found."""

    text: str = ""
    near: Point | None = None
    kind: str = ""
    sector: str = ""
    on_call: bool = False
    page: int = 1

    @property
    def is_enough(self) -> bool:
        """A kind or a sector alone would be a list of them."""
        return len(self.text.replace(" ", "")) >= SHORTEST or (self.near is not None and not self.text)


@dataclass(frozen=True)
class Hit:
    """One partner that was found."""

    id: UUID
    name: str
    kind: str
    sector: str
    about: str
    metres: float | None
    # The units on duty at this hour, nameless ones as ""; None: it says no hours, or nobody asked.
    on_duty: list[str] | None = None

    @property
    def kind_label(self) -> str:
        """Its kind in words."""
        return str(Partner.Kind(self.kind).label)

    @property
    def sector_label(self) -> str:
        """Its sector in words, if it has one."""
        return str(Sector(self.sector).label) if self.sector else ""


def fold(text: str) -> str:
    """Lower case, no accents, words with one space between: as `directory_fold` does in PostgreSQL."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return " ".join(re.findall(r"[a-z0-9&']+", plain))[:80]


@tenancy.across("the directory")
def find(query: Query, at: Any) -> list[Hit]:
    """A page of what was found, and one more if there is a next page."""
    turning = by_turns(at) if query.on_call else {}
    params = {
        "turning": list(turning), "their_turn": sorted(set().union(*turning.values())),
        "text": query.text, "kind": query.kind, "sector": query.sector, "at": at,
        "near": query.near.hexewkb.decode() if query.near else None, "degrees": _DEGREES, "metres": NEAR_M,
        "roles": [role.value for role in _ON_CALL], "minutes": json.dumps(hours.minutes_by_zone(at)),
        "limit": PAGE + 1, "offset": PAGE * (query.page - 1),
    }  # fmt: skip
    with transaction.atomic(), connection.cursor() as cursor:
        # How like a name must be what was typed; for this transaction only.
        cursor.execute("SELECT set_config('pg_trgm.word_similarity_threshold', %s, true)", [str(_LIKENESS)])
        cursor.execute(statement(query), params)
        return [Hit(*row) for row in cursor.fetchall()]


def statement(query: Query) -> str:
    """The SQL for it: only the joins and conditions that it needs, so that the planner sees which index to take."""
    conditions = [LISTED]
    if query.text:
        conditions.append(_NAMED)
    if query.kind:
        conditions.append("p.kind = %(kind)s")
    if query.sector:
        conditions.append("p.sector = %(sector)s")
    if query.on_call:
        conditions.append(_ON_CALL_NOW)
    likeness = (
        "word_similarity(%(text)s, directory_fold(p.name || ' ' || p.short_name)) DESC," if query.text else ""
    )
    return f"""
        {"WITH" + _NEAR if query.near else ""}
        SELECT p.id, p.name, p.kind, p.sector, coalesce(e.about, ''), {"near.metres" if query.near else "NULL"},
            {_UNITS if query.on_call else "NULL"}
        FROM partners_partner p LEFT JOIN directory_entry e ON e.partner_id = p.id
        {"LEFT JOIN duty_roster z ON z.partner_id = p.id" if query.on_call else ""}
        {"JOIN near ON near.partner_id = p.id" if query.near else ""}
        WHERE {" AND ".join(conditions)}
        ORDER BY {likeness} {"near.metres," if query.near else ""} p.name, p.id
        LIMIT %(limit)s OFFSET %(offset)s
    """

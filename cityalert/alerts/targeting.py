"""Whom an alert is for, as one SELECT: by place, kind and role; an exercise by its list. Delivery tells them."""

from dataclasses import dataclass, field
from datetime import datetime
from math import cos, radians
from typing import Any

from django.contrib.gis.geos import MultiPolygon, Polygon
from django.db import connection
from django.utils.translation import gettext_lazy as _

from cityalert.alerts import topics
from cityalert.alerts.models import Alert
from cityalert.alerts.vocabulary import MsgType, Scope, Status
from cityalert.delivery.audience import NOBODY, Audience
from cityalert.lib.refusals import Refusal
from cityalert.lib.severity import Severity
from partners.roles import TOLD_BY_DEFAULT

# A degree of latitude, where it is shortest: at the equator.
_METRES_PER_DEGREE = 110_574


class AreaMissing(Refusal):
    """An alert without an area is for nobody. It is never for everyone."""

    code = "area_missing"
    status = 422
    sentence = _("Draw an area or choose a zone: an alert without an area reaches nobody.")


# The partners an alert may be for: never its author, who knows. Looked up for the sites of a block, joined for a
# city's: the planner chooses.
_ALLOWED = """
    allowed AS NOT MATERIALIZED (
        SELECT p.id, p.kind, p.sector, p.name FROM partners_partner p
        WHERE p.is_active AND p.id <> %(author)s
          AND (cardinality(%(kinds)s::text[]) = 0 OR p.kind = ANY(%(kinds)s::text[]))
          AND (cardinality(%(sectors)s::text[]) = 0 OR p.sector = ANY(%(sectors)s::text[]) OR EXISTS (
              SELECT FROM partners_site s
              WHERE s.partner_id = p.id AND s.archived_at IS NULL AND s.sector = ANY(%(sectors)s::text[])))
          AND (NOT %(is_listed)s OR p.id = ANY(%(invited)s::uuid[]))
          AND (cardinality(%(groups)s::uuid[]) = 0 OR EXISTS (
              SELECT FROM partners_participant g
              WHERE g.partner_id = p.id AND g.group_id = ANY(%(groups)s::uuid[]) AND g.state = 'joined'))
    )"""

# The area stands in the statement as a value, so that the planner knows how much of the table it covers: an
# index for a block, one pass for the city. Cutting it up first (ST_Subdivide) was measured: the same for a ward,
# five times slower for the city.
_INSIDE = "ST_Intersects({0}, %(area)s::geometry)"
# Within a margin, in metres on the ground. The box around it stands in the statement too: the index looks there.
_NEAR = """{0} && %(box)s::geometry
            AND ST_DWithin({0}::geography, %(area)s::geometry::geography, %(margin)s)"""

# A site of a sector of its own is that, whatever its partner is.
_HIT = """
    hit AS MATERIALIZED (
        SELECT s.id, s.partner_id, a.kind FROM partners_site s JOIN allowed a ON a.id = s.partner_id
        WHERE {place} AND s.archived_at IS NULL
          AND (cardinality(%(sectors)s::text[]) = 0
               OR coalesce(NULLIF(s.sector, ''), a.sector) = ANY(%(sectors)s::text[]))
    )"""

# Members count at the moment the alert is published. Somebody who belongs to several partners that are hit is
# told once, as early as any of these memberships says. For whoever is away the colleague hears it who stands in, or
# nobody; if that colleague has left, or is away as well, it comes to them all the same.
_MEMBERS = """
    member AS MATERIALIZED (
        SELECT m.partner_id, m.site_id, m.call_order, s.id AS subscriber_id, a.name AS partner,
            CASE WHEN i.id IS NOT NULL THEN (
                SELECT o.name FROM accounts_user o WHERE o.id = m.user_id) END AS stands_in_for
        FROM partners_membership m
        JOIN allowed a ON a.id = m.partner_id
        LEFT JOIN subscriptions_absence w ON w.membership_id = m.id AND w.begins_at <= %(at)s AND w.ends_at > %(at)s
        LEFT JOIN partners_membership i ON i.id = w.stand_in_id AND i.is_active AND i.valid_from <= %(at)s
            AND (i.valid_until IS NULL OR i.valid_until > %(at)s)
            AND (SELECT iu.is_active FROM accounts_user iu WHERE iu.id = i.user_id)
            AND NOT EXISTS (SELECT FROM subscriptions_absence x
                            WHERE x.membership_id = i.id AND x.begins_at <= %(at)s AND x.ends_at > %(at)s)
        JOIN accounts_user u ON u.id = coalesce(i.user_id, m.user_id) AND u.is_active
        JOIN subscriptions_subscriber s ON s.user_id = u.id
        WHERE m.is_active AND m.valid_from <= %(at)s AND (m.valid_until IS NULL OR m.valid_until > %(at)s)
          AND m.role = ANY(%(roles)s::text[]) AND (w.id IS NULL OR w.stand_in_id IS NOT NULL)
    ),
    concerned AS (
        SELECT DISTINCT ON (m.subscriber_id) m.partner_id, m.subscriber_id, m.call_order, left(CASE
            WHEN m.stands_in_for IS NOT NULL THEN 'stand_in:' || m.stands_in_for
            WHEN m.site_id IN (SELECT id FROM hit)
                THEN 'site:' || (SELECT site.name FROM partners_site site WHERE site.id = m.site_id)
            WHEN m.site_id IS NULL AND m.partner_id IN (SELECT partner_id FROM hit) THEN 'partner:' || m.partner
            ELSE 'area:' || (
                SELECT string_agg(w.label, ', ' ORDER BY w.id) FROM subscriptions_watcharea w
                WHERE w.subscriber_id = m.subscriber_id AND {watched}) END, 120) AS because
        FROM member m
        WHERE m.site_id IN (SELECT id FROM hit)
           OR (m.site_id IS NULL AND m.partner_id IN (SELECT partner_id FROM hit))
           OR (m.stands_in_for IS NULL AND m.subscriber_id IN (
               SELECT w.subscriber_id FROM subscriptions_watcharea w
               WHERE w.subscriber_id IN (SELECT subscriber_id FROM member) AND {watched}))
        ORDER BY m.subscriber_id, m.call_order, m.stands_in_for NULLS FIRST, m.partner_id
    )"""

_PARTNERS_SIDE = """
    SELECT DISTINCT 'screen' AS kind, partner_id, NULL::bigint AS subscriber_id, 1::smallint AS call_order,
        '' AS because
    FROM hit
    UNION ALL
    SELECT 'member', partner_id, subscriber_id, call_order, because FROM concerned"""

# What everybody may hear, members hear of the places they watch, too, whatever their partner. From the people, who are
# few, to their places: the other way round goes through a city of residents.
_WATCHERS = """
    UNION ALL
    SELECT * FROM (
        WITH w AS MATERIALIZED (
            SELECT w.*, s.user_id FROM subscriptions_subscriber s
            JOIN subscriptions_watcharea w ON w.subscriber_id = s.id WHERE s.user_id IS NOT NULL
        )
        SELECT DISTINCT ON (w.subscriber_id) 'member', m.partner_id, w.subscriber_id, 1::smallint,
            left('area:' || w.label, 120)
        FROM w JOIN accounts_user u ON u.id = w.user_id AND u.is_active
        JOIN partners_membership m ON m.user_id = w.user_id AND m.is_active AND m.valid_from <= %(at)s
            AND (m.valid_until IS NULL OR m.valid_until > %(at)s)
        JOIN partners_partner p ON p.id = m.partner_id AND p.is_active AND p.id <> %(author)s
        WHERE {watched}
        ORDER BY w.subscriber_id, m.partner_id, w.id
    ) watchers"""

# "NOT IN" on purpose: those with an account are few and become one hash table that is asked for each point. For
# an anti-join the planner walks the whole table in the order of its subscribers.
_RESIDENTS = """
    SELECT w.subscriber_id FROM subscriptions_watcharea w
    WHERE ST_Intersects(w.area, %(area)s::geometry)
      AND (w.topics = 0 OR %(topic)s = 0 OR w.topics & %(topic)s <> 0)
      AND (w.resumes_at IS NULL OR w.resumes_at <= %(at)s)
      AND w.subscriber_id NOT IN (SELECT id FROM subscriptions_subscriber WHERE user_id IS NOT NULL)"""

# Who takes part in an exercise or a test: whoever was chosen, wherever they are. No place is asked, no resident known.
_INVITED = """
    WITH member AS (
        SELECT m.partner_id, m.call_order, s.id AS subscriber_id
        FROM partners_membership m
        JOIN partners_partner p ON p.id = m.partner_id AND p.is_active
        JOIN accounts_user u ON u.id = m.user_id AND u.is_active
        JOIN subscriptions_subscriber s ON s.user_id = m.user_id
        WHERE m.is_active AND m.valid_from <= %(at)s AND (m.valid_until IS NULL OR m.valid_until > %(at)s)
          AND (m.partner_id = ANY(%(invited)s::uuid[]) AND m.role = ANY(%(roles)s::text[])
               OR m.partner_id = %(author)s AND m.id = ANY(%(people)s::bigint[]))
    )
    SELECT 'screen' AS kind, p.id AS partner_id, NULL::bigint AS subscriber_id, 1::smallint AS call_order,
        '' AS because
    FROM partners_partner p WHERE p.is_active AND p.id = ANY(%(invited)s::uuid[])
    UNION ALL
    SELECT * FROM (
        SELECT DISTINCT ON (subscriber_id) 'member', partner_id, subscriber_id, call_order, 'list'
        FROM member ORDER BY subscriber_id, call_order, partner_id
    ) people"""

_FOR_PARTNERS = f"WITH {_ALLOWED},{_HIT},{_MEMBERS}{_PARTNERS_SIDE}"


def _with_place(statement: str, alert: Alert) -> str:
    """The statement for the area itself, or for what lies within the margin around it."""
    where = _NEAR if alert.audience_margin_m else _INSIDE
    watched = f"{where.format('w.area')} AND (w.topics = 0 OR %(topic)s = 0 OR w.topics & %(topic)s <> 0)"
    return statement.format(place=where.format("s.location"), watched=watched)


def audience(alert: Alert, at: datetime) -> Audience:
    """The screens, members and residents an alert is for at a moment, as one statement. Raises AreaMissing.

    An exercise or a test is for those on its list, and for nobody else.
    A Cancel is for nobody by itself: whoever its predecessors reached hears it (`outbox.post`, `follows`).
    """
    if alert.area is None or alert.area.empty:
        raise AreaMissing(field="area")
    if alert.msg_type == MsgType.CANCEL:
        return NOBODY
    if alert.status != Status.ACTUAL:
        return invited(alert, at)
    if not reaches_residents(alert):
        return Audience(_with_place(_FOR_PARTNERS, alert), _params(alert, at), says_why=True)
    return Audience(
        _with_place(_FOR_PARTNERS + _WATCHERS, alert), _params(alert, at), _RESIDENTS, says_why=True
    )


def invited(alert: Alert, at: datetime) -> Audience:
    """Those on the list of what is not real: chosen partners' screens and members, and chosen people."""
    return Audience(_INVITED, _params(alert, at), says_why=True)


def follows(alert: Alert) -> list[int]:
    """The notices whose hearers hear this one too: every earlier version's, for somebody may have missed the last."""
    if alert.msg_type == MsgType.ALERT:
        return []
    earlier = Alert.objects.filter(series=alert.series, notice__isnull=False).exclude(pk=alert.pk)
    return sorted(earlier.values_list("notice_id", flat=True))


def reaches_residents(alert: Alert) -> bool:
    """Does it go to the public? An exercise or a test never does."""
    return alert.scope == Scope.PUBLIC and alert.status == Status.ACTUAL


@dataclass(frozen=True)
class Sites:
    """The sites an area hits: how many, of how many partners of each kind, and where, as GeoJSON text."""

    count: int = 0
    partners: int = 0
    partners_by_kind: dict[str, int] = field(default_factory=dict)
    geojson: str = '{"type": "FeatureCollection", "features": []}'


_SITES = f"""
    WITH {_ALLOWED},{_HIT}
    SELECT count(*),
        (SELECT count(DISTINCT partner_id) FROM hit),
        (SELECT coalesce(json_object_agg(k.kind, k.n), '{{{{}}}}')
         FROM (SELECT kind, count(DISTINCT partner_id) AS n FROM hit GROUP BY kind ORDER BY kind) k),
        json_build_object('type', 'FeatureCollection', 'features', coalesce(json_agg(json_build_object(
            'type', 'Feature', 'id', s.id, 'geometry', ST_AsGeoJSON(ST_PointOnSurface(s.location), 5)::json,
            'properties', json_build_object('name', s.name, 'partner', p.name, 'kind', hit.kind)
        ) ORDER BY s.name) FILTER (WHERE s.id IS NOT NULL), '[]'))::text
    FROM hit JOIN partners_site s ON s.id = hit.id JOIN partners_partner p ON p.id = s.partner_id
"""


def sites(alert: Alert) -> Sites:
    """The sites hit, for the preview and its map; none while there is no area."""
    if alert.area is None or alert.area.empty:
        return Sites()
    with connection.cursor() as cursor:
        cursor.execute(_with_place(_SITES, alert), _params(alert, None))
        count, partners, by_kind, geojson = cursor.fetchone()
    return Sites(count, partners, by_kind, geojson)


def _params(alert: Alert, at: datetime | None) -> dict[str, Any]:
    return {
        "area": alert.area.hexewkb.decode() if alert.area else None,
        "author": alert.partner_id,
        "box": _box(alert.area, alert.audience_margin_m) if alert.area else None,
        "margin": alert.audience_margin_m,
        "kinds": list(alert.audience_kinds),
        "sectors": list(alert.audience_sectors),
        "groups": list(alert.audience_groups),
        "roles": list(alert.audience_roles) or [role.value for role in TOLD_BY_DEFAULT],
        "is_listed": alert.status != Status.ACTUAL,
        "invited": list(alert.invited_partners),
        "people": list(alert.invited_members),
        "topic": 0 if alert.severity == Severity.EXTREME else topics.of(alert.event),
        "at": at,
    }


def _box(area: MultiPolygon, margin: int) -> str:
    """A rectangle that holds all within the margin, a little larger: it only has to miss nothing."""
    west, south, east, north = area.extent
    up = margin * 1.01 / _METRES_PER_DEGREE
    # At the edge that is nearer to the pole, where degrees of longitude are shortest.
    across = up / cos(radians(min(max(abs(south), abs(north)) + up, 89)))
    box = Polygon.from_bbox((west - across, south - up, east + across, north + up))
    box.srid = area.srid
    return str(box.hexewkb.decode())

"""What the pages about one notice show beside the counts of `queries`: answers, sites, who was told how. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.contrib.gis.geos import GEOSGeometry
from django.db import connection
from django.db.models import Prefetch, Q, QuerySet

from cityalert.delivery.models import Attempt, Call, Delivery, Photo, Recipient, Report
from cityalert.delivery.response import Response
from cityalert.lib import tenancy
from cityalert.lib.refusals import NotThere

# A partner's answer is the latest that anybody there gave; "acknowledged" is the first.
_ANSWERS = """
    SELECT r.notice_id, r.partner_id, p.name, p.kind,
        min(r.acknowledged_at),
        (array_agg(a.name ORDER BY r.acknowledged_at) FILTER (WHERE r.acknowledged_at IS NOT NULL))[1],
        (array_agg(r.response ORDER BY r.responded_at DESC, r.id) FILTER (WHERE r.responded_at IS NOT NULL))[1],
        (array_agg(r.response_note ORDER BY r.responded_at DESC, r.id) FILTER (WHERE r.responded_at IS NOT NULL))[1],
        max(r.responded_at),
        count(*) FILTER (WHERE r.call_order > 1 AND EXISTS (
            SELECT FROM delivery_delivery d WHERE d.recipient_id = r.id AND d.state = 'waiting'))
    FROM delivery_recipient r
    JOIN partners_partner p ON p.id = r.partner_id
    LEFT JOIN accounts_user a ON a.id = r.acknowledged_by_id
    WHERE r.notice_id = ANY(%(notices)s) AND r.kind <> 'resident'
    GROUP BY r.notice_id, r.partner_id, p.name, p.kind
    ORDER BY p.name
"""


@dataclass(frozen=True)
class Answer:
    """What a partner that was told has said so far."""

    partner_id: UUID
    partner: str
    kind: str
    acknowledged_at: datetime | None
    acknowledged_by: str
    response: str
    note: str
    responded_at: datetime | None
    deputies_held: int

    @property
    def word(self) -> str:
        """The response as people read it; empty without one."""
        return str(Response(self.response).label) if self.response else ""

    @property
    def needs_help(self) -> bool:
        """Is that their latest word?"""
        return self.response == Response.NEED_HELP

    @property
    def state(self) -> str:
        """For the map: acknowledged, no_answer or needs_help."""
        if self.needs_help:
            return "needs_help"
        return "acknowledged" if self.acknowledged_at else "no_answer"


@dataclass(frozen=True)
class Answers:
    """The partners that were told by one notice, in the order of their names."""

    partners: list[Answer] = field(default_factory=list)

    def saying(self, response: str) -> list[Answer]:
        """Those whose latest word it is, the latest first."""
        said = [one for one in self.partners if one.response == response and one.responded_at]
        return sorted(
            said, key=lambda one: one.responded_at.timestamp() if one.responded_at else 0, reverse=True
        )

    @property
    def need_help(self) -> list[Answer]:
        """Who needs help."""
        return self.saying(Response.NEED_HELP)

    @property
    def safe(self) -> list[Answer]:
        """Who is safe."""
        return self.saying(Response.SAFE)

    @property
    def not_on_site(self) -> list[Answer]:
        """Who is not there."""
        return self.saying(Response.NOT_ON_SITE)

    @property
    def silent(self) -> list[Answer]:
        """Where nobody has acknowledged."""
        return [one for one in self.partners if one.acknowledged_at is None]

    @property
    def have_deputies(self) -> list[Answer]:
        """Where nobody has acknowledged and deputies wait to be called up."""
        return [one for one in self.silent if one.deputies_held]


def answers(notice_ids: Sequence[int]) -> dict[int, Answers]:
    """What each partner said to each of these notices, by one statement."""
    found = {notice_id: Answers() for notice_id in notice_ids}
    with connection.cursor() as cursor:
        cursor.execute(_ANSWERS, {"notices": list(notice_ids)})
        for notice_id, partner_id, name, kind, first_at, who, response, note, last_at, held in cursor:
            one = Answer(
                partner_id, name, kind, first_at, who or "", response or "", note or "", last_at, held
            )
            found[notice_id].partners.append(one)
    return found


def calls(notice_id: int, *, only: UUID | None = None) -> list[Call]:
    """Every call that was to follow if nobody answered, with its partner, in the order of their moments.

    `only` one partner's.
    """
    dues = (
        Call.objects.filter(notice=notice_id, **({"partner": only} if only else {}))
        .select_related("partner")
        .defer("partner__jurisdiction")
    )
    return list(dues.order_by("next_at", "partner__name", "number"))


_SITES = """
    WITH said AS (
        SELECT r.partner_id,
            min(r.acknowledged_at) AS acknowledged_at,
            (array_agg(r.response ORDER BY r.responded_at DESC, r.id)
             FILTER (WHERE r.responded_at IS NOT NULL))[1] AS response
        FROM delivery_recipient r
        WHERE r.notice_id = %(notice)s AND r.partner_id IS NOT NULL
          AND (%(only)s::uuid IS NULL OR r.partner_id = %(only)s)
        GROUP BY r.partner_id
    )
    SELECT json_build_object('type', 'FeatureCollection', 'features', coalesce(json_agg(json_build_object(
        'type', 'Feature', 'id', s.id, 'geometry', ST_AsGeoJSON(ST_PointOnSurface(s.location), 5)::json,
        'properties', json_build_object('id', s.id, 'name', s.name, 'text', p.name, 'state', CASE
            WHEN said.response = 'need_help' THEN 'needs_help'
            WHEN said.acknowledged_at IS NOT NULL THEN 'acknowledged' ELSE 'no_answer' END)
    ) ORDER BY s.name), '[]'))::text
    FROM said JOIN partners_site s ON s.partner_id = said.partner_id
    JOIN partners_partner p ON p.id = said.partner_id
    WHERE ST_Intersects(s.location, %(area)s::geometry)
"""


@tenancy.across("the sites of those who were told")
def sites_geojson(notice_id: int, area: GEOSGeometry, *, only: UUID | None = None) -> str:
    """The sites in the area of those who were told, and what they said, as GeoJSON text; `only` one partner's."""
    with connection.cursor() as cursor:
        cursor.execute(_SITES, {"notice": notice_id, "area": area.hexewkb.decode(), "only": only})
        return str(cursor.fetchone()[0])


def people(notice_id: int) -> QuerySet[Recipient]:
    """Each member who was told or would have been, with every delivery and attempt, by partner and name."""
    tried = Delivery.objects.order_by("channel", "pk").prefetch_related(
        Prefetch("attempts", queryset=Attempt.objects.order_by("number"))
    )
    return (
        Recipient.objects.filter(notice_id=notice_id, kind=Recipient.Kind.MEMBER)
        .select_related("subscriber__user", "partner", "acknowledged_by")
        .prefetch_related(Prefetch("deliveries", queryset=tried))
        .order_by("partner__name", "call_order", "subscriber__user__name", "pk")
    )


def reports(notice_id: int, *, at_most: int = 200) -> QuerySet[Report]:
    """What was said back, the latest first: each response, also those that were changed, and words, photos, places."""
    said = Report.objects.filter(notice_id=notice_id).select_related("by", "partner", "recipient")
    return said.annotate(has_photo=Q(photo__isnull=False)).order_by("-said_at", "-pk")[:at_most]


def photo(notice_id: int, report_id: int) -> bytes:
    """The picture of one report to a notice. Raises NotThere."""
    found = Photo.objects.filter(report=report_id, report__notice=notice_id).first()
    if found is None:
        raise NotThere
    return bytes(found.jpeg)


_TOLD = """
    SELECT r.subscriber_id, r.acknowledged_at,
        coalesce(bool_or(d.state IN ('sent', 'delivered', 'seen', 'acknowledged')), false),
        coalesce(bool_or(d.state IN ('delivered', 'seen', 'acknowledged')), false),
        coalesce(bool_and(d.state IN ('failed', 'opted_out', 'expired')), false),
        count(d.id)
    FROM delivery_recipient r LEFT JOIN delivery_delivery d ON d.recipient_id = r.id
    WHERE r.notice_id = %(notice)s AND r.subscriber_id IS NOT NULL
    GROUP BY r.id
"""


@dataclass(frozen=True)
class Told:
    """How far a notice came to one subscriber; with no `ways` there was none to send it by."""

    acknowledged_at: datetime | None = None
    was_sent: bool = False
    was_delivered: bool = False
    has_failed: bool = False
    ways: int = 0


def told(notice_id: int) -> dict[int, Told]:
    """Each subscriber of a notice, and how far it came."""
    with connection.cursor() as cursor:
        cursor.execute(_TOLD, {"notice": notice_id})
        return {subscriber: Told(*rest) for subscriber, *rest in cursor}

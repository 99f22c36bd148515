"""Reads of alerts, each from what the actor may see. How far an alert came is in `delivery.queries`."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.gis.db.models.functions import AsGeoJSON
from django.db import connection
from django.db.models import (
    Case,
    Exists,
    F,
    FilteredRelation,
    Func,
    JSONField,
    Prefetch,
    Q,
    QuerySet,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, JSONObject

from cityalert.alerts import content, marking
from cityalert.alerts.approvals import SingleSend
from cityalert.alerts.lifecycle import UNSAID, State
from cityalert.alerts.models import Alert, Info, SavedAudience
from cityalert.alerts.vocabulary import MsgType, Status
from cityalert.audit.queries import timeline
from cityalert.audit.verbs import Verb
from cityalert.delivery import queries as delivery
from cityalert.geo.codec import geojson
from cityalert.lib import tenancy
from cityalert.lib.refusals import NotThere
from cityalert.lib.severity import Severity
from cityalert.live.topics import Listener
from partners.actor import Actor
from partners.groups.queries import addressable
from partners.roles import Permission
from partners.sharing import SharingGroup

_CLAIM = "partner:"

# What is shown beside a draft: more would hide it.
NEARBY_AT_MOST = 5


def visible_to(actor: Actor) -> QuerySet[Alert]:
    """What an actor may know of: their partner's own alerts (drafts only for writers), and what was sent to it."""
    own = Q(partner=actor.partner_id, discarded_at=None)
    if not actor.may(Permission.DRAFT):
        own &= ~Q(state__in=UNSAID)
    seen = Alert.objects.filter(own | _sent_to(actor.partner_id))
    return seen.filter(marking.readable_by(actor)).select_related("partner")


def said_to(partner_id: UUID) -> QuerySet[Alert]:
    """What a partner said or was told, whoever of it asks: no drafts."""
    own = Q(partner=partner_id) & ~Q(state__in=UNSAID)
    return Alert.objects.filter(own | _sent_to(partner_id)).select_related("partner")


def get_for(actor: Actor | None, alert_id: UUID | str) -> Alert:
    """One alert the actor may know of. Raises NotThere for any other, and for what is no alert at all."""
    if actor is None:
        raise NotThere
    try:
        wanted = UUID(str(alert_id))
    except ValueError as error:
        raise NotThere from error
    alert = visible_to(actor).prefetch_related("infos").filter(pk=wanted).first()
    if alert is None:
        raise NotThere
    return alert


def inbox(actor: Actor) -> QuerySet[Alert]:
    """What was sent to the actor's partner, the latest first, with what the partner has said back.

    Each has `acknowledged_at`, `acknowledged_by_name`, `response`, `response_note`, `responded_at`: the answer of
    the partner's screens, or the person's own where those were not told; and `seen_at`.
    """
    received = Alert.objects.filter(_sent_to(actor.partner_id), marking.readable_by(actor))
    return with_answers(received.select_related("partner"), actor).order_by("-published_at")


def unanswered(actor: Actor, at: datetime) -> int:
    """How many alerts go on that the partner's screens or the person were sent, and neither acknowledged."""
    asked = delivery.asked(actor.partner_id, _subscriber_id(actor))
    going_on = Alert.objects.filter(state=State.PUBLISHED, expires_at__gt=at)
    answered = asked.filter(acknowledged_at__isnull=False)
    return going_on.filter(marking.readable_by(actor), Exists(asked)).exclude(Exists(answered)).count()


def tray(actor: Actor, at: datetime) -> QuerySet[Alert]:
    """What is going on at a moment, gravest first: neither replaced nor over. Answers as in `inbox`."""
    return with_answers(going_on(actor, at), actor).order_by("-severity", "-published_at")


def with_answers(alerts: QuerySet[Alert], actor: Actor) -> QuerySet[Alert]:
    """With the screen's row and the person's own row joined: at most one of each, so no alert comes twice.

    `is_asked` says whether there is either: who only wrote the alert is not asked to answer it.
    """
    screen = Q(notice__recipients__kind="screen", notice__recipients__partner_id=actor.partner_id)
    own = Q(notice__recipients__subscriber_id=_subscriber_id(actor))
    return (
        alerts.annotate(
            screen=FilteredRelation("notice__recipients", condition=screen),
            own=FilteredRelation("notice__recipients", condition=own),
        )
        .annotate(
            acknowledged_at=Coalesce("screen__acknowledged_at", "own__acknowledged_at"),
            acknowledged_by_name=Coalesce("screen__acknowledged_by__name", "own__acknowledged_by__name"),
            response=_either("response"),
            response_note=_either("response_note"),
            responded_at=Coalesce("screen__responded_at", "own__responded_at"),
            seen_at=Coalesce("screen__seen_at", "own__seen_at"),
            is_asked=Q(screen__isnull=False) | Q(own__isnull=False),
        )
        .prefetch_related(Prefetch("infos", queryset=Info.objects.order_by("language")))
        .defer("cap_xml", "shapes", "area")
    )


def drafts(actor: Actor) -> QuerySet[Alert]:
    """The partner's unpublished alerts, those that wait for a second person first."""
    return (
        visible_to(actor)
        .filter(state__in=UNSAID, archived_at=None)
        .prefetch_related("infos")
        .order_by(F("submitted_at").desc(nulls_last=True), "-edited_at")
    )


def discarded_for(actor: Actor, alert_id: UUID) -> Alert:
    """A draft of the actor's partner that was thrown away and can be brought back. Raises NotThere."""
    thrown = Alert.objects.filter(pk=alert_id, partner=actor.partner_id, discarded_at__isnull=False).first()
    if thrown is None or not actor.may(Permission.DRAFT):
        raise NotThere
    return thrown


def awaiting(actor: Actor) -> QuerySet[Alert]:
    """What this person could approve: submitted and last edited by somebody else, and not approved by them yet."""
    if not actor.may(Permission.APPROVE):
        return Alert.objects.none()
    pending = drafts(actor).filter(state=State.PENDING, partner=actor.partner_id)
    own = Q(submitted_by=actor.user_id) | Q(edited_by=actor.user_id)
    return pending.exclude(own).exclude(approvals__person=actor.user_id)


def sent_alone(actor: Actor) -> QuerySet[SingleSend]:
    """What one person of the partner sent alone, what waits longest first. Raises NotThere for who has no say in it."""
    if not any(actor.may(one) for one in (Permission.APPROVE, Permission.MANAGE, Permission.AUDIT)):
        raise NotThere
    own = SingleSend.objects.filter(partner=actor.partner_id)
    return own.select_related("alert", "sent_by", "reviewed_by").prefetch_related("alert__infos")


def unreviewed() -> list[SingleSend]:
    """Every review that is missing, whoever's: for those who run the network."""
    return list(SingleSend.objects.filter(reviewed_at=None).select_related("partner", "sent_by"))


def waiting_versions(actor: Actor, alert: Alert) -> QuerySet[Alert]:
    """The others of the same happening that wait for approval: whoever decides on one sees them all."""
    same = drafts(actor).filter(state=State.PENDING, partner=alert.partner_id, series=alert.series)
    return same.exclude(pk=alert.pk)


def versions(actor: Actor, alert: Alert) -> QuerySet[Alert]:
    """Every published version of the same happening that the actor may see, the first first."""
    same = visible_to(actor).filter(series=alert.series).exclude(state__in=UNSAID)
    return same.prefetch_related("infos").order_by("published_at")


def names_of_groups(groups: Iterable[UUID]) -> dict[UUID, str]:
    """What chosen groups are called, also those that the author has left since; by name."""
    keys = set(groups)
    if not keys:
        return {}
    with tenancy.across("the names of chosen groups"):
        return dict(SharingGroup.objects.filter(pk__in=keys).values_list("pk", "name"))


def groups_to_choose(alert: Alert) -> list[SharingGroup]:
    """The groups its author may address, and those that are chosen whatever became of them."""
    with tenancy.across("the names of chosen groups"):
        may = Q(pk__in=addressable(alert.partner_id).values("pk")) | Q(pk__in=alert.audience_groups)
        return list(SharingGroup.objects.filter(may))


def audiences(actor: Actor) -> QuerySet[SavedAudience]:
    """What the actor's partner has saved, by name."""
    return SavedAudience.objects.filter(partner=actor.partner_id)


def audience_for(actor: Actor, audience_id: UUID | str) -> SavedAudience:
    """One of them. Raises NotThere."""
    try:
        found = audiences(actor).filter(pk=UUID(str(audience_id))).first()
    except ValueError:
        found = None
    if found is None:
        raise NotThere
    return found


def last_return(alert: Alert) -> Mapping[str, Any] | None:
    """Who sent it back or rejected it last ("user_name", "recorded_at", "facts"), if nobody asked since."""
    answers = {Verb.ALERT_RETURNED, Verb.ALERT_REJECTED}
    asked = timeline(alert).filter(verb__in=[Verb.ALERT_SUBMITTED, *answers])
    last = asked.order_by("-position").values("verb", "user_name", "recorded_at", "facts").first()
    return last if last and last["verb"] in answers and last["facts"].get("reason") else None


def replaced_words(alert: Alert, language: str) -> Info | None:
    """The words of the latest version that a correction replaces."""
    latest = max(alert.references.all(), key=lambda one: str(one.published_at), default=None)
    return content.words_in(latest, language) if latest else None


def area_geojson(alert: Alert, language: str) -> dict[str, Any]:
    """One alert for a map, as a FeatureCollection: a draft is not among what `map_geojson` gives."""
    if alert.area is None:
        return {"type": "FeatureCollection", "features": []}
    properties = {
        "id": str(alert.pk),
        "severity": Severity(alert.severity).slug,
        "label": content.words_in(alert, language).headline,
        "exercise": alert.status != Status.ACTUAL,
        "draft": alert.state in UNSAID,
    }
    feature = {"type": "Feature", "geometry": geojson(alert.area), "properties": properties}
    return {"type": "FeatureCollection", "features": [feature]}


_COLLECTION = """
    SELECT json_build_object('type', 'FeatureCollection',
        'features', coalesce(json_agg(f.feature), '[]'))::text
    FROM ({features}) f
"""


def nearby(actor: Actor, alert: Alert, at: datetime) -> list[Alert]:
    """Other happenings that go on inside its area, of whichever partner, as far as the actor may see them."""
    if alert.area is None:
        return []
    same = going_on(actor, at).filter(status=alert.status, area__intersects=alert.area)
    others = same.exclude(series=alert.series).prefetch_related("infos")
    return list(
        others.defer("cap_xml", "shapes", "area").order_by("-severity", "-published_at")[:NEARBY_AT_MOST]
    )


def going_on(actor: Actor, at: datetime) -> QuerySet[Alert]:
    """What goes on at a moment."""
    published = visible_to(actor).filter(state=State.PUBLISHED, expires_at__gt=at)
    return published.exclude(msg_type=MsgType.CANCEL)


def map_geojson(actor: Actor, at: datetime) -> str:
    """What is going on, as the text of a GeoJSON FeatureCollection, written by PostgreSQL."""
    said = Q(infos__language=actor.language.value)
    headline = Coalesce(
        Func(F("said__headline"), Value(""), function="NULLIF"), F("other__headline"), Value("")
    )
    features = (
        going_on(actor, at)
        .annotate(
            said=FilteredRelation("infos", condition=said), other=FilteredRelation("infos", condition=~said)
        )
        .order_by("severity", "published_at")
        .values(
            feature=JSONObject(
                type=Value("Feature"),
                id=F("pk"),
                geometry=Cast(AsGeoJSON("area", precision=5), JSONField()),
                properties=JSONObject(
                    id=F("pk"),
                    series=F("series"),
                    severity=Case(*(When(severity=each, then=Value(each.slug)) for each in Severity)),
                    rank=F("severity"),
                    status=F("status"),
                    msg_type=F("msg_type"),
                    headline=Cast(headline, TextField()),
                    sender=F("partner__name"),
                    expires_at=F("expires_at"),
                ),
            )
        )
    )
    sql, params = features.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(_COLLECTION.format(features=sql), params)
        return str(cursor.fetchone()[0])


def may_listen(listeners: Iterable[Listener], key: str) -> set[Listener]:
    """Which of these may hear hints of the topic "alert:<key>": those who act for a partner that sees it."""
    wanted = _uuid(key)
    alert = wanted and Alert.objects.filter(pk=wanted).only("pk", "partner_id", "notice_id").first()
    if not alert:
        return set()
    told = alert.notice_id and Alert.objects.filter(pk=alert.pk).values_list(
        "notice__recipients__partner_id", flat=True
    )
    claims = {f"{_CLAIM}{partner_id}" for partner_id in (alert.partner_id, *(told or ())) if partner_id}
    return {listener for listener in listeners if listener[1] in claims}


def _uuid(key: str) -> UUID | None:
    try:
        return UUID(key)
    except ValueError:
        return None


def _sent_to(partner_id: UUID) -> Q:
    # Asked for each alert by an index: years of alerts cost nothing to somebody who opens one.
    return Q(Exists(delivery.told(partner_id))) & ~Q(state__in=UNSAID)


def _either(name: str) -> Coalesce:
    first = Func(F(f"screen__{name}"), Value(""), function="NULLIF", output_field=TextField())
    return Coalesce(first, f"own__{name}", Value(""), output_field=TextField())


def _subscriber_id(actor: Actor) -> int:
    subscriber = getattr(actor.user, "subscriber", None)
    return subscriber.pk if subscriber else 0

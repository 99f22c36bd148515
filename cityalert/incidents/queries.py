"""Reads of incidents, from the actor: a partner that takes part sees it, and in it the alerts it may see anyway."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import F, OuterRef, Prefetch, QuerySet, Subquery

from cityalert.alerts import queries as alerts
from cityalert.alerts.lifecycle import UNSAID
from cityalert.alerts.models import Alert, Info
from cityalert.alerts.vocabulary import Status
from cityalert.delivery import progress
from cityalert.incidents.models import Feedback, Incident, Moment, Participation, Task, Tie
from cityalert.lib import tenancy
from cityalert.lib.refusals import NotThere
from partners.actor import Actor
from partners.models import Partner

CLOSED_SHOWN = 50
TIEABLE = 30


def visible_to(actor: Actor) -> QuerySet[Incident]:
    """The incidents in which the actor's partner takes part."""
    taking_part = Participation.objects.filter(partner=actor.partner_id).values("incident")
    return Incident.objects.filter(pk__in=taking_part)


def get_for(actor: Actor, incident_id: UUID) -> Incident:
    """One of them. Raises NotThere."""
    incident = visible_to(actor).filter(pk=incident_id).first()
    if incident is None:
        raise NotThere
    return incident


def of_alert(actor: Actor, alert: Alert) -> Incident | None:
    """The incident that the actor's partner leads and the alert belongs to."""
    tied = Tie.objects.filter(series=alert.series).values("incident")
    return visible_to(actor).filter(pk__in=tied, partner=actor.partner_id).order_by("closed_at").first()


def alerts_of(actor: Actor, incidents: Iterable[Incident]) -> dict[UUID, list[Alert]]:
    """Per incident every published version that the actor may see, the first first."""
    keys = [one.pk for one in incidents]
    ties = list(Tie.objects.filter(incident__in=keys).values_list("incident_id", "series"))
    words = Prefetch("infos", queryset=Info.objects.order_by("language"))
    said = (
        alerts.visible_to(actor)
        .filter(series__in={series for _incident, series in ties})
        .exclude(state__in=UNSAID)
        .prefetch_related(words)
        .defer("cap_xml", "shapes")
        .order_by("published_at", "pk")
    )
    by_series: dict[UUID, list[Alert]] = {}
    for alert in said:
        by_series.setdefault(alert.series, []).append(alert)
    found: dict[UUID, list[Alert]] = {key: [] for key in keys}
    for incident_id, series in ties:
        found[incident_id] += by_series.get(series, [])
    return {key: sorted(some, key=_published_at) for key, some in found.items()}


def tieable(actor: Actor, incident: Incident) -> list[Alert]:
    """What could still be tied to it: the latest that the actor sees, one of each happening."""
    tied = Tie.objects.filter(incident=incident).values("series")
    said = alerts.visible_to(actor).exclude(state__in=UNSAID).exclude(series__in=tied)
    for is_real in realities(incident):
        said = said.filter(status=Status.ACTUAL) if is_real else said.exclude(status=Status.ACTUAL)
    latest = (
        said.prefetch_related("infos")
        .defer("cap_xml", "shapes", "area")
        .order_by("-published_at", "-notice_id")
    )
    by_series: dict[UUID, Alert] = {}
    for alert in latest[: 3 * TIEABLE]:
        by_series.setdefault(alert.series, alert)
    return list(by_series.values())[:TIEABLE]


@tenancy.across("whether an incident is meant, whoever hears of it")
def realities(incident: Incident) -> set[bool]:
    """Whether its alerts are real: one answer, none while it has no alert; both only where they met long ago."""
    series = Tie.objects.filter(incident=incident).values("series")
    said = Alert.objects.filter(series__in=series).exclude(state__in=UNSAID).order_by().values_list("status")
    return {status == Status.ACTUAL for (status,) in said.distinct()}


@tenancy.across("who takes part in an incident the actor sees")
def participants(incident: Incident) -> list[Partner]:
    """Its partners, the lead first."""
    joined = (
        Participation.objects.filter(incident=incident).order_by("partner__name").select_related("partner")
    )
    return sorted((one.partner for one in joined), key=lambda one: one.pk != incident.partner_id)


@tenancy.across("what was noted in an incident the actor sees")
def moments(incident: Incident) -> list[Moment]:
    """What happened in it, the first first, with who and for whom."""
    return list(Moment.objects.filter(incident=incident).select_related("author", "partner"))


@tenancy.across("what is to be done in an incident the actor sees")
def tasks(incident: Incident) -> list[Task]:
    """What is open first, the earliest due first."""
    found = Task.objects.filter(incident=incident).select_related("partner")
    return list(found.order_by(F("done_at").asc(nulls_first=True), F("due_at").asc(nulls_last=True), "pk"))


@tenancy.across("whether an incident is meant, whoever hears of it")
def statuses(keys: Iterable[UUID]) -> dict[UUID, Status]:
    """Of each of these incidents what must be said of it: one alert that is not meant, and all of it is marked."""
    series = Tie.objects.filter(incident=OuterRef(OuterRef("pk"))).values("series")
    unmeant = Alert.objects.filter(series__in=series).exclude(status=Status.ACTUAL).exclude(state__in=UNSAID)
    marked = Incident.objects.filter(pk__in=list(keys)).annotate(
        status=Subquery(unmeant.order_by("status").values("status")[:1])
    )
    return {key: Status(status or Status.ACTUAL) for key, status in marked.values_list("pk", "status")}


@tenancy.across("the names of those who lead incidents the actor sees")
def leads(incidents: Iterable[Incident]) -> dict[UUID, str]:
    """Who leads each of these, by name."""
    keys = {one.partner_id for one in incidents}
    return dict(Partner.objects.filter(pk__in=keys).values_list("pk", "name"))


def invitable(actor: Actor, said: Iterable[Alert]) -> list[tuple[UUID, str]]:
    """Whom the lead may let take part: the partners that its own alerts in the incident told. (Key, name), by name."""
    notices = [one.notice_id for one in said if one.partner_id == actor.partner_id and one.notice_id]
    told = {
        answer.partner_id: answer.partner
        for answers in progress.answers(notices).values()
        for answer in answers.partners
        if answer.partner_id != actor.partner_id
    }
    return sorted(told.items(), key=lambda pair: pair[1].casefold())


def asked(actor: Actor) -> QuerySet[Feedback]:
    """What the person themselves was asked and has not answered, the latest first."""
    open_ = Feedback.objects.filter(user=actor.user_id, partner=actor.partner_id, answered_at=None)
    return open_.order_by("-asked_at")


def _published_at(alert: Alert) -> datetime:
    return alert.published_at or alert.created_at

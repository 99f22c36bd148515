"""After the end: three questions to everybody who acknowledged, once; and what they answered, as counts."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cityalert.accounts import letters
from cityalert.accounts.models import User
from cityalert.alerts.vocabulary import MARKS
from cityalert.audit.record import Subject, record
from cityalert.audit.verbs import Verb
from cityalert.delivery import afterwards
from cityalert.incidents import queries
from cityalert.incidents.models import Clear, Concerned, Feedback, Incident, InTime
from cityalert.lib import tenancy, words
from cityalert.lib.language import Language
from cityalert.lib.refusals import NotThere, Refusal
from partners.actor import Actor
from partners.roles import Permission

QUESTIONS = {"in_time": InTime, "clear": Clear, "concerned": Concerned}


class NotOver(Refusal):
    """While it goes on, people have other things to do."""

    code = "incident_open"
    status = 409
    sentence = _("The incident is still open. Close it, then ask.")


class AskedBefore(Refusal):
    """Once is enough."""

    code = "asked_before"
    status = 409
    sentence = _("Feedback has been asked for. Nobody is asked twice.")


class NobodyAcknowledged(Refusal):
    """There is nobody to ask."""

    code = "nobody_acknowledged"
    status = 409
    sentence = _("Nobody has acknowledged one of your alerts in this incident, so there is nobody to ask.")


class Unanswered(Refusal):
    """All three, so that they can be compared."""

    code = "unanswered"
    status = 422
    sentence = _("Choose an answer to each of the three questions.")


@transaction.atomic
def ask(actor: Actor, incident: Incident, *, at: datetime) -> int:
    """Ask whoever acknowledged the lead's alerts, by a mail and in their list of alerts; returns how many."""
    held = Incident.objects.select_for_update().get(pk=queries.get_for(actor, incident.pk).pk)
    if held.partner_id != actor.partner_id or not actor.may(Permission.DRAFT):
        raise NotThere
    if held.closed_at is None:
        raise NotOver
    if held.feedback_asked_at:
        raise AskedBefore
    said = queries.alerts_of(actor, [held])[held.pk]
    notices = [one.notice_id for one in said if one.partner_id == actor.partner_id and one.notice_id]
    people = afterwards.acknowledgers(notices)
    if not people:
        raise NobodyAcknowledged
    Feedback.objects.bulk_create(
        Feedback(incident=held, lead=actor.partner, partner_id=partner, user_id=user, asked_at=at)
        for user, partner in people
    )
    held.feedback_asked_at = at
    held.save(update_fields=["feedback_asked_at"])
    link = f"{settings.PUBLIC_URL}{reverse('incidents:feedback', args=[held.pk])}"
    with tenancy.across("writing to those who acknowledged"):
        asked = list(User.objects.filter(pk__in=[user for user, _partner in people]))
    # Lazy: the mark is said in each letter's own language.
    mark = MARKS.get(queries.statuses([held.pk])[held.pk], "")
    context = {"title": held.title, "mark": mark, "link": link, "partner": actor.partner.name}
    for user in asked:
        letters.post("incidents/mail/feedback", user.email, Language(user.language), context, at=at)
    record(Verb.FEEDBACK_ASKED, actor, held, at=at, people=len(people))
    return len(people)


def get_for(actor: Actor, incident_id: UUID) -> Feedback:
    """What this person was asked about an incident, answered or not. Raises NotThere for everybody else."""
    asked = Feedback.objects.filter(user=actor.user_id, partner=actor.partner_id, incident_id=incident_id)
    found = asked.first()
    if found is None:
        raise NotThere
    return found


def words_of(name: str) -> str:
    """A question as it is asked."""
    return str(getattr(Feedback._meta.get_field(name), "verbose_name", name))


@tenancy.across("what the incident is called about which somebody was asked")
def title_of(feedback: Feedback) -> str:
    """The incident's title: whoever is asked need not take part in it."""
    return Incident.objects.values_list("title", flat=True).get(pk=feedback.incident_id)


@transaction.atomic
def answer(actor: Actor, feedback: Feedback, chosen: dict[str, str], *, at: datetime) -> Feedback:
    """Say it once. Saying it again changes nothing."""
    held = Feedback.objects.select_for_update().get(pk=get_for(actor, feedback.incident_id).pk)
    if held.answered_at:
        return held
    for name, choices in QUESTIONS.items():
        if chosen.get(name) not in choices.values:
            raise Unanswered(field=name)
        setattr(held, name, chosen[name])
    held.remark = words.line(chosen.get("remark", ""))[:600]
    held.answered_at = at
    held.save()
    record(Verb.FEEDBACK_GIVEN, actor, Subject("incident", str(held.incident_id)), at=at)
    return held


@dataclass(frozen=True)
class Bar:
    """One answer: how many gave it, of how many who answered."""

    label: str
    count: int
    percent: float


@dataclass(frozen=True)
class Results:
    """What came back. Counts and remarks, without names."""

    asked: int
    answered: int
    questions: list[tuple[str, list[Bar]]]
    remarks: list[str]


def results(actor: Actor, incident: Incident) -> Results | None:
    """For the lead's side, where reach may be seen; None for the others, and before anybody was asked."""
    if incident.partner_id != actor.partner_id or not actor.may(Permission.REACH):
        return None
    if incident.feedback_asked_at is None:
        return None
    given = list(Feedback.objects.filter(incident=incident, lead=actor.partner_id))
    answered = [one for one in given if one.answered_at]
    questions = []
    for name, choices in QUESTIONS.items():
        counted = Counter(getattr(one, name) for one in answered)
        bars = [
            Bar(str(label), counted[value], 100 * counted[value] / max(len(answered), 1))
            for value, label in choices.choices
        ]
        questions.append((words_of(name), bars))
    # In no order that would tell who said it.
    remarks = sorted(one.remark for one in answered if one.remark)
    return Results(len(given), len(answered), questions, remarks)

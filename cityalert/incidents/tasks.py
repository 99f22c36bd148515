"""What is to be done in an incident, by whom, until when."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cityalert.audit.record import record
from cityalert.audit.verbs import Verb
from cityalert.incidents import queries
from cityalert.incidents.leave import taken_part_in
from cityalert.incidents.models import Incident, Task
from cityalert.lib import words
from cityalert.lib.refusals import NotThere, Refusal
from partners.actor import Actor

TASKS_AT_MOST = 200


class NotATask(Refusal):
    """Something about it does not do; `field` says what."""

    code = "not_a_task"
    status = 422
    sentence = _("Say in a few words what is to be done.")


@dataclass(frozen=True)
class Wanted:
    """What is to be done, by which partner, until when. `is_due_read`: was a time typed that could be read, or none?"""

    title: str
    partner_id: UUID | None
    due_at: datetime | None
    is_due_read: bool = True


@transaction.atomic
def add(actor: Actor, incident: Incident, wanted: Wanted, *, at: datetime) -> Task:
    """Whoever takes part may set one, for any partner that does. Raises NotATask, NotThere, IsClosed."""
    incident = taken_part_in(actor, incident)
    title = words.line(wanted.title)[:140]
    if not title:
        raise NotATask(field="title")
    if not wanted.is_due_read:
        raise NotATask(_("Give the time as a day and an hour, or leave it empty."), field="due")
    if wanted.partner_id not in {one.pk for one in queries.participants(incident)}:
        raise NotATask(_("Choose who does it: one of those who take part."), field="owner")
    if Task.objects.filter(incident=incident).count() >= TASKS_AT_MOST:
        raise NotATask(_("Two hundred tasks belong to this incident already."), field="title")
    task = Task.objects.create(
        incident=incident, title=title, partner_id=wanted.partner_id, due_at=wanted.due_at, made_at=at,
        made_by=actor.user,
    )  # fmt: skip
    record(Verb.INCIDENT_TASK, actor, incident, at=at, task=task.pk, partner_id=str(wanted.partner_id))
    return task


@transaction.atomic
def tick(actor: Actor, incident: Incident, task_id: int, *, is_done: bool, at: datetime) -> None:
    """Done, or not after all, by whoever is to do it or leads. Again changes nothing. Raises NotThere, IsClosed."""
    incident = taken_part_in(actor, incident)
    task = Task.objects.filter(incident=incident, pk=task_id).first()
    if task is None or actor.partner_id not in {task.partner_id, incident.partner_id}:
        raise NotThere
    if (task.done_at is not None) == is_done:
        return
    task.done_at, task.done_by = (at, actor.user) if is_done else (None, None)
    task.save(update_fields=["done_at", "done_by"])
    record(Verb.INCIDENT_TASK_TICKED, actor, incident, at=at, task=task.pk, done=is_done)

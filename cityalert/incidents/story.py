"""An incident's timeline as one person may read it: its own moments, and the stories of the alerts they may see."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from cityalert.alerts import content, timeline
from cityalert.alerts.models import Alert
from cityalert.alerts.vocabulary import MsgType, mark_of
from cityalert.incidents import queries
from cityalert.incidents.models import Incident, Moment, Task
from cityalert.lib.severity import Severity
from partners.actor import Actor


@dataclass(frozen=True)
class Line:
    """One moment: what happened, more about it, who, and where it leads."""

    at: datetime
    kind: str
    text: str
    detail: str = ""
    link: str = ""
    severity: str = ""
    is_loud: bool = False


def of(actor: Actor, incident: Incident, said: list[Alert]) -> list[Line]:
    """All of it, the first first. `said`: the versions that the actor may see."""
    told = timeline.of_many(actor, said)
    # Of which of several happenings somebody speaks; of the only one there is no need to say it.
    is_one = len({alert.series for alert in said}) == 1
    lines = [_moment(actor, one) for one in queries.moments(incident)]
    for task in queries.tasks(incident):
        lines += _task(task)
    for alert in said:
        lines.append(_message(alert))
        subject = "" if is_one else content.words_in(alert, _here()).headline
        lines += [
            Line(one.at, "alert", one.text, _joined(one.detail, subject), is_loud=one.is_loud)
            for one in told[alert.pk]
        ]
    return sorted(lines, key=lambda line: line.at)


def _message(alert: Alert) -> Line:
    words = {
        MsgType.ALERT: _("Alert: %(headline)s"),
        MsgType.UPDATE: _("Update: %(headline)s"),
        MsgType.CANCEL: _("Cancelled: %(headline)s"),
    }
    text = words.get(MsgType(alert.msg_type), "%(headline)s")
    text %= {"headline": content.words_in(alert, _here()).headline}
    return Line(
        alert.published_at or alert.created_at,
        "message",
        " ".join(part for part in (mark_of(alert.status), text) if part),
        f"{alert.partner.name}, {content.place_in(alert, _here())}",
        reverse("alerts:detail", args=[alert.pk]),
        Severity(alert.severity).slug,
    )


def _moment(actor: Actor, moment: Moment) -> Line:
    name = moment.partner.name
    words = {
        Moment.Kind.OPENED: _("Incident opened"),
        Moment.Kind.NOTE: moment.text,
        Moment.Kind.JOINED: _("%(name)s takes part") % {"name": moment.text},
        Moment.Kind.LEFT: _("%(name)s takes part no longer") % {"name": moment.text},
        Moment.Kind.CLOSED: _("Incident closed"),
        Moment.Kind.REOPENED: _("Incident opened again"),
        Moment.Kind.ROOM: _("Room opened"),
    }
    # Who of another partner said it is that partner's to tell.
    who = _("%(name)s, %(partner)s") % {"name": moment.author.name, "partner": name}
    said = moment.text if moment.kind == Moment.Kind.CLOSED else ""
    return Line(
        moment.at,
        moment.kind,
        words[Moment.Kind(moment.kind)],
        _joined(said, who if moment.partner_id == actor.partner_id else name),
    )


def _task(task: Task) -> list[Line]:
    """That it was set, and that it was done."""
    who = task.partner.name
    lines = [Line(task.made_at, "task", _("To be done: %(task)s") % {"task": task.title}, who)]
    if task.done_at:
        lines.append(Line(task.done_at, "task", _("Done: %(task)s") % {"task": task.title}, who))
    return lines


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


def _here() -> str:
    return get_language() or "en"

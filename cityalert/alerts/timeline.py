"""An alert's story in sentences, from the audit log: all of it for the author's side, one's own part for the others."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from cityalert.alerts import calling
from cityalert.alerts.calling import Line
from cityalert.alerts.models import Alert
from cityalert.audit import queries as audit
from cityalert.audit.verbs import Verb
from cityalert.delivery.queries import ReachReport
from cityalert.delivery.response import Response
from partners.actor import Actor
from partners.models import Partner
from partners.roles import Permission

# What everybody who sees the alert may read.
_FOR_ALL = frozenset(
    {Verb.ALERT_PUBLISHED, Verb.ALERT_UPDATED, Verb.ALERT_CANCELLED, Verb.ALERT_WITHDRAWN, Verb.ALERT_EXPIRED}
)
# How a version came to be, and what became of it by the next: said by the versions themselves where all are shown.
_OF_VERSIONS = frozenset(
    {
        Verb.ALERT_DRAFTED, Verb.ALERT_EDITED, Verb.ALERT_SUBMITTED, Verb.ALERT_RETURNED, Verb.ALERT_APPROVED,
        Verb.ALERT_PUBLISHED, Verb.ALERT_UPDATED, Verb.ALERT_CANCELLED, Verb.ALERT_WITHDRAWN,
    }
)  # fmt: skip


@dataclass(frozen=True)
class _Story:
    """What a sentence needs beside its entry."""

    names: Mapping[str, str]
    report: ReachReport | None
    is_inside: bool
    own: str


# audit.models is behind audit's doors; an entry comes out of `audit.timeline`.
Entry = Any
Sentence = Callable[[Entry, _Story], Line]


def lines(actor: Actor, alert: Alert, report: ReachReport | None) -> list[Line]:
    """The story, the latest first. `report` puts numbers to the publishing; without it there are none."""
    # The calls themselves say more of an escalation.
    entries = [
        one for one in _readable(actor, alert, audit.timeline(alert)) if one.verb != Verb.ALERT_ESCALATED
    ]
    is_inside = _is_inside(actor, alert)
    told = _told(entries, _Story(_names(entries), report, is_inside, str(actor.partner_id)))
    if alert.notice_id is not None:
        told += calling.lines(alert.notice_id, only=None if is_inside else actor.partner_id)
    return sorted(told, key=lambda line: line.at, reverse=True)


def of_many(actor: Actor, alerts: Sequence[Alert]) -> dict[UUID, list[Line]]:
    """What came of several alerts once they were out, by two statements: without what each version says itself."""
    found = audit.timelines("alert", [alert.pk for alert in alerts])
    readable = {alert.pk: _readable(actor, alert, found[str(alert.pk)]) for alert in alerts}
    names = _names([entry for entries in readable.values() for entry in entries])
    lines = {}
    for alert in alerts:
        entries = [entry for entry in readable[alert.pk] if entry.verb not in _OF_VERSIONS]
        lines[alert.pk] = _told(entries, _Story(names, None, _is_inside(actor, alert), str(actor.partner_id)))
    return lines


def _is_inside(actor: Actor, alert: Alert) -> bool:
    return alert.partner_id == actor.partner_id and actor.may(Permission.VIEW)


def _readable(actor: Actor, alert: Alert, entries: Iterable[Entry]) -> list[Entry]:
    is_inside = _is_inside(actor, alert)
    return [
        entry
        for entry in entries
        if is_inside or entry.verb in _FOR_ALL or entry.partner_id == actor.partner_id
    ]


def _told(entries: list[Entry], story: _Story) -> list[Line]:
    responded = {(e.recorded_at, e.user_id) for e in entries if e.verb == Verb.ALERT_RESPONDED}
    approved = {e.recorded_at: e.user_name for e in entries if e.verb == Verb.ALERT_APPROVED}
    published = {e.recorded_at for e in entries if e.verb == Verb.ALERT_PUBLISHED}
    told = []
    for entry in reversed(entries):
        # Whoever responds has acknowledged: one line says both.
        is_double = entry.verb == Verb.ALERT_ACKNOWLEDGED and (entry.recorded_at, entry.user_id) in responded
        sentence = _SENTENCES.get(entry.verb)
        # Approving may be publishing.
        is_double |= entry.verb == Verb.ALERT_APPROVED and entry.recorded_at in published
        if is_double or sentence is None:
            continue
        line = sentence(entry, story)
        if entry.verb == Verb.ALERT_PUBLISHED and story.is_inside and entry.recorded_at in approved:
            line = Line(line.at, line.text, _("Approved by %(name)s") % {"name": approved[entry.recorded_at]})
        told.append(line)
    return told


def _names(entries: list[Entry]) -> dict[str, str]:
    """The partners the entries speak of, by their key."""
    keys = {UUID(key) for entry in entries for key in _partners(entry)}
    keys |= {entry.partner_id for entry in entries if entry.partner_id}
    return {str(pk): name for pk, name in Partner.objects.filter(pk__in=keys).values_list("pk", "name")}


def _partners(entry: Entry) -> list[str]:
    named = entry.facts.get("partners")
    return named if isinstance(named, list) else []


def _by(sentence: str) -> Sentence:
    """A sentence that names the person, to those inside; without the name to the others."""

    def say(entry: Entry, story: _Story) -> Line:
        if story.is_inside and entry.user_name:
            return Line(
                entry.recorded_at, _("%(what)s by %(name)s") % {"what": _(sentence), "name": entry.user_name}
            )
        return Line(entry.recorded_at, _(sentence))

    return say


def _because(sentence: str, *, is_loud: bool = False) -> Sentence:
    """The same, and the reason they gave."""

    def say(entry: Entry, story: _Story) -> Line:
        text = _by(sentence)(entry, story).text
        return Line(entry.recorded_at, text, entry.facts.get("reason", ""), is_loud=is_loud)

    return say


def _published(entry: Entry, story: _Story) -> Line:
    if story.report is None:
        return Line(entry.recorded_at, _("Published"))
    people = story.report.total.wanted - story.report.residents.wanted
    partners, residents = len(story.report.by_partner), story.report.residents.wanted
    text = _("Published to %(people)s in %(partners)s") % {
        "people": ngettext("%(n)d person", "%(n)d people", people) % {"n": people},
        "partners": ngettext("%(n)d partner", "%(n)d partners", partners) % {"n": partners},
    }
    if residents:
        more = ngettext("%(n)d resident", "%(n)d residents", residents) % {"n": residents}
        text = _("%(text)s, and %(residents)s") % {"text": text, "residents": more}
    return Line(
        entry.recorded_at, text, _by(gettext_noop("Sent"))(entry, story).text if entry.user_name else ""
    )


def _acknowledged(entry: Entry, story: _Story) -> Line:
    place = _place(entry, story)
    if place:
        return Line(entry.recorded_at, _("%(place)s acknowledged") % {"place": place}, _person(entry))
    return Line(entry.recorded_at, _("A resident acknowledged"), _person(entry))


def _responded(entry: Entry, story: _Story) -> Line:
    place, response = _place(entry, story), entry.facts.get("response", "")
    words = {
        Response.NEED_HELP: _("%(place)s needs help"),
        Response.SAFE: _("%(place)s is safe"),
        Response.NOT_ON_SITE: _("%(place)s: nobody on site"),
    }
    text = words.get(response, _("%(place)s responded")) % {"place": place}
    return Line(entry.recorded_at, text, _person(entry), is_loud=response == Response.NEED_HELP)


def _reported(entry: Entry, story: _Story) -> Line:
    place = _place(entry, story)
    text = _("%(place)s reported back") % {"place": place} if place else _("A resident reported back")
    added = [
        _("with a photo") if entry.facts.get("has_photo") else "",
        _("with a place") if entry.facts.get("has_place") else "",
    ]
    return Line(entry.recorded_at, text, ", ".join(part for part in (_person(entry), *added) if part))


def _escalated(entry: Entry, _story: _Story) -> Line:
    partners, people = int(entry.facts.get("partners", 0)), int(entry.facts.get("people", 0))
    text = ngettext("The silent of %(n)d partner called", "The silent of %(n)d partners called", partners)
    more = ngettext("%(n)d person", "%(n)d people", people) % {"n": people}
    return Line(entry.recorded_at, text % {"n": partners}, more)


def _asked_again(entry: Entry, story: _Story) -> Line:
    people = int(entry.facts.get("people", 0))
    text = _by(gettext_noop("The silent asked again"))(entry, story).text
    return Line(entry.recorded_at, text, ngettext("%(n)d person", "%(n)d people", people) % {"n": people})


def _told_late(entry: Entry, _story: _Story) -> Line:
    n = int(entry.facts.get("recipients", 0))
    text = ngettext("Told %(n)d more who came later", "Told %(n)d more who came later", n)
    return Line(entry.recorded_at, text % {"n": n})


def _place(entry: Entry, story: _Story) -> str:
    """The partner that answered: by the entry's facts, else the one its person acted for.

    A person of two partners answers for both; that the other was told is not for this one to read.
    """
    keys = _partners(entry) or ([str(entry.partner_id)] if entry.partner_id else [])
    keys = [key for key in keys if story.is_inside or key == story.own]
    return ", ".join(story.names.get(key, _("A partner")) for key in keys)


def _person(entry: Entry) -> str:
    ways = {
        "sms": _("by SMS"),
        "email": _("by e-mail"),
        "push": _("by push message"),
        "voice": _("by telephone"),
    }
    return ", ".join(part for part in (entry.user_name, ways.get(entry.facts.get("via", ""), "")) if part)


_SENTENCES: dict[str, Sentence] = {
    Verb.ALERT_DRAFTED: _by(gettext_noop("Drafted")),
    Verb.ALERT_EDITED: _by(gettext_noop("Changed before publishing")),
    Verb.ALERT_SUBMITTED: _by(gettext_noop("Submitted for approval")),
    Verb.ALERT_RETURNED: _because(gettext_noop("Returned to its author")),
    Verb.ALERT_REJECTED: _because(gettext_noop("Rejected")),
    Verb.ALERT_APPROVED: _by(gettext_noop("Approved")),
    Verb.ALERT_PUBLISHED: _published,
    Verb.ALERT_UPDATED: _by(gettext_noop("Updated")),
    Verb.ALERT_CANCELLED: _by(gettext_noop("Cancelled")),
    Verb.ALERT_WITHDRAWN: _by(gettext_noop("Declared to be sent by mistake")),
    Verb.ALERT_TOLD_LATE: _told_late,
    Verb.ALERT_LAPSES: _by(gettext_noop("Left to end by itself")),
    Verb.ALERT_ARCHIVED: _because(gettext_noop("Put away")),
    Verb.ALERT_SENT_ALONE: _because(gettext_noop("Sent to the public without a second person"), is_loud=True),
    Verb.ALERT_REVIEWED: _because(gettext_noop("Sending alone reviewed")),
    Verb.ALERT_EXPIRED: _by(gettext_noop("Its time was over")),
    Verb.ALERT_ACKNOWLEDGED: _acknowledged,
    Verb.ALERT_RESPONDED: _responded,
    Verb.ALERT_REPORTED: _reported,
    Verb.ALERT_ASKED_AGAIN: _asked_again,
    Verb.ALERT_TOLD_AGAIN: _by(gettext_noop("One person told once more")),
    Verb.ALERT_ESCALATED: _escalated,
}

"""What an alert's label lets out of it, and to whom: `lib.exits` decides, here it is told what an alert is."""

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db.models import Exists, Q
from django.utils.translation import gettext as _

from cityalert.alerts import content
from cityalert.alerts.models import Alert, Info
from cityalert.alerts.vocabulary import Scope
from cityalert.delivery import queries as delivery
from cityalert.lib import exits
from cityalert.lib.exits import ADDRESSEE, Answer, Exit, Item, Reader, may
from cityalert.lib.refusals import NotThere
from cityalert.lib.tlp import Tlp
from partners.actor import Actor
from partners.roles import Permission


@dataclass(frozen=True)
class Said:
    """The words that may leave by an exit, in one language. A pointer says that there is something, and where."""

    words: Info
    place: str
    is_pointer: bool


def shown_in(mark: Tlp | str) -> str:
    """The label as the standard writes it."""
    return f"TLP:{mark}"


def subject_label(alert: Alert) -> str:
    """Before the subject of what is not for everybody (FIRST, TLP 2.0, section 3)."""
    return shown_in(alert.tlp) if alert.scope == Scope.RESTRICTED else ""


def said(alert: Alert, language: str, exit_: Exit) -> Said:
    """What the people it is sent to, or the screens of their partners, are told by this exit."""
    reader = Reader(partner_id=alert.partner_id) if exit_ is Exit.SCREEN else ADDRESSEE
    if may(_item(alert), reader, exit_) is Answer.WHOLE:
        return Said(content.words_in(alert, language), content.place_in(alert, language), is_pointer=False)
    return Said(_pointer(alert, language), "", is_pointer=True)


def is_for_programs(alert: Alert) -> bool:
    """May the programs of a partner that has it be told of it?"""
    return may(_item(alert), Reader(partner_id=alert.partner_id), Exit.WEBHOOK) is Answer.WHOLE


def is_for_clients(alert: Alert) -> bool:
    """May a partner that has it pass it on to its members or clients?"""
    return may(_item(alert), Reader(client_of=alert.partner_id), Exit.FORWARD) is Answer.WHOLE


def is_for_all(alert: Alert) -> bool:
    """May it stand where nobody is asked who they are?"""
    return may(_item(alert), exits.EVERYBODY, Exit.PUBLIC) is Answer.WHOLE


def for_all() -> list[Tlp]:
    """The labels of what may."""
    return exits.labels_for(exits.EVERYBODY, Exit.PUBLIC)


def for_feeds_of(partner_id: UUID) -> list[Tlp]:
    """The labels of what a partner's programs may fetch of what it has."""
    return exits.labels_for(Reader(partner_id=partner_id), Exit.FEED, partners=frozenset({partner_id}))


def readable_by(actor: Actor) -> Q:
    """Of what an actor's partner has: what this person may read. What is for persons only those named read.

    The persons a RED alert is given to are those it was sent to; on its author's side, whoever writes alerts.
    """
    for_the_partner = exits.labels_for(
        Reader(partner_id=actor.partner_id), Exit.PAGE, partners=frozenset({actor.partner_id})
    )
    named = Q(Exists(delivery.told_person(actor.user_id)))
    if actor.may(Permission.DRAFT):
        named |= Q(partner=actor.partner_id)
    return Q(tlp__in=for_the_partner) | named


def may_leave(actor: Actor, alert: Alert, exit_: Exit) -> bool:
    """May the actor, who may read it, take it out by this exit?"""
    item = Item(Tlp(alert.tlp), frozenset({actor.partner_id}), frozenset({actor.user_id}))
    return may(item, actor, exit_) is Answer.WHOLE


def check(actor: Actor, alert: Alert, exit_: Exit) -> None:
    """Raise NotThere if not."""
    if not may_leave(actor, alert, exit_):
        raise NotThere


def _item(alert: Alert) -> Item:
    return Item(Tlp(alert.tlp), frozenset({alert.partner_id}))


def _pointer(alert: Alert, language: str) -> Info:
    return Info(
        language=language,
        headline=_("A message for you alone, marked %(label)s") % {"label": shown_in(alert.tlp)},
        instruction=_("Sign in to %(site)s to read it. Nothing of it is said here.")
        % {"site": settings.SITE_NAME},
    )

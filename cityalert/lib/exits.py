"""Every way out for something that bears a TLP label, in one list, and the one function that each of them asks.

Whether somebody may know of a thing at all is each app's own query. Here is what its label says to that: a rule
without database or clock. docs/tlp.md tells it in words.
"""

from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol
from uuid import UUID

from cityalert.lib.tlp import Circle, Tlp, may_go


class Exit(Enum):
    """Where something marked leaves the database. A new way out gets a line here and one in `_KINDS`."""

    PAGE = "page"  # before the eyes of somebody who signed in
    SNIPPET = "snippet"  # a line of it among what a search found
    PRINT = "print"  # on paper
    EXPORT = "export"  # a file taken away by a person
    SCREEN = "screen"  # an organisation's wall: whoever stands before it reads
    SMS = "sms"
    VOICE = "voice"
    EMAIL = "email"
    PUSH = "push"
    FORWARD = "forward"  # passed on in one's own words or name, as a BIA does to its members
    COPY = "copy"  # into another conversation, dossier or bulletin
    API = "api"
    WEBHOOK = "webhook"
    FEED = "feed"
    PUBLIC = "public"  # a page or feed that asks nobody who they are
    LAW = "law"  # a request under access-to-information law: TLP is no classification and does not stand above it
    AUDIT = "audit"  # the log of who did what


class Answer(Enum):
    """What may leave."""

    WHOLE = "whole"
    POINTER = "pointer"  # that there is something, its label and where it can be read; not a word of it
    NOTHING = "nothing"


class _Kind(Enum):
    READ = "read"  # by one person who is known
    CARRIED = "carried"  # to one person, through the hands of others who keep a copy
    SHOWN = "shown"  # to an organisation, not to a person
    MACHINE = "machine"  # to a program: who reads it there is not known
    ONWARD = "onward"  # to others than those it was given to
    OWED = "owed"  # by law, by the organisation that holds it
    LOGGED = "logged"


_KINDS = {
    Exit.PAGE: _Kind.READ,
    Exit.SNIPPET: _Kind.READ,
    Exit.PRINT: _Kind.READ,
    Exit.EXPORT: _Kind.READ,
    Exit.SCREEN: _Kind.SHOWN,
    Exit.SMS: _Kind.CARRIED,
    Exit.VOICE: _Kind.CARRIED,
    Exit.EMAIL: _Kind.CARRIED,
    Exit.PUSH: _Kind.CARRIED,
    Exit.FORWARD: _Kind.ONWARD,
    Exit.COPY: _Kind.ONWARD,
    Exit.API: _Kind.MACHINE,
    Exit.WEBHOOK: _Kind.MACHINE,
    Exit.FEED: _Kind.MACHINE,
    Exit.PUBLIC: _Kind.MACHINE,
    Exit.LAW: _Kind.OWED,
    Exit.AUDIT: _Kind.LOGGED,
}

# What RED does at each: it is for the eyes and ears of the persons it was given to.
_RED = {
    _Kind.READ: Answer.WHOLE,
    _Kind.CARRIED: Answer.POINTER,
    _Kind.SHOWN: Answer.POINTER,
    _Kind.MACHINE: Answer.NOTHING,
    _Kind.ONWARD: Answer.NOTHING,
}


class Who(Protocol):
    """Whoever would get it. `partners.actor.Actor` is one."""

    @property
    def user_id(self) -> int | None:
        """The person's key; None for a screen or a program."""

    @property
    def partner_id(self) -> UUID | None:
        """The partner they act for; None for everybody."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who is no actor: a screen, a program, a member business (`client_of` a partner), everybody."""

    user_id: int | None = None
    partner_id: UUID | None = None
    client_of: UUID | None = None
    is_addressed: bool = False


EVERYBODY = Reader()
# Whoever a thing was sent to by name, whoever that is: for words that are made once for all of them.
ADDRESSEE = Reader(is_addressed=True)


@dataclass(frozen=True, slots=True)
class Item:
    """Something marked: its label, the partners that have it, and the persons it was given to by name."""

    label: Tlp
    partners: frozenset[UUID] = field(default_factory=frozenset)
    people: frozenset[int] = field(default_factory=frozenset)


def may(item: Item, actor: Who, exit_: Exit) -> Answer:
    """What may leave by this exit, for this actor: all of it, a pointer to it, or nothing. (FIRST, TLP 2.0.)"""
    kind = _KINDS[exit_]
    if kind is _Kind.LOGGED:
        return Answer.POINTER
    circle = circle_of(item, actor)
    if kind is _Kind.OWED:
        return Answer.WHOLE if circle <= Circle.ORGANISATION else Answer.NOTHING
    if item.label is not Tlp.RED:
        return Answer.WHOLE if may_go(item.label, circle) else Answer.NOTHING
    if kind is _Kind.SHOWN:
        return _RED[kind] if circle <= Circle.ORGANISATION else Answer.NOTHING
    return _RED[kind] if may_go(item.label, circle) else Answer.NOTHING


def circle_of(item: Item, actor: Who) -> Circle:
    """How near somebody stands to a thing."""
    if getattr(actor, "is_addressed", False) or (actor.user_id is not None and actor.user_id in item.people):
        return Circle.NAMED
    if actor.partner_id is not None:
        return Circle.ORGANISATION if actor.partner_id in item.partners else Circle.COMMUNITY
    client_of = getattr(actor, "client_of", None)
    if client_of is not None:
        return Circle.CLIENTS if client_of in item.partners else Circle.COMMUNITY
    return Circle.PUBLIC


def labels_for(actor: Who, exit_: Exit, *, partners: frozenset[UUID] = frozenset()) -> list[Tlp]:
    """The labels of which something leaves whole, for those who ask the database for many things at once."""
    return [one for one in Tlp if may(Item(one, partners), actor, exit_) is Answer.WHOLE]

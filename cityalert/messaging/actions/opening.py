"""Opening a conversation, who takes part in it, and closing it."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction

from cityalert.audit.record import record
from cityalert.audit.verbs import Verb
from cityalert.lib import tenancy, words
from cityalert.lib.refusals import NotThere
from cityalert.lib.tlp import Tlp
from cityalert.live.announce import announce
from cityalert.messaging import queries, whom
from cityalert.messaging.models import SUBJECT, Conversation, Participant
from cityalert.messaging.queries import Standing
from cityalert.messaging.refusals import IsClosed, NobodyThere, NoSubject, TooStrict
from cityalert.messaging.whom import Whom
from partners.actor import Actor
from partners.roles import Permission


@transaction.atomic
def open_conversation(
    actor: Actor, subject: str, them: Whom, *, tlp: Tlp | str = Tlp.AMBER, about: str = "", at: datetime
) -> Conversation:
    """Open one with those named. The actor takes part as a person where only persons do, else with their partner.

    `about` is for apps above that find it again by what it belongs to. Raises NoSubject, NobodyThere, NotKnown,
    TooStrict.
    """
    if not actor.may(Permission.ANSWER):
        raise NotThere
    subject = words.line(subject)[:SUBJECT]
    if not subject:
        raise NoSubject(field="subject")
    places = whom.places(actor, them)
    if not places:
        raise NobodyThere(field="them")
    own = Participant(partner=actor.partner, user=actor.user if them.is_of_persons else None)
    places = [own, *(one for one in places if not _is_same(one, own))]
    _check(Tlp(tlp), places)
    conversation = Conversation.objects.create(
        partner=actor.partner, subject=subject, tlp=tlp, about=about, opened_at=at, opened_by=actor.user,
        last_at=at, is_hidden=any(one.group is not None and one.group.is_hidden for one in places),
    )  # fmt: skip
    _join(actor, conversation, places, at=at)
    record(Verb.CONVERSATION_OPENED, actor, conversation, at=at, places=len(places), tlp=str(tlp))
    return conversation


@transaction.atomic
def invite(actor: Actor, conversation: Conversation, them: Whom, *, at: datetime) -> int:
    """Let more take part, from here on: what was said before was said to others. Returns how many are new."""
    standing = _run(actor, conversation)
    held = Conversation.objects.select_for_update().get(pk=conversation.pk)
    there = list(queries.places_in(held))
    new = [one for one in whom.places(actor, them) if not any(_is_same(one, other) for other in there)]
    if not new:
        raise NobodyThere(field="them")
    if any(one.group is not None and one.group.is_hidden for one in new) and not held.is_hidden:
        raise NobodyThere(field="them")
    for one in new:
        one.since = held.last_position
    _join(actor, standing.conversation, new, at=at)
    announce(held.topic, "people")
    record(Verb.CONVERSATION_INVITED, actor, held, at=at, places=len(new), since=held.last_position)
    return len(new)


@transaction.atomic
@tenancy.across("an app above, which has asked who may, says who takes part")
def seat(
    actor: Actor, conversation: Conversation, *, joined: Iterable[UUID], left: Iterable[UUID], at: datetime
) -> None:
    """These partners take part from here on, those no longer. Who may say so is the caller's to ask."""
    held = Conversation.objects.select_for_update().get(pk=conversation.pk)
    there = Participant.objects.filter(conversation=held, left_at=None, user=None, unit="")
    new = set(joined) - set(there.filter(partner__in=joined).values_list("partner", flat=True))
    _join(
        actor,
        held,
        [Participant(partner_id=key, since=held.last_position) for key in sorted(new, key=str)],
        at=at,
    )
    gone = there.filter(partner__in=left).update(left_at=at)
    if new or gone:
        announce(held.topic, "people")
        record(Verb.CONVERSATION_SEATED, actor, held, at=at, joined=len(new), left=gone)


@transaction.atomic
@tenancy.across("an app above, which has asked who may, closes or opens what is its own")
def settle(actor: Actor, conversation: Conversation, *, is_closed: bool, at: datetime) -> None:
    """Closed, or open again, with what it belongs to. Again changes nothing. Who may say so is the caller's to ask."""
    there = Conversation.objects.filter(pk=conversation.pk, closed_at__isnull=is_closed)
    if there.update(closed_at=at if is_closed else None):
        announce(conversation.topic, "people")
        verb = Verb.CONVERSATION_CLOSED if is_closed else Verb.CONVERSATION_REOPENED
        record(verb, actor, conversation, at=at)


@transaction.atomic
def leave(actor: Actor, conversation: Conversation, *, at: datetime) -> None:
    """A person leaves for themselves; for a partner or function whoever manages it. A group's places are its own."""
    places = queries.taking_part(actor).filter(conversation=conversation)
    mine = places.filter(user=actor.user_id)
    if not mine.exists() and actor.may(Permission.MANAGE):
        mine = places.filter(group=None)
    if not mine.update(left_at=at):
        raise NotThere
    announce(conversation.topic, "people")
    record(Verb.CONVERSATION_LEFT, actor, conversation, at=at)


@transaction.atomic
def rename(actor: Actor, conversation: Conversation, subject: str, *, at: datetime) -> None:
    """Call it something else."""
    _run(actor, conversation)
    subject = words.line(subject)[:SUBJECT]
    if not subject:
        raise NoSubject(field="subject")
    Conversation.objects.filter(pk=conversation.pk).update(subject=subject)
    announce(conversation.topic, "people")
    record(Verb.CONVERSATION_RENAMED, actor, conversation, at=at)


@transaction.atomic
def close(actor: Actor, conversation: Conversation, *, at: datetime) -> None:
    """Nobody writes in it any more; everybody who takes part can read it. Again changes nothing."""
    _run(actor, conversation, may_be_closed=True)
    if Conversation.objects.filter(pk=conversation.pk, closed_at=None).update(closed_at=at):
        announce(conversation.topic, "people")
        record(Verb.CONVERSATION_CLOSED, actor, conversation, at=at)


@transaction.atomic
def reopen(actor: Actor, conversation: Conversation, *, at: datetime) -> None:
    """It goes on after all. Again changes nothing."""
    _run(actor, conversation, may_be_closed=True)
    if Conversation.objects.filter(pk=conversation.pk, closed_at__isnull=False).update(closed_at=None):
        announce(conversation.topic, "people")
        record(Verb.CONVERSATION_REOPENED, actor, conversation, at=at)


def _run(actor: Actor, conversation: Conversation, *, may_be_closed: bool = False) -> Standing:
    """How the actor stands in it, if they may run it."""
    standing = queries.get_for(actor, conversation.pk)
    if not standing.may_run:
        raise NotThere
    if standing.conversation.closed_at and not may_be_closed:
        raise IsClosed
    return standing


@tenancy.across("others take their place in a conversation")
def _join(actor: Actor, conversation: Conversation, places: Iterable[Participant], *, at: datetime) -> None:
    for one in places:
        one.conversation, one.joined_at, one.invited_by = conversation, at, actor.user
        one.save(force_insert=True)


def _is_same(one: Participant, other: Participant) -> bool:
    return _key(one) == _key(other)


def _key(one: Participant) -> tuple[object, ...]:
    return (one.partner_id, one.unit, one.user_id, one.group_id)


def _check(label: Tlp, places: Iterable[Participant]) -> None:
    ceiling = queries.ceiling(places)
    if not label.is_within(ceiling):
        raise TooStrict(TooStrict.sentence % {"label": label, "ceiling": ceiling}, field="tlp")

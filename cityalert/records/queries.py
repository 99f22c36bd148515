"""A partner's own correspondence, as whoever manages it answers for it: all that its people could read."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from cityalert.lib import tenancy
from cityalert.lib.exits import Answer, Exit, Item, may
from cityalert.lib.refusals import NotThere
from cityalert.lib.tlp import Tlp
from cityalert.messaging import queries as talking
from cityalert.messaging.models import Attachment, Conversation, Participant, Post
from cityalert.records.models import Erasure, Extract, Hold, Kind, Retention
from partners.actor import Actor
from partners.roles import Permission
from partners.sharing import Participant as Place

LISTED = 500


def check(actor: Actor) -> None:
    """Only whoever manages the partner answers for what it keeps. Raises NotThere."""
    if not actor.may(Permission.MANAGE):
        raise NotThere


def _places(actor: Actor) -> QuerySet[Participant]:
    """All places that the partner, a function or a person of it ever had; of groups, those it is in."""
    groups = Place.objects.filter(partner=actor.partner_id, state=Place.State.JOINED).values("group")
    return Participant.objects.filter(Q(partner=actor.partner_id) | Q(group__in=groups))


@tenancy.across("a partner's own correspondence, for whoever manages it")
def held(actor: Actor) -> list[Conversation]:
    """What the partner answers for, what was said last first; each with `is_held` and `is_erased`."""
    check(actor)
    holds = Hold.objects.filter(conversation=OuterRef("pk"), partner=actor.partner_id, lifted_at=None)
    erased = Erasure.objects.filter(conversation=OuterRef("pk"))
    found = Conversation.objects.filter(pk__in=_places(actor).order_by().values("conversation"))
    return list(found.annotate(is_held=Exists(holds), is_erased=Exists(erased)).order_by("-last_at")[:LISTED])


@tenancy.across("a partner's own correspondence, for whoever manages it")
def get_for(actor: Actor, conversation_id: UUID) -> Conversation:
    """One of them. Raises NotThere."""
    check(actor)
    found = Conversation.objects.filter(pk=conversation_id)
    found = found.filter(pk__in=_places(actor).order_by().values("conversation"))
    if (one := found.first()) is None:
        raise NotThere
    return one


@tenancy.across("a partner's own correspondence, for whoever manages it")
def posts(actor: Actor, conversation: Conversation) -> list[Post]:
    """All that the partner could read of it while it took part, in its order, with former words and files."""
    check(actor)
    readable = Q(pk=None)
    for place in _places(actor).filter(conversation=conversation):
        while_there = Q(position__gt=place.since)
        readable |= while_there & Q(posted_at__lte=place.left_at) if place.left_at else while_there
    found = Post.objects.filter(readable, conversation=conversation).order_by("position")
    found = found.select_related("author", "partner", "reply_to").prefetch_related(
        "wordings",
        Prefetch("attachments", queryset=Attachment.objects.order_by("name").defer("conversation")),
    )
    ours = frozenset({actor.partner_id})
    return [one for one in found if may(Item(Tlp(one.tlp), ours), actor, Exit.LAW) is Answer.WHOLE]


@tenancy.across("a partner's own correspondence, for whoever manages it")
def erasure_of(conversation: Conversation) -> Erasure | None:
    """When its words went; of one that `get_for` gave."""
    return Erasure.objects.filter(conversation=conversation).first()


def hold_on(actor: Actor, conversation: Conversation) -> Hold | None:
    """The partner's hold that stands."""
    return Hold.objects.filter(conversation=conversation, partner=actor.partner_id, lifted_at=None).first()


@tenancy.across("who of a partner's own people, present and former, held something")
def holds(actor: Actor, conversation: Conversation) -> list[Hold]:
    """All the partner's, with those that were lifted."""
    found = Hold.objects.filter(conversation=conversation, partner=actor.partner_id)
    return list(found.select_related("placed_by", "lifted_by"))


@tenancy.across("who of a partner's own people, present and former, took something out")
def extracts(actor: Actor, conversation: Conversation) -> list[Extract]:
    """What the partner took out of it before."""
    found = Extract.objects.filter(conversation=conversation, partner=actor.partner_id)
    return list(found.select_related("made_by").prefetch_related("removals"))


def retentions(actor: Actor) -> dict[Kind, int | None]:
    """For how many days the partner keeps each kind; None: for ever."""
    check(actor)
    known = dict(Retention.objects.filter(partner=actor.partner_id).values_list("kind", "days"))
    return {kind: known.get(kind.value) for kind in Kind}


def kind_of(conversation: Conversation) -> Kind:
    """Which of the partner's times counts for it."""
    return Kind.ROOM if conversation.about else Kind.CONVERSATION


def perhaps_erased_on(conversation: Conversation, days: int | None) -> datetime | None:
    """When the partner's own time is over; others who take part may keep it longer."""
    return conversation.last_at + timedelta(days=days) if days else None


def names(actor: Actor, conversation: Conversation, said: Iterable[Post]) -> dict[int, tuple[str, str]]:
    """Of each post who said it, by its key: the person's name and the partner's.

    In a hidden conversation others than oneself and its host have no names, here as on its page.
    """
    said, known = list(said), {actor.partner_id, conversation.partner_id}
    if not conversation.is_hidden or actor.partner_id == conversation.partner_id:
        known |= {post.partner_id for post in said}
    numbers = talking.numbers(conversation) if conversation.is_hidden else {}
    return {
        post.pk: (post.author.name, post.partner.name)
        if post.partner_id in known
        else (_("Participant %(n)d") % {"n": numbers[post.partner_id]}, "")
        for post in said
    }


def speakers(said: Iterable[Post], named: Mapping[int, tuple[str, str]]) -> dict[int, tuple[str, str]]:
    """Whose names could be left out: those of `names` who have one, by the person's key, in the order of names."""
    found = {post.author_id: named[post.pk] for post in said if named[post.pk][1]}
    return dict(sorted(found.items(), key=lambda pair: pair[1]))

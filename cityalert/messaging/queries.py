"""Reads of conversations, from the actor: those they take part in, and in them what was said since they came."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Exists, F, Min, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from cityalert.accounts.models import User
from cityalert.lib import tenancy
from cityalert.lib.exits import Answer, Exit, Item, may
from cityalert.lib.refusals import NotThere
from cityalert.lib.tlp import Tlp
from cityalert.messaging.models import Attachment, Conversation, Participant, Post, ReadMark
from partners.actor import Actor
from partners.models import Membership
from partners.roles import Permission
from partners.sharing import Participant as Place

PAGE = 50
LISTED = 200


@dataclass(frozen=True)
class Standing:
    """An actor in a conversation: from where on they read, and what they may do."""

    actor: Actor
    conversation: Conversation
    since: int
    ceiling: Tlp
    named: frozenset[int]
    partners: frozenset[UUID]

    @property
    def may_post(self) -> bool:
        """Whoever may answer alerts may speak, until it is closed."""
        return self.conversation.closed_at is None and self.actor.may(Permission.ANSWER)

    @property
    def may_run(self) -> bool:
        """Who opened it, and who manages the partner whose it is."""
        if self.conversation.partner_id != self.actor.partner_id or not self.actor.may(Permission.ANSWER):
            return False
        return self.conversation.opened_by_id == self.actor.user_id or self.actor.may(Permission.MANAGE)

    @property
    def sees_others(self) -> bool:
        """In a hidden one only the partner whose it is learns who takes part."""
        return not self.conversation.is_hidden or self.conversation.partner_id == self.actor.partner_id

    def item(self, post: Post) -> Item:
        """The post as `lib.exits` asks of it."""
        return Item(Tlp(post.tlp), self.partners, self.named)

    def may_read(self, post: Post, exit_: Exit = Exit.PAGE) -> bool:
        """May the actor have all of it by this exit?"""
        return may(self.item(post), self.actor, exit_) is Answer.WHOLE


def taking_part(actor: Actor) -> QuerySet[Participant]:
    """The places in conversations by which an actor takes part."""
    whole = Q(unit="", user=None)
    ours = whole | Q(user=actor.user_id)
    if actor.membership.unit:
        ours |= Q(unit=actor.membership.unit)
    groups = Place.objects.filter(partner=actor.partner_id, state=Place.State.JOINED, group__is_active=True)
    by_group = Q(group__in=groups.values("group"))
    return Participant.objects.filter(Q(partner=actor.partner_id) & ours | by_group, left_at=None)


def visible_to(actor: Actor) -> QuerySet[Conversation]:
    """The conversations an actor takes part in, each with `since`: what stands up to there is not theirs to read."""
    places = taking_part(actor).filter(conversation=OuterRef("pk")).order_by().values("conversation")
    since = places.annotate(least=Min("since")).values("least")
    return Conversation.objects.annotate(since=Subquery(since)).filter(since__isnull=False)


def get_for(actor: Actor, conversation_id: UUID | str) -> Standing:
    """One of them, and how the actor stands in it. Raises NotThere."""
    try:
        wanted = UUID(str(conversation_id))
    except ValueError as error:
        raise NotThere from error
    found = visible_to(actor).filter(pk=wanted).first()
    if found is None:
        raise NotThere
    return standing(actor, found)


def standing(actor: Actor, conversation: Conversation) -> Standing:
    """How an actor stands in a conversation that `visible_to` gave."""
    places = list(places_in(conversation))
    named = frozenset(one.user_id for one in places if one.user_id)
    partners = frozenset(one.partner_id for one in places if one.partner_id)
    groups = [one.group_id for one in places if one.group_id]
    if groups:
        with tenancy.across("which partners a group brings into a conversation"):
            joined = Place.objects.filter(group__in=groups, state=Place.State.JOINED)
            partners |= frozenset(joined.values_list("partner", flat=True))
    since = getattr(conversation, "since", 0)
    return Standing(actor, conversation, since, ceiling(places), named, partners)


def places_in(conversation: Conversation) -> QuerySet[Participant]:
    """Everybody who takes part at present."""
    places = Participant.objects.filter(conversation=conversation, left_at=None)
    return places.select_related("group")


def ceiling(places: Iterable[Participant]) -> Tlp:
    """The strictest label that can be kept here: RED is for named people, a group takes what it takes."""
    strictest = Tlp.RED
    for one in places:
        here = Tlp.RED if one.user_id else Tlp.AMBER_STRICT
        if one.group_id and one.group is not None:
            here = min(here, Tlp(one.group.ceiling), key=lambda label: label.strictness)
        strictest = min(strictest, here, key=lambda label: label.strictness)
    return strictest


def posts(
    standing: Standing, *, after: int | None = None, before: int | None = None, limit: int = PAGE
) -> list[Post]:
    """What the actor may read, in its order: the first ones after a position, or the last ones before another."""
    found = said_in(standing)
    if after is not None:
        return list(found.filter(position__gt=after).order_by("position")[:limit])
    if before is not None:
        found = found.filter(position__lt=before)
    return list(found.order_by("-position")[:limit])[::-1]


def said_in(standing: Standing) -> QuerySet[Post]:
    """All of it that the actor may read, with what a page shows beside it."""
    labels = [one for one in Tlp if standing.may_read(Post(tlp=one))]
    seen = Post.objects.filter(
        conversation=standing.conversation, position__gt=standing.since, tlp__in=labels
    )
    return seen.select_related("reply_to").prefetch_related(
        Prefetch("attachments", queryset=Attachment.objects.order_by("name")), "reactions"
    )


def get_post(standing: Standing, position: int) -> Post:
    """One of them. Raises NotThere."""
    found = said_in(standing).filter(position=position).first()
    if found is None:
        raise NotThere
    return found


def attachment_for(actor: Actor, attachment_id: UUID) -> Attachment:
    """One whose post the actor may read and that was not deleted. Raises NotThere."""
    found = Attachment.objects.filter(pk=attachment_id).select_related("post").first()
    if found is None or found.post.deleted_at:
        raise NotThere
    get_post(get_for(actor, found.conversation_id), found.post.position)
    return found


def mark_of(actor: Actor, conversation: Conversation) -> ReadMark | None:
    """How far the actor has read."""
    return ReadMark.objects.filter(
        conversation=conversation, user=actor.user_id, partner=actor.partner_id
    ).first()


def listed(actor: Actor) -> list[Conversation]:
    """The actor's conversations, what was said last first, each with `unread` and `is_muted`."""
    found = list(_with_marks(actor).order_by(F("closed_at").desc(nulls_first=True), "-last_at")[:LISTED])
    for one in found:
        one.unread = max(0, one.last_position - max(one.read_position, one.since))
    return found


def unread(actor: Actor) -> int:
    """In how many conversations there is something the actor has not read, not counting muted ones."""
    return _with_marks(actor).filter(is_muted=False, last_position__gt=F("read_position")).filter(
        last_position__gt=F("since"), closed_at=None
    ).count()  # fmt: skip


def _with_marks(actor: Actor) -> QuerySet[Any]:
    own = ReadMark.objects.filter(conversation=OuterRef("pk"), user=actor.user_id, partner=actor.partner_id)
    return visible_to(actor).annotate(
        read_position=Coalesce(Subquery(own.values("position")), 0),
        is_muted=Exists(own.filter(is_muted=True)),
    )


def readers(standing: Standing, post: Post) -> list[tuple[str, datetime]]:
    """Who has read as far as a post, and when; nobody's business in a hidden conversation but its host's."""
    if not standing.sees_others:
        return []
    marks = ReadMark.objects.filter(
        conversation=standing.conversation, position__gte=post.position, read_at__isnull=False
    )
    with tenancy.across("the names of those who read a post"):
        rows = marks.exclude(user=post.author_id).order_by("read_at").values_list("user__name", "read_at")
        return [(name, at) for name, at in rows[:LISTED] if at]


# For whom a socket may listen: (user, partner) of those who take part, in one statement.
_PEOPLE = """
SELECT m.user_id, m.partner_id::text FROM partners_membership m
JOIN partners_partner p ON p.id = m.partner_id AND p.is_active
JOIN accounts_user u ON u.id = m.user_id AND u.is_active
WHERE m.user_id = ANY(%(users)s) AND m.is_active AND m.valid_from <= %(at)s
  AND (m.valid_until IS NULL OR m.valid_until > %(at)s)
  AND EXISTS (
    SELECT FROM messaging_participant t WHERE t.conversation_id = %(conversation)s AND t.left_at IS NULL AND (
      t.partner_id = m.partner_id AND (
          t.user_id = m.user_id OR t.user_id IS NULL AND t.unit IN ('', m.unit))
      OR t.group_id IN (
          SELECT j.group_id FROM partners_participant j JOIN partners_sharinggroup g ON g.id = j.group_id
          WHERE j.partner_id = m.partner_id AND j.state = 'joined' AND g.is_active)))
"""


@tenancy.across("who takes part in a conversation")
def people_in(conversation_id: UUID, user_ids: list[int], *, at: datetime) -> set[tuple[int, str]]:
    """Of these people, those who take part at a moment, each with the key of the partner as which."""
    with connection.cursor() as cursor:
        cursor.execute(_PEOPLE, {"conversation": conversation_id, "users": user_ids, "at": at})
        return set(cursor.fetchall())


@tenancy.across("the people of partners that take part in a conversation")
def everybody_since(conversation: Conversation, *, at: datetime) -> list[tuple[int, UUID, int]]:
    """Every person who takes part: user, the partner as which, and from after which position they read."""
    places = list(places_in(conversation))
    groups = [one.group_id for one in places if one.group_id]
    joined = Place.objects.filter(group__in=groups, state=Place.State.JOINED, group__is_active=True)
    by_group = defaultdict(list)
    for group_id, partner_id in joined.values_list("group", "partner"):
        by_group[group_id].append(partner_id)
    # From where on whoever comes by a place reads: a whole partner, a function of it, one person.
    least: dict[tuple[UUID | None, int | None, str], int] = {}
    for one in places:
        for key in by_group[one.group_id] if one.group_id else [one.partner_id]:
            place = (key, one.user_id, one.unit)
            least[place] = min(one.since, least.get(place, one.since))
    members = Membership.objects.valid(at).filter(
        partner__in={partner_id for partner_id, _user, _unit in least}
    )
    found = []
    for user_id, partner_id, unit in members.values_list("user", "partner", "unit"):
        ways = {(partner_id, None, ""), (partner_id, None, unit), (partner_id, user_id, "")}
        if theirs := [least[way] for way in ways if way in least]:
            found.append((user_id, partner_id, min(theirs)))
    return found


@tenancy.across("the names of those who take part in a conversation")
def names_of(user_ids: Iterable[int]) -> dict[int, str]:
    """What people are called."""
    return dict(User.objects.filter(pk__in=set(user_ids)).values_list("pk", "name"))


@tenancy.across("the names of those who speak in a conversation")
def names(posts: Iterable[Post]) -> dict[int, tuple[str, str]]:
    """Of the authors: the person's name and the partner's short one, by post."""
    keys = [post.pk for post in posts]
    rows = Post.objects.filter(pk__in=keys).values_list("pk", "author__name", "partner__short_name")
    return {key: (name, partner) for key, name, partner in rows}


@tenancy.across("who speaks first in a hidden conversation")
def numbers(conversation: Conversation) -> dict[UUID, int]:
    """In a hidden conversation partners are told apart by a number, in the order in which they first spoke."""
    first = Post.objects.filter(conversation=conversation).order_by().values("partner")
    rows = first.annotate(first=Min("position")).order_by("first").values_list("partner", flat=True)
    return {partner_id: number for number, partner_id in enumerate(rows, start=1)}


@tenancy.across("the names of those who take part in a conversation")
def called(standing: Standing) -> list[tuple[str, str]]:
    """Who takes part: a name, and what it is (partner, function, person, group); hidden: oneself and the host."""
    own, host = standing.actor.partner_id, standing.conversation.partner_id
    found = []
    for one in places_in(standing.conversation).select_related("partner", "user", "group"):
        if one.group:
            found.append((one.group.name, "group"))
        elif one.partner and (standing.sees_others or one.partner_id in {own, host}):
            found.append(_named(one))
    return found


def _named(place: Participant) -> tuple[str, str]:
    partner = place.partner.name if place.partner else ""
    if place.user:
        return f"{place.user.name}, {partner}", "person"
    if place.unit:
        return f"{place.unit}, {partner}", "function"
    return partner, "partner"

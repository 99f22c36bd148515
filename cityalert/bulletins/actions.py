"""What partners do with bulletins: publish, say that one has read it, propose what is to be put right, answer that."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cityalert.audit.record import Who, record
from cityalert.audit.verbs import Verb
from cityalert.bulletins import audience, queries, sealing, telling
from cityalert.bulletins.models import Addressee, Bulletin, Correction, Proposal, Reading
from cityalert.lib import tenancy, words
from cityalert.lib.refusals import NotThere, Refusal
from cityalert.lib.tlp import Tlp
from partners.actor import Actor
from partners.models import Membership
from partners.roles import TOLD_BY_DEFAULT, Permission

PROPOSALS_AT_MOST = 10


class NotPublished(Refusal):
    """Something about it does not do; `field` says what."""

    code = "bulletin_not_published"
    status = 422
    sentence = gettext_lazy("This bulletin cannot be published like that.")


class NothingProposed(Refusal):
    """An empty proposal says nothing."""

    code = "nothing_proposed"
    status = 422
    sentence = gettext_lazy("Write what is wrong and what is right, then press the button again.")


class TooManyProposals(Refusal):
    """Somebody, or something, that never ends."""

    code = "too_many_proposals"
    status = 429
    sentence = gettext_lazy("Your organisation has proposed a lot already. Call the publisher instead.")


class Answered(Refusal):
    """Once."""

    code = "proposal_is_answered"
    status = 409
    sentence = gettext_lazy("This was answered already.")


def may_publish(actor: Actor) -> bool:
    """Whoever writes alerts, and whoever runs the partner."""
    return actor.may(Permission.DRAFT) or actor.may(Permission.MANAGE)


@transaction.atomic
def publish(actor: Actor, data: Mapping[str, Any], *, at: datetime) -> Bulletin:
    """Publish one and tell its readers. `data`: as `BulletinForm` cleans it. Raises NotPublished."""
    if not may_publish(actor):
        raise NotThere
    tlp, is_unnamed = Tlp(data["tlp"]), bool(data["is_unnamed"])
    wanted = audience.Wanted(data["groups"], data["sectors"], data["area"])
    title, text = words.line(data["title"]), words.block(data["text"])
    _check(actor, wanted, tlp, is_unnamed, title, text)
    told = audience.partners(actor, wanted)
    if not told:
        raise NotPublished(_("Nobody would read it: choose groups, sectors or an area."), field="groups")
    bulletin = Bulletin(
        title=title, text=text, tlp=tlp, groups=wanted.groups, sectors=wanted.sectors, area=wanted.area,
        published_at=at, partner=None if is_unnamed else actor.partner, author=None if is_unnamed else actor.user,
    )  # fmt: skip
    if is_unnamed:
        # Which groups and what area were chosen would tell who chose them.
        bulletin.groups, bulletin.sectors, bulletin.area = [], [], None
    people = _freeze(actor, bulletin, told, at=at)
    telling.tell(bulletin, told, at=at)
    record(
        Verb.BULLETIN_PUBLISHED, None if is_unnamed else actor, bulletin, at=at, label=tlp.value, partners=len(told),
        people=people,
    )  # fmt: skip
    return bulletin


@transaction.atomic
def acknowledge(actor: Actor, bulletin: Bulletin, *, at: datetime) -> None:
    """The person has read it. Again changes nothing; whoever it was not told to has nothing to say."""
    bulletin = queries.get_for(actor, bulletin.pk)
    changed = Reading.objects.filter(
        bulletin=bulletin, user=actor.user_id, partner=actor.partner_id, acknowledged_at=None
    ).update(acknowledged_at=at)
    if changed:
        record(Verb.BULLETIN_READ, actor, bulletin, at=at)


@transaction.atomic
def propose(actor: Actor, bulletin: Bulletin, text: str, *, wants_credit: bool, at: datetime) -> Proposal:
    """Say what should be put right. Raises NothingProposed, TooManyProposals."""
    bulletin = queries.get_for(actor, bulletin.pk)
    if not actor.may(Permission.ANSWER) or queries.is_own(actor, bulletin):
        raise NotThere
    text = words.block(text)[:2000]
    if not text:
        raise NothingProposed(field="text")
    if Proposal.objects.filter(bulletin=bulletin, partner=actor.partner_id).count() >= PROPOSALS_AT_MOST:
        raise TooManyProposals
    proposal = Proposal.objects.create(
        bulletin=bulletin, partner=actor.partner, sender_id=bulletin.partner_id, author=actor.user, text=text,
        wants_credit=wants_credit, proposed_at=at,
    )  # fmt: skip
    record(Verb.BULLETIN_PROPOSED, actor, bulletin, at=at, proposal=str(proposal.pk))
    return proposal


@transaction.atomic
def answer(
    actor: Actor, bulletin: Bulletin, proposal_id: UUID, *, accept: bool, words_: str, at: datetime
) -> Proposal:
    """Take it, in words of one's own or its own, and tell the readers; or not, with a word why. Raises Answered."""
    bulletin = queries.get_for(actor, bulletin.pk)
    if not (may_publish(actor) and queries.is_own(actor, bulletin)):
        raise NotThere
    said = words.block(words_)
    # An unnamed publisher is nobody's own in the tables: that they are was asked just now.
    with tenancy.across("answering what a reader proposed"):
        held = Proposal.objects.select_for_update(of=("self",)).select_related("partner")
        proposal = held.filter(bulletin=bulletin, pk=proposal_id).first()
        if proposal is None:
            raise NotThere
        if proposal.state != Proposal.State.OPEN:
            raise Answered
        proposal.state = Proposal.State.ACCEPTED if accept else Proposal.State.DECLINED
        proposal.answered_at, proposal.answer = at, "" if accept else said[:500]
        proposal.save(update_fields=["state", "answered_at", "answer"])
        if accept:
            _correct(bulletin, proposal, said[:2000] or proposal.text, at=at)
    who: Who | None = actor if bulletin.partner_id else None
    record(Verb.BULLETIN_ANSWERED, who, bulletin, at=at, proposal=str(proposal.pk), accepted=accept)
    return proposal


def _correct(bulletin: Bulletin, proposal: Proposal, text: str, *, at: datetime) -> None:
    credit = proposal.partner.name if proposal.wants_credit else ""
    correction = Correction.objects.create(
        bulletin=bulletin, sender_id=bulletin.partner_id, text=text, credit=credit, made_at=at
    )
    told = set(Addressee.objects.filter(bulletin=bulletin).values_list("partner_id", flat=True))
    telling.tell(bulletin, told, correction, at=at)


def _check(actor: Actor, wanted: audience.Wanted, tlp: Tlp, is_unnamed: bool, title: str, text: str) -> None:
    if not title:
        raise NotPublished(_("Give it a title."), field="title")
    if not text:
        raise NotPublished(_("Write what it says."), field="text")
    if is_unnamed and tlp is Tlp.RED:
        raise NotPublished(_("RED names its readers: whoever names them is named."), field="is_unnamed")
    narrow = audience.too_strict_for(actor, wanted, tlp)
    if narrow:
        sentence = _("“%(group)s” takes nothing stricter than TLP:%(label)s.")
        raise NotPublished(sentence % {"group": narrow.name, "label": narrow.ceiling}, field="groups")


@tenancy.across("freezing who a bulletin is for")
def _freeze(actor: Actor, bulletin: Bulletin, told: set[UUID], *, at: datetime) -> int:
    bulletin.save(force_insert=True)
    sender = bulletin.partner_id
    Addressee.objects.bulk_create(
        Addressee(bulletin=bulletin, partner_id=key, sender_id=sender) for key in sorted(told, key=str)
    )
    members = Membership.objects.valid(at).filter(partner__in=told, role__in=TOLD_BY_DEFAULT)
    people = dict(members.order_by("-pk").values_list("user_id", "partner_id"))
    Reading.objects.bulk_create(
        Reading(bulletin=bulletin, partner_id=partner, user_id=user, sender_id=sender)
        for user, partner in people.items()
    )
    if sender is None:
        sealing.seal(actor, bulletin)
    return len(people)

"""Who published without a name: written sealed, read by its own partner for its own bulletins, resolved by the auditor.

The seal of the same partner is another one for each bulletin: a thief of the database cannot tell two of them apart, or
together. No audit entry, log line or administration page names the two.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cityalert.accounts.models import User
from cityalert.audit.record import record
from cityalert.audit.verbs import Verb
from cityalert.bulletins.models import Bulletin, Origin
from cityalert.lib import tenancy, words
from cityalert.lib.refusals import NotThere, Refusal
from partners.actor import Actor
from partners.models import Partner
from partners.roles import Permission, Role

SHORTEST_REASON = 20


class NoReason(Refusal):
    """Whoever lifts a seal says why, in words that can be read later."""

    code = "no_reason_to_resolve"
    status = 422
    sentence = _("Say in at least twenty letters why this has to be known: it is kept in the audit log.")


@tenancy.across("sealing who published without a name")
def seal(actor: Actor, bulletin: Bulletin) -> None:
    """Keep it, in the caller's transaction."""
    Origin.objects.create(
        bulletin=bulletin,
        partner_seal=_of(bulletin.pk, actor.partner_id),
        author_seal=_of(bulletin.pk, actor.user_id),
    )


@tenancy.across("whether a bulletin without a name is one's own")
def own(actor: Actor, keys: set[UUID]) -> set[UUID]:
    """Of these bulletins those that the actor's partner published without its name."""
    mine = {_of(key, actor.partner_id) for key in keys}
    found = Origin.objects.filter(bulletin__in=keys, partner_seal__in=mine)
    return set(found.values_list("bulletin_id", flat=True))


@tenancy.across("the unnamed bulletins that a partner published")
def all_own(actor: Actor) -> set[UUID]:
    """Every one of its own."""
    return own(actor, set(Origin.objects.values_list("bulletin_id", flat=True)))


def is_auditor(actor: Actor) -> bool:
    """The city's analyst, who may read the audit log: nobody who runs the network, and nobody of the police."""
    is_city = actor.partner.kind == Partner.Kind.MUNICIPAL
    return is_city and actor.membership.role == Role.ANALYST and actor.may(Permission.AUDIT)


@transaction.atomic
def resolve(actor: Actor, bulletin_id: UUID, reason: str, *, at: datetime) -> tuple[str, str]:
    """Who it was: the partner's and the author's names, shown once. For the auditor, with a reason that is kept."""
    if not is_auditor(actor):
        raise NotThere
    reason = words.line(reason)[:500]
    with tenancy.across("the auditor lifts a seal"):
        origin = Origin.objects.select_related("bulletin").filter(bulletin=bulletin_id).first()
        if origin is None:
            raise NotThere
        if len(reason) < SHORTEST_REASON:
            raise NoReason(field="reason")
        partner = Partner.objects.get(pk=_key(origin.partner_seal))
        author = User.objects.get(pk=_key(origin.author_seal))
    record(Verb.BULLETIN_RESOLVED, actor, origin.bulletin, at=at, reason=reason)
    return partner.name, author.name


@tenancy.across("what the auditor may resolve")
def unnamed(actor: Actor) -> list[Bulletin]:
    """The bulletins without a name, the latest first, for the auditor. Raises NotThere for everybody else."""
    if not is_auditor(actor):
        raise NotThere
    return list(Bulletin.objects.filter(partner=None).defer("area"))


def _of(bulletin: UUID, who: UUID | int) -> str:
    return f"{bulletin}/{who}"


def _key(text: str) -> str:
    return text.partition("/")[2]

"""Reads: what a partner has signed, what is missing, and whether that stops an act."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cityalert.agreements import rules
from cityalert.agreements.models import Agreement, Signing
from cityalert.agreements.rules import Act, Kind
from cityalert.lib.refusals import NotThere, Refusal
from partners.actor import Actor
from partners.models import Partner

# An agreement this close to its end is shown as ending, and can be signed anew.
SOON = timedelta(days=max(rules.REMINDERS))


class AgreementMissing(Refusal):
    """Something takes an agreement that is not in force."""

    code = "agreement_missing"
    status = 409
    sentence = _("An agreement that this takes is not signed, or has ended.")


def check(partner: Partner | UUID, act: Act, *, at: datetime) -> None:
    """Pass if every agreement that this act takes is in force. Raises AgreementMissing, which names the first.

    A kind of which no text is required yet stops nothing: there would be nothing to sign.
    """
    kind = _missing(partner, act, at)
    if kind is not None:
        raise AgreementMissing(_sentence(kind), detail={"kind": str(kind), "act": str(act)})


def allows(partner: Partner | UUID, act: Act, *, at: datetime) -> bool:
    """Would `check` pass?"""
    return _missing(partner, act, at) is None


def _missing(partner: Partner | UUID, act: Act, at: datetime) -> Kind | None:
    standing = Signing.objects.in_force(at).filter(partner=partner, kind=OuterRef("kind"))
    required = Agreement.objects.filter(kind__in=rules.needed_for(act), required_from__lte=at)
    kind = required.filter(~Exists(standing)).values_list("kind", flat=True).first()
    return Kind(kind) if kind else None


def _sentence(kind: Kind) -> Promise:
    sentences = {
        Kind.SHARING: _(
            "The information sharing agreement is not signed, or has ended. An owner of your organisation signs "
            "it under Partners, Agreements."
        ),
        Kind.CONFIDENTIALITY: _(
            "The confidentiality agreement is not signed, or has ended. An owner of your organisation signs it "
            "under Partners, Agreements."
        ),
        Kind.CAMERAS: _(
            "The camera lending agreement is not signed, or has ended. An owner of your organisation signs it "
            "under Partners, Agreements."
        ),
    }
    return sentences[kind]


def get(agreement_id: UUID) -> Agreement:
    """One published text; every member may read it. Raises NotThere."""
    agreement = Agreement.objects.filter(pk=agreement_id).first()
    if agreement is None:
        raise NotThere
    return agreement


def current() -> dict[Kind, Agreement]:
    """The latest version of each kind that has one."""
    latest = Agreement.objects.order_by("kind", "-version").distinct("kind")
    found = {Kind(agreement.kind): agreement for agreement in latest}
    return {kind: found[kind] for kind in Kind if kind in found}


@dataclass(frozen=True)
class Standing:
    """How a partner stands with one kind of agreement."""

    kind: Kind
    at: datetime
    agreement: Agreement | None = None  # the text to sign today
    signing: Signing | None = None  # what counts, or the last that did
    waiting: Signing | None = None  # for the network's signature

    @property
    def state(self) -> str:
        """One of: in_force, ending, expired, unsigned, none (no text is published)."""
        if self.signing and self.signing.expires_at:
            if self.signing.expires_at <= self.at:
                return "expired"
            return "ending" if self.signing.expires_at - self.at <= SOON else "in_force"
        return "unsigned" if self.agreement else "none"

    @property
    def is_required(self) -> bool:
        """Is a text of this kind required by now?"""
        return self.agreement is not None and self.agreement.required_from <= self.at

    @property
    def stops(self) -> list[Act]:
        """What the partner may not do as it stands."""
        is_stopping = self.state in {"expired", "unsigned"} and (self.is_required or self.signing)
        return rules.stopped_without(self.kind) if is_stopping else []

    @property
    def can_be_signed(self) -> bool:
        """Is there a reason to sign now? A newer text is one."""
        if self.agreement is None or self.waiting is not None:
            return False
        is_newer = self.signing is not None and self.signing.agreement_id != self.agreement.pk
        return self.state in {"unsigned", "expired", "ending"} or is_newer

    @property
    def needs_attention(self) -> bool:
        """Should an owner hear of it?"""
        is_missed = bool(self.stops) and (self.signing is not None or self.kind in rules.TO_JOIN)
        return (is_missed or self.state == "ending") and self.waiting is None


def standings(partner_ids: Collection[UUID], at: datetime) -> dict[UUID, list[Standing]]:
    """How these partners stand with each kind, by two statements."""
    texts = current()
    latest: dict[tuple[UUID, str], Signing] = {}
    waiting: dict[tuple[UUID, str], Signing] = {}
    signed = Signing.objects.filter(partner__in=partner_ids).select_related("agreement")
    for signing in signed.order_by("expires_at"):
        kept = waiting if signing.countersigned_at is None else latest
        kept[signing.partner_id, signing.kind] = signing
    return {
        partner_id: [
            Standing(
                kind, at, texts.get(kind), latest.get((partner_id, kind)), waiting.get((partner_id, kind))
            )
            for kind in Kind
        ]
        for partner_id in partner_ids
    }


def standing(actor: Actor, at: datetime) -> list[Standing]:
    """How the actor's partner stands with each kind."""
    return standings([actor.partner_id], at)[actor.partner_id]


def history(actor: Actor) -> QuerySet[Signing]:
    """All that the actor's partner ever signed, the latest first."""
    return Signing.objects.filter(partner=actor.partner_id).select_related("agreement")


def awaiting_network() -> QuerySet[Signing]:
    """What partners have signed and the network has not, the oldest first. For staff."""
    return Signing.objects.waiting().select_related("agreement", "partner").order_by("signed_at")


def get_signing(signing_id: UUID) -> Signing:
    """One signature, for staff. Raises NotThere."""
    signing = Signing.objects.select_related("agreement", "partner").filter(pk=signing_id).first()
    if signing is None:
        raise NotThere
    return signing


def ending(at: datetime) -> QuerySet[Signing]:
    """What has ended or will soon, and was not signed anew, the earliest first. For staff."""
    newer = Signing.objects.filter(
        partner=OuterRef("partner"), kind=OuterRef("kind"), signed_at__gt=OuterRef("signed_at")
    )
    soon = Signing.objects.filter(expires_at__lte=at + SOON, partner__is_active=True).filter(~Exists(newer))
    return soon.select_related("agreement", "partner").order_by("expires_at")


def renewed(signing: Signing) -> bool:
    """Has the partner signed this kind again since?"""
    later = Signing.objects.filter(partner=signing.partner_id, kind=signing.kind)
    return later.filter(signed_at__gt=signing.signed_at).exists()

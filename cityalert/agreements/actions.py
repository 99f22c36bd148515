"""Writes: a text is published, a partner signs it, the network signs beside. What that allows is in `rules`."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from cityalert.agreements import queries, wording
from cityalert.agreements.models import Agreement, Signing
from cityalert.agreements.rules import Kind
from cityalert.audit.record import record
from cityalert.audit.verbs import Verb
from cityalert.lib import words
from cityalert.lib.refusals import NotThere, Refusal
from partners.actor import Actor, Staff
from partners.models import Partner
from partners.roles import Permission


class MayNotSign(Refusal):
    """Signing binds the organisation: an owner does it."""

    code = "may_not_sign"
    status = 403
    sentence = _("Only an owner of your organisation can sign for it.")


class TextChanged(Refusal):
    """What is signed is what stood on the page."""

    code = "text_changed"
    sentence = _("There is a newer text by now. Read it, then sign.")


class NothingToSign(Refusal):
    """It is in force, or waits for the network's signature."""

    code = "nothing_to_sign"
    sentence = _("This is signed already. There is nothing to do.")


class NotNamed(Refusal):
    """A signature says who, and as what."""

    code = "not_named"
    status = 422
    sentence = _("Write your name and your position in the organisation.")


class NothingNew(Refusal):
    """The same words are no new version."""

    code = "nothing_new"
    sentence = _("This is the text that is published already, word for word.")


class PublishedMeanwhile(Refusal):
    """Two people published at the same moment."""

    code = "published_meanwhile"
    sentence = _("Somebody published another version meanwhile. Look at it first.")


class OwnSignature(Refusal):
    """Two sides are two persons."""

    code = "own_signature"
    sentence = _("You signed this for the partner. Somebody else signs for the network.")


@transaction.atomic
def publish(
    staff: Staff | None,
    kind: Kind,
    texts: tuple[str, str],
    *,
    valid_months: int,
    required_from: datetime,
    at: datetime,
) -> Agreement:
    """Publish a new version, English and French. It is never changed afterwards.

    From `required_from` on partners without a signature are stopped (see `rules`); whoever signed an earlier
    version stays bound by it, and covered, until that signature ends.
    """
    text_en, text_fr = map(words.block, texts)
    latest = queries.current().get(kind)
    digest = wording.digest(text_en, text_fr)
    if latest and latest.sha256 == digest:
        raise NothingNew
    agreement = Agreement(
        kind=kind,
        version=latest.version + 1 if latest else 1,
        text_en=text_en,
        text_fr=text_fr,
        sha256=digest,
        valid_months=valid_months,
        required_from=required_from,
        published_at=at,
        published_by=staff.user if staff else None,
    )
    try:
        with transaction.atomic():
            agreement.save(force_insert=True)
    except IntegrityError as error:
        raise PublishedMeanwhile from error
    record(
        Verb.AGREEMENT_PUBLISHED, staff, agreement, at=at, kind=kind, version=agreement.version, text=digest
    )
    return agreement


@transaction.atomic
def sign(actor: Actor, agreement: Agreement, *, sha256: str, name: str, role: str, at: datetime) -> Signing:
    """Sign for the actor's partner the text of that hash. In force once the network has signed, too."""
    if not actor.may(Permission.SIGN):
        raise MayNotSign
    name, role = _named(name, role)
    kind = Kind(agreement.kind)
    standing = next(one for one in queries.standing(actor, at) if one.kind == kind)
    if standing.agreement != agreement or agreement.sha256 != sha256:
        raise TextChanged
    if not standing.can_be_signed:
        raise NothingToSign
    signing = Signing(
        agreement=agreement,
        kind=kind,
        partner=actor.partner,
        sha256=sha256,
        signed_at=at,
        signed_by=actor.user,
        signer_name=name,
        signer_role=role,
    )
    try:
        with transaction.atomic():
            signing.save(force_insert=True)
    except IntegrityError as error:  # pressed twice
        raise NothingToSign from error
    record(Verb.AGREEMENT_SIGNED, actor, signing, at=at, **_facts(signing))
    return signing


@transaction.atomic
def countersign(staff: Staff, signing: Signing, *, role: str, at: datetime) -> Signing:
    """Sign for the network: from now on it counts. Again changes nothing."""
    held = (
        Signing.objects.select_for_update(of=("self",))
        .select_related("agreement")
        .filter(pk=signing.pk)
        .first()
    )
    if held is None:
        raise NotThere
    if held.countersigned_at is not None:
        return held
    if held.signed_by_id == staff.user_id:
        raise OwnSignature
    _countersign(held, staff, role, at)
    held.save()
    record(Verb.AGREEMENT_COUNTERSIGNED, staff, held, at=at, **_facts(held), until=held.expires_at)
    return held


@transaction.atomic
def take_over(
    staff: Staff,
    partner: Partner,
    agreement: Agreement,
    signer: tuple[str, str, datetime],
    *,
    role: str,
    at: datetime,
) -> Signing:
    """What an applicant signed (name, position, when) counts for the partner it has become: the network signs, too."""
    name, position, signed_at = signer
    signing = Signing(
        agreement=agreement,
        kind=agreement.kind,
        partner=partner,
        sha256=agreement.sha256,
        signed_at=signed_at,
        signer_name=name,
        signer_role=position,
    )
    _countersign(signing, staff, role, at)
    signing.save(force_insert=True)
    record(Verb.AGREEMENT_COUNTERSIGNED, staff, signing, at=at, **_facts(signing), until=signing.expires_at)
    return signing


def _countersign(signing: Signing, staff: Staff, role: str, at: datetime) -> None:
    name, role = _named(staff.user_name, role)
    signing.countersigned_at, signing.countersigned_by = at, staff.user
    signing.countersigner_name, signing.countersigner_role = name, role
    signing.expires_at = wording.months_after(at, signing.agreement.valid_months)


def _named(name: str, role: str) -> tuple[str, str]:
    name, role = words.line(name), words.line(role)
    for field, value in (("name", name), ("role", role)):
        if not 0 < len(value) <= 120:
            raise NotNamed(field=field)
    return name, role


def _facts(signing: Signing) -> dict[str, object]:
    return {
        "agreement": signing.agreement_id,
        "kind": signing.kind,
        "partner": signing.partner_id,
        "text": signing.sha256,
    }

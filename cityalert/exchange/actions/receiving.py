"""Taking a document in: it becomes an external alert, waits in quarantine with its reasons, or is refused."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from cryptography.x509 import Certificate
from django.conf import settings
from django.db import transaction

from cityalert.accounts.models import User
from cityalert.audit.record import record
from cityalert.audit.verbs import Verb
from cityalert.exchange import queries, words
from cityalert.exchange.cap import areas, profile, signatures, values
from cityalert.exchange.cap.document import Document
from cityalert.exchange.cap.notes import Note
from cityalert.exchange.cap.opening import Incomplete
from cityalert.exchange.cap.reading import Reading, read
from cityalert.exchange.cap.signatures import Seal, Signed
from cityalert.exchange.leave import By, need_arrange, need_bring
from cityalert.exchange.models import External, Quarantined, Source
from cityalert.lib import words as clean
from partners.actor import Actor
from partners.models import Partner

KEPT = timedelta(days=90)
MOST_REFERENCES = 200
# Of one partner: a broken source must not fill the disk. The oldest make room.
MOST_QUARANTINED = 200


@dataclass(frozen=True)
class Taken:
    """What became of a document."""

    external: External | None = None
    quarantined: Quarantined | None = None
    is_new: bool = True


@dataclass(frozen=True)
class Parcel:
    """A document on its way in."""

    raw: bytes
    origin: str
    partner: Partner | None
    source: Source | None = None
    by: User | None = None


@transaction.atomic
def upload(actor: Actor, raw: bytes, name: str, *, at: datetime) -> Taken:
    """Take in what a person brings. Raises CapRefused."""
    need_bring(actor)
    taken = _take(Parcel(raw, clean.line(name), actor.partner, by=actor.user), at=at)
    if taken.is_new and taken.external:
        record(Verb.EXTERNAL_IMPORTED, actor, taken.external, at=at, notes=len(taken.external.notes))
    return taken


@transaction.atomic
def receive(source: Source, raw: bytes, origin: str, *, at: datetime) -> Taken:
    """Take in what a source brought; nobody did it, so it is not in the log. Raises CapRefused."""
    return _take(Parcel(raw, origin, source.partner, source), at=at)


@transaction.atomic
def try_again(by: By, kept_id: UUID, *, at: datetime) -> Taken:
    """Read a quarantined document once more: rules change, and so do sources. Raises CapRefused."""
    kept = _hold(by, kept_id)
    parcel = Parcel(bytes(kept.raw), kept.origin, kept.partner, kept.source, kept.received_by)
    taken = _take(parcel, at=at)
    if taken.external:
        kept.delete()
        record(Verb.EXTERNAL_IMPORTED, by, taken.external, at=at, notes=len(taken.external.notes))
    return taken


@transaction.atomic
def discard(by: By, kept_id: UUID, *, at: datetime) -> None:
    """Throw a quarantined document away."""
    kept = _hold(by, kept_id)
    record(Verb.QUARANTINE_DISCARDED, by, kept, at=at, sha256=kept.digest)
    kept.delete()


def forget(*, at: datetime) -> None:
    """Delete what came in long ago; from what became a draft of ours the draft stays."""
    External.objects.filter(received_at__lt=at - KEPT).delete()
    Quarantined.objects.filter(received_at__lt=at - KEPT).delete()


def _hold(by: By, kept_id: UUID) -> Quarantined:
    queries.quarantined_for(by, kept_id)
    if isinstance(by, Actor):
        need_bring(by)
    else:
        need_arrange(by)
    return Quarantined.objects.select_for_update().get(pk=kept_id)


def _take(parcel: Parcel, *, at: datetime) -> Taken:
    try:
        reading = read(parcel.raw)
        geometry, drawn = areas.geometry(reading.document)
        signed = signatures.look(parcel.raw, _trusted(parcel.source), at=at)
        _check_source(reading.document, signed, parcel.source)
    except Incomplete as incomplete:
        return _quarantine(parcel, incomplete.notes, at=at)
    key = _key(reading.document)
    known = External.objects.filter(partner=parcel.partner, key=key).first()
    if known:
        return Taken(external=known, is_new=False)
    external = _external(parcel, reading, signed, at=at)
    external.key, external.area = key, geometry
    external.notes = [one.as_json() for one in (*reading.notes, *drawn, *profile.broken(reading.document))]
    # Two at once: the second finds what the first has made.
    External.objects.bulk_create([external], ignore_conflicts=True)
    there = External.objects.get(partner=parcel.partner, key=key)
    if there.pk != external.pk:
        return Taken(external=there, is_new=False)
    _link(external)
    return Taken(external=external)


def _external(parcel: Parcel, reading: Reading, signed: Signed, *, at: datetime) -> External:
    document = reading.document
    ends = [moment for info in document.infos if (moment := values.moment(info.expires))]
    name = next((info.sender_name for info in document.infos if info.sender_name), document.sender)
    sent = values.moment(document.sent)
    assert sent is not None  # noqa: S101 - `read` gives none without
    return External(
        partner=parcel.partner, source=parcel.source, origin=parcel.origin[:500], raw=parcel.raw,
        received_at=at, received_by=parcel.by,
        reference_keys=_reference_keys(document), identifier=document.identifier, sender=document.sender,
        sent_at=sent, status=document.status, msg_type=document.msg_type,
        headline=words.headline(document, "en"),
        headline_fr=words.headline(document, "fr") if words.said_in(document, "fr") else "",
        sender_name=clean.line(name)[:200], severity=words.severity(document),
        expires_at=max(ends, default=None), seal=signed.seal, signed_by=signed.by,
    )  # fmt: skip


def _quarantine(parcel: Parcel, reasons: list[Note], *, at: datetime) -> Taken:
    kept, is_new = Quarantined.objects.update_or_create(
        partner=parcel.partner,
        digest=hashlib.sha256(parcel.raw).hexdigest(),
        defaults={"notes": [one.as_json() for one in reasons]},
        create_defaults={
            "notes": [one.as_json() for one in reasons], "raw": parcel.raw, "origin": parcel.origin[:500],
            "source": parcel.source, "received_at": at, "received_by": parcel.by,
        },
    )  # fmt: skip
    if is_new:
        oldest = Quarantined.objects.filter(partner=parcel.partner).order_by("-received_at", "pk")
        Quarantined.objects.filter(
            pk__in=list(oldest.values_list("pk", flat=True)[MOST_QUARANTINED:])
        ).delete()
    return Taken(quarantined=kept, is_new=is_new)


def _check_source(document: Document, signed: Signed, source: Source | None) -> None:
    """A source may be held to one sender, and to signatures: whoever takes over its address gains nothing."""
    if source is None:
        return
    if source.sender and document.sender != source.sender:
        raise Incomplete(Note("other_sender", value=document.sender[:80]))
    if source.certificates and signed.seal != Seal.VALID:
        raise Incomplete(Note("not_signed"))


def _trusted(source: Source | None) -> list[Certificate]:
    text = (source.certificates if source else "") or settings.CAP_TRUSTED_CERTIFICATES
    return signatures.trusted_certificates(text)


def _link(external: External) -> None:
    """Forerunners by the same sender are replaced; and it may itself have been, before it came in."""
    same = External.objects.filter(partner=external.partner_id, sender=external.sender).exclude(
        pk=external.pk
    )
    earlier = same.filter(key__in=external.reference_keys, sent_at__lte=external.sent_at, replaced_by=None)
    if external.msg_type in ("Update", "Cancel"):
        earlier.update(replaced_by=external)
    later = same.filter(
        reference_keys__contains=[external.key],
        sent_at__gte=external.sent_at,
        msg_type__in=["Update", "Cancel"],
    )
    if follower := later.order_by("sent_at").first():
        External.objects.filter(pk=external.pk).update(replaced_by=follower)


def _reference_keys(document: Document) -> list[str]:
    found, _wrong = values.references(document.references)
    keys = (_named(*one) for one in found)
    return list(dict.fromkeys(key for key in keys if len(key) <= 600))[:MOST_REFERENCES]


def _key(document: Document) -> str:
    sent = values.moment(document.sent)
    assert sent is not None  # noqa: S101 - `read` gives none without
    return _named(document.sender, document.identifier, sent)


def _named(sender: str, identifier: str, sent: datetime) -> str:
    return f"{sender},{identifier},{sent.astimezone(UTC).isoformat()}"

"""What a partner decides about its correspondence: how long it is kept, what is held, what is taken out."""

import tempfile
import zipfile
from collections.abc import Mapping
from datetime import datetime
from io import BufferedIOBase
from typing import IO, Any, cast
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cityalert.audit.record import record
from cityalert.audit.verbs import Verb
from cityalert.lib import tenancy, words
from cityalert.lib.refusals import Refusal
from cityalert.messaging.models import Content, Conversation
from cityalert.records import copying, queries, redacting
from cityalert.records.models import LEAST_DAYS, MOST_DAYS, Extract, Hold, Kind, Removal, Retention
from partners.actor import Actor

# What is in memory of a copy before it goes to a temporary file.
IN_MEMORY = 8 * 1024 * 1024


class NotLawful(Refusal):
    """Too short, or no number."""

    code = "not_lawful"
    status = 422
    sentence = _(
        "Say a number of days between %(least)d and %(most)d, or leave it empty to keep everything. What an "
        "institution used is kept for a year at least."
    ) % {"least": LEAST_DAYS, "most": MOST_DAYS}


class SayWhy(Refusal):
    """Nobody knows later what an unnamed hold was for."""

    code = "say_why"
    status = 422
    sentence = _("Say why, or the number of the case: whoever lifts it later has to know.")


class SayWhich(Refusal):
    """A copy without a request is no answer to one."""

    code = "say_which"
    status = 422
    sentence = _("Give the number of the request this answers: it stands on the copy and in the log.")


class IsHeld(Refusal):
    """There is one."""

    code = "is_held"
    status = 409
    sentence = _("It is held already. Lift that first, if it is for something else.")


@transaction.atomic
def keep_for(actor: Actor, days: Mapping[Kind, str], *, at: datetime) -> None:
    """Keep each kind for so many days after the last word; empty: for ever. Raises NotLawful, NotThere."""
    known = queries.retentions(actor)
    wanted = {kind: _days(kind, typed.strip()) for kind, typed in days.items()}
    for kind, number in wanted.items():
        if number == known[kind]:
            continue
        if number is None:
            Retention.objects.filter(partner=actor.partner_id, kind=kind).delete()
        else:
            Retention.objects.update_or_create(
                partner=actor.partner, kind=kind, defaults={"days": number, "set_at": at}
            )
        record(Verb.RETENTION_SET, actor, actor.partner, at=at, kind=kind.value, days=number)


def _days(kind: Kind, typed: str) -> int | None:
    if not typed:
        return None
    if not (typed.isascii() and typed.isdigit() and LEAST_DAYS <= int(typed[:6]) <= MOST_DAYS):
        raise NotLawful(field=f"days-{kind.value}")
    return int(typed)


@transaction.atomic
def hold(actor: Actor, conversation: Conversation, reason: str, *, at: datetime) -> Hold:
    """It is not erased while this stands. Raises SayWhy, IsHeld, NotThere."""
    conversation = queries.get_for(actor, conversation.pk)
    if not (why := words.line(reason)[:200]):
        raise SayWhy(field="reason")
    if queries.hold_on(actor, conversation):
        raise IsHeld(field="reason")
    placed = Hold.objects.create(
        conversation=conversation, partner=actor.partner, reason=why, placed_at=at, placed_by=actor.user
    )
    record(Verb.HOLD_PLACED, actor, conversation, at=at, hold=placed.pk)
    return placed


@transaction.atomic
def lift(actor: Actor, conversation: Conversation, *, at: datetime) -> None:
    """The hold stands no longer. Again changes nothing. Raises NotThere."""
    conversation = queries.get_for(actor, conversation.pk)
    if standing := queries.hold_on(actor, conversation):
        standing.lifted_at, standing.lifted_by = at, actor.user
        standing.save(update_fields=["lifted_at", "lifted_by"])
        record(Verb.HOLD_LIFTED, actor, conversation, at=at, hold=standing.pk)


@transaction.atomic
def take_out(
    actor: Actor, conversation: Conversation, reference: str, plan: redacting.Plan, *, at: datetime
) -> tuple[Extract, IO[bytes]]:
    """A whole, ordered, hashed copy without what the plan leaves out, as a ZIP. Raises SayWhich, NotThere."""
    conversation = queries.get_for(actor, conversation.pk)
    if not (number := words.line(reference)[:80]):
        raise SayWhich(field="reference")
    said = queries.posts(actor, conversation)
    named = queries.names(actor, conversation, said)
    speakers = {key: name for key, (name, _partner) in queries.speakers(said, named).items()}
    whole = [copying.entry(post, *named[post.pk]) for post in said]
    entries, gone = redacting.apply(plan, whole, speakers)
    extract = Extract(
        conversation=conversation, partner=actor.partner, reference=number, made_at=at, made_by=actor.user,
        entries=len(entries), head=redacting.chain(entries),
    )  # fmt: skip
    extract.save(force_insert=True)
    Removal.objects.bulk_create(
        Removal(extract=extract, position=one.position, what=one.what, ground=one.ground, times=one.times)
        for one in gone
    )
    file = _packed(copying.manifest(extract, entries, gone), entries)
    facts = {"extract": str(extract.pk), "entries": len(entries), "removed": len(gone), "head": extract.head}
    record(Verb.CORRESPONDENCE_TAKEN_OUT, actor, conversation, at=at, **facts)
    return extract, file


def _packed(manifest: dict[str, Any], entries: list[dict[str, Any]]) -> IO[bytes]:
    file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - the answer closes it
    with zipfile.ZipFile(cast(BufferedIOBase, file), "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in copying.pages(manifest, entries).items():
            archive.writestr(name, text)
        for entry in entries:
            for one in entry["files"]:
                archive.writestr(one["path"], _bytes(UUID(one["id"])))
    file.seek(0)
    return cast(IO[bytes], file)


@tenancy.across("a partner's own correspondence, for whoever manages it")
def _bytes(attachment_id: UUID) -> bytes:
    return bytes(Content.objects.values_list("data", flat=True).get(pk=attachment_id))

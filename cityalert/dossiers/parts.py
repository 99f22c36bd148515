"""What partners put into a dossier: parts of their own, shared or not, and whether a thing is done."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cityalert.audit.record import record
from cityalert.audit.verbs import Verb
from cityalert.dossiers import queries
from cityalert.dossiers.kinds import GRADED, HOLDS, TICKED, Kind
from cityalert.dossiers.leave import own_part, written
from cityalert.dossiers.models import Dossier, Part, Source, Tick, Version
from cityalert.lib import words
from cityalert.lib.files import Kept
from cityalert.lib.refusals import NotThere, Refusal
from cityalert.lib.tlp import Tlp
from partners.actor import Actor

PARTS_AT_MOST = 500
VERSIONS_AT_MOST = 30
# Without letters and figures that are taken for one another.
_SIGNS = "ACDEFHJKLMNPRTWXY3479"
_CHOSEN = frozenset({"begins_at", "ends_at", "reliability", "credibility"})
_TYPED = frozenset({"phone", "email", "place"})


class NotKept(Refusal):
    """Something about a part does not do; `field` says what."""

    code = "part_not_kept"
    status = 422
    sentence = _("This cannot be kept like that.")


class TooMany(Refusal):
    """Nobody reads more."""

    code = "too_many_parts"
    status = 409
    sentence = _("This dossier is full. Remove what is no longer needed.")


@transaction.atomic
def add(actor: Actor, dossier: Dossier, kind: Kind, data: Mapping[str, Any], *, at: datetime) -> Part:
    """A new part, the actor's partner's. `data`: as `PartForm` cleans it. Raises NotKept, TooMany."""
    dossier = written(actor, dossier)
    if Part.objects.filter(dossier=dossier, partner=actor.partner_id).count() >= PARTS_AT_MOST:
        raise TooMany
    part = Part(dossier=dossier, partner=actor.partner, kind=kind, author=actor.user, made_at=at)
    if kind == Kind.DOCUMENT and not data.get("file"):
        raise NotKept(_("Choose the file."), field="file")
    _write(actor, part, data)
    part.save(force_insert=True)
    _keep(actor, part, data.get("file"), at=at)
    record(Verb.DOSSIER_PART_ADDED, actor, dossier, at=at, **_facts(part))
    return part


@transaction.atomic
def change(actor: Actor, part: Part, data: Mapping[str, Any], *, at: datetime) -> Part:
    """What it says, its label, or whether it is shared. A new file is a new version. Raises NotKept, TooMany."""
    part = own_part(actor, part)
    was_shared, part.changed_at = part.is_shared, at
    _write(actor, part, data)
    part.save()
    _keep(actor, part, data.get("file"), at=at)
    record(Verb.DOSSIER_PART_CHANGED, actor, part.dossier, at=at, was_shared=was_shared, **_facts(part))
    return part


@transaction.atomic
def remove(actor: Actor, part: Part, *, at: datetime) -> Part:
    """It is no longer shown to anybody."""
    part = own_part(actor, part)
    part.removed_at = at
    part.save(update_fields=["removed_at"])
    record(Verb.DOSSIER_PART_REMOVED, actor, part.dossier, at=at, **_facts(part))
    return part


@transaction.atomic
def tick(actor: Actor, part: Part, *, is_on: bool, at: datetime) -> None:
    """It is done, the post is manned; or no longer. Whoever may read it may say so. Again changes nothing."""
    part = queries.part_for(actor, part.pk)
    if part.kind not in TICKED:
        raise NotThere
    written(actor, part.dossier)
    last = Tick.objects.filter(part=part).order_by("-at", "-pk").first()
    if (last is not None and last.is_on) == is_on:
        return
    Tick.objects.create(part=part, is_on=is_on, at=at, partner=actor.partner, user=actor.user)
    record(Verb.DOSSIER_TICKED, actor, part.dossier, at=at, part=str(part.pk), on=is_on)


def _write(actor: Actor, part: Part, data: Mapping[str, Any]) -> None:
    part.title, part.text = words.line(data["title"]), words.block(data["text"])
    part.tlp, part.is_shared = data["tlp"], data["is_shared"]
    if not part.title:
        raise NotKept(_("Give it a title."), field="title")
    _hold(part, data)
    if part.begins_at and part.ends_at and part.ends_at <= part.begins_at:
        raise NotKept(_("It has to end after it begins."), field="ends_at")
    if part.kind in GRADED:
        part.source = _source(actor, part.dossier, words.line(data["source"]))
        part.handle = part.source.handle if part.source else ""
    part.people = _named(actor, part, data["people"])


def _hold(part: Part, data: Mapping[str, Any]) -> None:
    """What its kind holds besides."""
    holds = HOLDS[Kind(part.kind)]
    for name in _CHOSEN & set(holds):
        setattr(part, name, data[name])
    for name in _TYPED & set(holds):
        setattr(part, name, words.line(data[name]))
    if "person" in holds:
        part.person_id = data["person"]


def _named(actor: Actor, part: Part, wanted: list[int]) -> list[int]:
    """RED is for named people, the author among them; other labels name nobody."""
    if part.tlp != Tlp.RED:
        return []
    known = {key for key, _name in queries.nameable(actor, part.dossier)}
    if part.is_shared and not set(wanted) & known - {actor.user_id}:
        raise NotKept(_("RED is for named people only: choose for whom it is."), field="people")
    return sorted({*wanted} & known | {actor.user_id})


def _source(actor: Actor, dossier: Dossier, name: str) -> Source | None:
    """Who said it: the one there is under this name, or a new one. Its handle tells nothing, nor the next one."""
    if not name:
        return None
    known = Source.objects.filter(dossier=dossier, partner=actor.partner_id, name=name).first()
    return known or Source.objects.create(dossier=dossier, partner=actor.partner, name=name, handle=_handle())


def _handle() -> str:
    return "S-" + "".join(secrets.choice(_SIGNS) for _turn in range(5))


def _keep(actor: Actor, part: Part, file: Kept | None, *, at: datetime) -> None:
    if file is None or part.kind != Kind.DOCUMENT:
        return
    number = Version.objects.filter(part=part).count() + 1
    if number > VERSIONS_AT_MOST:
        raise TooMany(_("This document has thirty versions. Remove it and begin anew."), field="file")
    Version.objects.create(
        part=part, number=number, file_name=file.name, media_type=file.media_type, size=len(file.content),
        sha256=sha256(file.content).hexdigest(), content=file.content, sent_at=at, sent_by=actor.user,
    )  # fmt: skip


def _facts(part: Part) -> dict[str, Any]:
    """What the log may keep for ever: nothing of what it says, nor of who said it."""
    return {"part": str(part.pk), "kind": part.kind, "label": part.tlp, "shared": part.is_shared}

"""Reading the audit log. Who may read which entries is decided by the caller, who knows the actor."""

from collections.abc import Iterable, Iterator

from django.db import models

from cityalert.audit import chain as rules
from cityalert.audit.models import Entry


def timeline(obj: models.Model) -> models.QuerySet[Entry]:
    """All that was done to an object, oldest first."""
    return Entry.objects.filter(object_kind=obj._meta.model_name, object_id=str(obj.pk)).order_by("position")


def timelines(kind: str, keys: Iterable[object]) -> dict[str, list[Entry]]:
    """The same of several objects of one kind, by their keys, in one statement."""
    wanted = [str(key) for key in keys]
    found: dict[str, list[Entry]] = {key: [] for key in wanted}
    for entry in Entry.objects.filter(object_kind=kind, object_id__in=wanted).order_by("position"):
        found[entry.object_id].append(entry)
    return found


def chain() -> Iterator[Entry]:
    """Every entry from the first, streamed: the log may be larger than memory."""
    return Entry.objects.order_by("position").iterator(chunk_size=2_000)


def stands(position: int, digest: str) -> bool:
    """Is the entry with this hash still at this position?"""
    return Entry.objects.filter(position=position, hash=digest).exists()


def followed(position: int) -> tuple[int, str, str]:
    """Follow the chain from an entry that was found good: (last good position, its hash, what is wrong after it).

    Nothing is wrong: an empty text. 0 follows it from the first.
    """
    start = (
        Entry.objects.filter(position=position).values_list("hash", flat=True).first()
        if position
        else rules.GENESIS
    )
    if start is None:
        return position, "", f"entry {position} is missing"
    head = (position, start)
    for entry in Entry.objects.filter(position__gt=position).order_by("position").iterator(chunk_size=2_000):
        why = rules.fault(entry, after=head)
        if why:
            return *head, f"entry {head[0] + 1} is {why}"
        head = (entry.position, entry.hash)
    return *head, ""

"""Looking at the sources that are due: fetch, take in what is new, say what could not be.

A source is claimed by moving its next time on: two workers never look at one together, and one that dies is looked at
again when that time comes. No transaction is open while we wait for somebody's server.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils import translation

from cityalert.exchange.actions.receiving import receive
from cityalert.exchange.cap.notes import Note
from cityalert.exchange.cap.opening import CapRefused, Incomplete
from cityalert.exchange.feeds import Entry, entries
from cityalert.exchange.fetching import Fetched, NotFetched, fetch
from cityalert.exchange.models import Source

AT_ONCE = 10
# Of one look: what is left over is taken at the next.
MOST_FETCHED = 40
# A server that keeps us waiting so often is left alone until the next look.
MOST_SILENT = 3
LEASE = timedelta(minutes=15)
LONGEST_WAIT = timedelta(hours=6)
MOST_REPORTED = 50


def poll_due(*, at: datetime) -> int:
    """Look at what is due; how many sources that were."""
    due = Source.objects.filter(kind=Source.Kind.FEED, is_active=True).filter(
        Q(next_at=None) | Q(next_at__lte=at)
    )
    looked = 0
    for source_id in list(due.order_by("next_at").values_list("pk", flat=True)[:AT_ONCE]):
        looked += poll(source_id, at=at)
    return looked


def poll(source_id: UUID, *, at: datetime) -> bool:
    """Look at one source now, unless somebody else does."""
    mine = Source.objects.filter(pk=source_id, kind=Source.Kind.FEED, is_active=True)
    if not mine.filter(Q(next_at=None) | Q(next_at__lte=at)).update(next_at=at + LEASE):
        return False
    source = Source.objects.get(pk=source_id)
    try:
        changed = _look(source, at=at)
    except NotFetched as failed:
        changed = _failed(source, failed.note, at=at)
    except CapRefused as refused:
        changed = _failed(source, refused_as(refused), at=at)
    except Incomplete as incomplete:
        changed = _failed(source, incomplete.notes[0], at=at)
    mine.update(looked_at=at, **changed)
    return True


def _look(source: Source, *, at: datetime) -> dict[str, Any]:
    fetched = fetch(source.url, etag=source.etag, modified=source.modified)
    good: dict[str, Any] = {
        "succeeded_at": at, "failures": 0, "reason": [], "next_at": at + timedelta(minutes=source.every_min),
        "etag": fetched.etag, "modified": fetched.modified,
    }  # fmt: skip
    if fetched.body is None:
        return good
    seen, report, is_whole = _take_in(source, entries(fetched.body, source.url), at=at)
    if not is_whole:
        # What is left over must not look unchanged next time.
        good |= {"etag": "", "modified": ""}
    return good | {"seen": seen, "report": report[:MOST_REPORTED]}


def _take_in(
    source: Source, found: list[Entry], *, at: datetime
) -> tuple[dict[str, str], list[list[Any]], bool]:
    """What is seen now, what could not be taken in, and whether nothing was left over."""
    seen: dict[str, str] = {}
    report: list[list[Any]] = []
    fetches, silent, is_whole = 0, 0, True
    for entry in found:
        # One document under one address has no version: whether it is new, its own name says.
        if not entry.raw and entry.version and source.seen.get(entry.key) == entry.version:
            seen[entry.key] = entry.version
            continue
        if entry.link and (fetches >= MOST_FETCHED or silent >= MOST_SILENT):
            is_whole = False
            continue
        fetches += bool(entry.link)
        if (fault := _one(source, entry, at=at)) is None:
            seen[entry.key] = entry.version
        else:
            silent += fault.code == "unreachable"
            report.append([entry.title or entry.key, fault.as_json()])
    return seen, report, is_whole


def _one(source: Source, entry: Entry, *, at: datetime) -> Note | None:
    """Take one entry in; why not, if it cannot be."""
    if entry.fault:
        return entry.fault
    try:
        raw = entry.raw or _body(fetch(entry.link))
        taken = receive(source, raw, entry.link or source.url, at=at)
    except NotFetched as failed:
        return failed.note
    except CapRefused as refused:
        return refused_as(refused)
    if taken.quarantined:
        reason = taken.quarantined.said()
        return Note("kept_apart", value=reason[0].sentence if reason else "")
    return None


def refused_as(refused: CapRefused) -> Note:
    """Its sentence in English, whoever reads it later."""
    with translation.override("en"):
        return Note("refused", value=str(refused))


def _body(fetched: Fetched) -> bytes:
    return fetched.body or b""


def _failed(source: Source, note: Note, *, at: datetime) -> dict[str, Any]:
    """Ask less and less often, up to every six hours."""
    failures = min(source.failures + 1, 30)
    wait = min(timedelta(minutes=source.every_min) * 2 ** min(failures, 12), LONGEST_WAIT)
    return {"failures": failures, "reason": note.as_json(), "next_at": at + wait}

"""Where alerts of others are fetched: a partner's own places, by its administrators; the network's, by its staff."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from cityalert.audit.record import record
from cityalert.audit.verbs import Verb
from cityalert.exchange import queries
from cityalert.exchange.leave import By, need_arrange
from cityalert.exchange.models import Source
from cityalert.lib import jobs
from cityalert.lib.refusals import NotThere, Refusal

MOST = 20
# However often somebody presses the button.
SOONEST = timedelta(seconds=20)
FIELDS = ("name", "url", "sender", "certificates", "every_min", "is_active")


class SourceKnown(Refusal):
    """It is there already."""

    code = "source_known"
    sentence = _("This address is already looked at. Change the source that is there.")

    def __init__(self) -> None:
        super().__init__(field="url")


class TooManySources(Refusal):
    """A worker looks at each of them every few minutes."""

    code = "too_many_sources"
    sentence = _("There are 20 sources already. Remove one first.")


class TooSoon(Refusal):
    """It was looked at a moment ago."""

    code = "too_soon"
    sentence = _("It was looked at a moment ago. Wait twenty seconds.")


@transaction.atomic
def add_source(by: By, data: Mapping[str, Any], *, at: datetime) -> Source:
    """One more place; it is looked at within a minute."""
    need_arrange(by)
    if queries.sources(by).count() >= MOST:
        raise TooManySources
    source = Source(partner_id=by.partner_id, added_at=at, added_by=by.user, next_at=at)
    _write(source, data)
    record(Verb.SOURCE_ADDED, by, source, at=at)
    return source


@transaction.atomic
def change_source(by: By, source_id: UUID, data: Mapping[str, Any], *, at: datetime) -> Source:
    """Another name, address or rule. With another address nothing of the old one is known any more."""
    source = queries.source_for(by, source_id)
    if source.url != data.get("url", source.url):
        source.etag = source.modified = ""
        source.seen, source.report, source.reason, source.failures = {}, [], [], 0
        source.next_at = at
    _write(source, data)
    record(Verb.SOURCE_CHANGED, by, source, at=at, is_active=source.is_active)
    return source


@transaction.atomic
def remove_source(by: By, source_id: UUID, *, at: datetime) -> None:
    """Look there no more. What came from it stays."""
    source = queries.source_for(by, source_id)
    record(Verb.SOURCE_REMOVED, by, source, at=at)
    source.delete()


@transaction.atomic
def poll_now(by: By, source_id: UUID, *, at: datetime) -> None:
    """Look there as soon as a worker is free. Raises TooSoon."""
    source = queries.source_for(by, source_id)
    if source.kind != Source.Kind.FEED or not source.is_active:
        raise NotThere
    if source.looked_at and at - source.looked_at < SOONEST:
        raise TooSoon
    Source.objects.filter(pk=source.pk).update(next_at=at)
    jobs.after_commit("exchange.poll")


def _write(source: Source, data: Mapping[str, Any]) -> None:
    for name in FIELDS:
        if name in data:
            setattr(source, name, data[name])
    try:
        with transaction.atomic():
            source.save()
    except IntegrityError as error:
        raise SourceKnown from error

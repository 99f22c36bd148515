"""Bringing a file in: stage, choose columns, apply in one transaction, undo exactly, give up."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cityalert.audit.record import record
from cityalert.audit.verbs import Verb
from cityalert.businesses import queries, storing
from cityalert.businesses.alone import alone
from cityalert.businesses.importing import headings
from cityalert.businesses.importing.diff import Diff, Kind, Line, Present, compare
from cityalert.businesses.leave import need_change
from cityalert.businesses.models import Business, Change, Columns, Import
from cityalert.businesses.reading import fold
from cityalert.businesses.records import of as record_of
from cityalert.businesses.storing import Wanted
from cityalert.lib.refusals import NotThere, Refusal
from cityalert.lib.tables import Limits, Table
from partners.actor import Actor

LIMITS = Limits(max_rows=10_000)
KEPT = timedelta(days=1)
_NAMED = 5


class ColumnsUnclear(Refusal):
    """Not every column has one meaning, or none is the name."""

    code = "columns_unclear"
    status = 422
    sentence = gettext_lazy("Choose which column holds the name of the business.")


class ChangedSince(Refusal):
    """The membership changed after the preview was looked at."""

    code = "changed_since"
    sentence = gettext_lazy(
        "Something has changed since you looked, so nothing was imported. Look once more, then import."
    )


class NotLast(Refusal):
    """Only the last import is undone."""

    code = "not_last"
    sentence = gettext_lazy("Only the last import can be undone, and only once.")


class WouldLose(Refusal):
    """What somebody changed afterwards would be gone."""

    code = "would_lose"
    sentence = gettext_lazy("Later changes would be lost.")


class NumbersClash(Refusal):
    """Two businesses would have one number."""

    code = "numbers_clash"
    sentence = gettext_lazy("Two businesses would have the same number. Look once more, then import.")


@transaction.atomic
def stage(actor: Actor, file_name: str, table: Table, *, at: datetime) -> Import:
    """Keep a file for looking at; the columns are guessed."""
    need_change(actor)
    fields = queries.fields(actor)
    Import.objects.filter(partner=actor.partner_id, state=Import.State.STAGED).delete()
    return Import.objects.create(
        partner=actor.partner,
        by=actor.user,
        file_name=file_name[:200],
        header=list(table.header),
        rows=[[row.number, [row.cells[name] for name in table.header], row.surplus] for row in table.rows],
        columns=headings.guess(table.header, fields, remembered(actor)),
        staged_at=at,
        expires_at=at + KEPT,
    )


@transaction.atomic
def choose(
    actor: Actor, batch_id: UUID, columns: Mapping[str, str], *, keeps_blank: bool, archives_missing: bool
) -> Import:
    """Say which heading is which field; it is remembered for the next file."""
    batch = _hold(actor, batch_id)
    fields = queries.fields(actor)
    chosen = {heading: columns.get(heading, "") for heading in batch.header}
    chosen = {heading: name if name in fields else "" for heading, name in chosen.items()}
    used = [name for name in chosen.values() if name]
    if twice := next((name for name in used if used.count(name) > 1), None):
        raise ColumnsUnclear(
            _("Two columns are “%(field)s”. Choose one of them.") % {"field": fields[twice].full_label}
        )
    if "name" not in used:
        raise ColumnsUnclear
    batch.columns, batch.keeps_blank, batch.archives_missing = chosen, keeps_blank, archives_missing
    batch.save(update_fields=["columns", "keeps_blank", "archives_missing"])
    kept = remembered(actor) | {fold(heading): name for heading, name in chosen.items()}
    Columns.objects.update_or_create(partner=actor.partner, defaults={"remembered": kept})
    return batch


@transaction.atomic
def apply(actor: Actor, batch_id: UUID, *, fingerprint: str, at: datetime) -> Import:
    """Do what the preview showed, all of it or nothing. `fingerprint` is the preview's."""
    need_change(actor)
    alone(actor.partner_id)
    batch = _hold(actor, batch_id)
    theirs = queries.visible_to(actor).select_for_update().order_by("pk")
    there = {one.pk: one for one in storing.whole(theirs)}
    found = difference(actor, batch, list(there.values()))
    if found.fingerprint != fingerprint:
        raise ChangedSince
    touched = found.of(Kind.NEW, Kind.CHANGED)
    if batch.archives_missing:
        touched += found.of(Kind.MISSING)
    before = {
        entry.business_id: storing.picture(there[entry.business_id]) for entry in touched if entry.business_id
    }
    wanted = []
    for entry in touched:
        business = there[entry.business_id] if entry.business_id else Business(partner=actor.partner)
        business.archived_at = at if entry.kind == Kind.MISSING else None
        kept = entry.record if entry.kind != Kind.MISSING else record_of(business)
        wanted.append(Wanted(business, kept))
    after = _store(wanted, at=at)
    _remember(batch, [one.business.pk for one in wanted], before, after)
    batch.state, batch.rows, batch.applied_at, batch.counts = Import.State.APPLIED, [], at, found.counts
    batch.save(update_fields=["state", "rows", "applied_at", "counts"])
    record(Verb.BUSINESSES_IMPORTED, actor, batch, at=at, archives=batch.archives_missing, **found.counts)
    return batch


@transaction.atomic
def undo(actor: Actor, batch_id: UUID, *, at: datetime) -> Import:
    """Make everything what it was before the last import. Refused where somebody has changed it since."""
    need_change(actor)
    alone(actor.partner_id)
    batch = Import.objects.select_for_update().filter(partner=actor.partner_id, pk=batch_id).first()
    if batch is None:
        raise NotThere
    if batch != last(actor) or batch.state != Import.State.APPLIED:
        raise NotLast
    changes = list(batch.changes.all())
    theirs = queries.visible_to(actor).select_for_update().filter(pk__in=[one.business_id for one in changes])
    there = {one.pk: one for one in storing.whole(theirs.order_by("pk"))}
    _check_nothing_is_lost(changes, there)
    Business.objects.filter(pk__in=[one.business_id for one in changes if one.before is None]).delete()
    _store([storing.as_pictured(there[one.business_id], one.before) for one in changes if one.before], at=at)
    batch.state, batch.undone_at = Import.State.UNDONE, at
    batch.save(update_fields=["state", "undone_at"])
    batch.changes.all().delete()
    record(Verb.BUSINESSES_IMPORT_UNDONE, actor, batch, at=at, businesses=len(changes))
    return batch


@transaction.atomic
def give_up(actor: Actor, batch_id: UUID) -> None:
    """Forget a staged file; nothing of it was written."""
    need_change(actor)
    _hold(actor, batch_id).delete()


def forget(*, at: datetime) -> None:
    """Delete files that nobody applied in time."""
    Import.objects.filter(state=Import.State.STAGED, expires_at__lte=at).delete()


def difference(actor: Actor, batch: Import, present: list[Business]) -> Diff:
    """What a staged file would do to these businesses; their contacts should be prefetched."""
    lines = (
        Line(number, dict(zip(batch.header, cells, strict=True)), surplus)
        for number, cells, surplus in batch.rows
    )
    return compare(
        lines,
        batch.columns,
        queries.fields(actor),
        [Present(one.pk, record_of(one), one.archived_at is not None) for one in present],
        keeps_blank=batch.keeps_blank,
    )


def remembered(actor: Actor) -> dict[str, str]:
    """The headings this BIA used before, folded, with their fields."""
    found = Columns.objects.filter(partner=actor.partner_id).first()
    return found.remembered if found else {}


def last(actor: Actor) -> Import | None:
    """The import that was applied last, undone or not."""
    applied = Import.objects.filter(partner=actor.partner_id).exclude(state=Import.State.STAGED)
    return applied.order_by("-applied_at").first()


def _hold(actor: Actor, batch_id: UUID) -> Import:
    need_change(actor)
    staged = Import.objects.filter(partner=actor.partner_id, pk=batch_id, state=Import.State.STAGED)
    batch = staged.select_for_update().first()
    if batch is None:
        raise NotThere
    return batch


def _store(wanted: list[Wanted], *, at: datetime) -> list[storing.Picture]:
    there = [one.business.pk for one in wanted if not one.business._state.adding]
    try:
        with transaction.atomic():
            # Numbers may change hands inside one file.
            Business.objects.filter(pk__in=there).exclude(key="").update(key="")
            return storing.store(wanted, vouched_at=None, at=at)
    except IntegrityError as error:
        raise NumbersClash from error


def _remember(
    batch: Import, touched: list[UUID], before: Mapping[UUID, storing.Picture], after: list[storing.Picture]
) -> None:
    """Keep how it was; what an earlier import kept is of no more use."""
    Change.objects.filter(partner=batch.partner_id).delete()
    storing.put(
        Change,
        [
            {
                "partner_id": batch.partner_id, "batch_id": batch.pk, "business_id": pk,
                "before": before.get(pk), "after": picture,
            }
            for pk, picture in zip(touched, after, strict=True)
        ],
    )  # fmt: skip


def _check_nothing_is_lost(changes: list[Change], there: Mapping[UUID, Business]) -> None:
    seated = set(
        Business.objects.filter(
            pk__in=[one.business_id for one in changes if one.before is None], seats__isnull=False
        ).values_list("pk", flat=True)
    )
    lost = [
        one.after["record"]["name"]
        for one in changes
        if one.business_id not in there
        or one.business_id in seated
        or storing.picture(there[one.business_id]) != one.after
    ]
    if lost:
        names = ", ".join(sorted(lost)[:_NAMED]) + (" …" if len(lost) > _NAMED else "")
        raise WouldLose(
            ngettext(
                "Not undone: a later change of %(names)s would be lost. Change it back by hand.",
                "Not undone: later changes of %(count)d businesses would be lost: %(names)s.",
                len(lost),
            )
            % {"count": len(lost), "names": names}
        )

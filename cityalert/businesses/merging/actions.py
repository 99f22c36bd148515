"""Making two businesses one, taking that back, and saying that two are two."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from cityalert.audit.record import record
from cityalert.audit.verbs import Verb
from cityalert.businesses import queries, records, storing
from cityalert.businesses.actions import NotUsable
from cityalert.businesses.alone import alone
from cityalert.businesses.confirming.asking import OPEN
from cityalert.businesses.leave import need_change
from cityalert.businesses.merging import suggesting, union
from cityalert.businesses.models import Asking, Business, Distinct, Merge, Seat, Target
from cityalert.businesses.records import Record
from cityalert.businesses.storing import Wanted
from cityalert.lib.refusals import NotThere, Refusal
from partners.actor import Actor

KEPT = timedelta(days=30)
# What belongs to a business and comes along.
_COMING: tuple[Any, ...] = (Seat, Target, Asking)


class CannotUndo(Refusal):
    """Somebody worked on it since."""

    code = "merge_changed_since"
    sentence = _(
        "Not undone: one of them was changed since, and that would be lost. Add the other one anew by hand."
    )


@transaction.atomic
def merge(actor: Actor, one_id: UUID, other_id: UUID, choices: Mapping[str, str], *, at: datetime) -> Merge:
    """The other goes into the one, with contacts, tags, notes, seats and what was sent. `choices`: see union."""
    need_change(actor)
    alone(actor.partner_id)
    list(queries.visible_to(actor).select_for_update().filter(pk__in=[one_id, other_id]).order_by("pk"))
    one, other = suggesting.two(actor, one_id, other_id)
    things = suggesting.compare(actor, one, other)
    after = union.merged(records.of(one), records.of(other), things, choices)
    if wrong := records.faults(after):
        raise NotUsable(detail={name: str(sentence) for name, sentence in wrong.items()})
    held = Merge(
        partner=actor.partner, kept_id=one.pk, gone_id=other.pk, name=after["name"], gone_name=other.name,
        kept_before=storing.picture(one), gone_before=storing.picture(other), merged_at=at, by=actor.user,
    )  # fmt: skip
    held.moved = _bring_along(other, one)
    Business.objects.filter(pk=other.pk).delete()
    one.site_id = one.site_id or other.site_id
    wanted = Wanted(one, after, _confirmed(held, after))
    held.after = storing.store([wanted], vouched_at=None, at=at)[0]
    held.save(force_insert=True)
    record(Verb.BUSINESSES_MERGED, actor, one, at=at, merge=str(held.pk), gone=str(other.pk))
    return held


@transaction.atomic
def undo(actor: Actor, merge_id: UUID, *, at: datetime) -> None:
    """Make them two again, each as it was. Refused where somebody has changed the one since."""
    need_change(actor)
    alone(actor.partner_id)
    held = Merge.objects.select_for_update().filter(partner=actor.partner_id, pk=merge_id).first()
    if held is None:
        raise NotThere
    there = queries.visible_to(actor).select_for_update().filter(pk=held.kept_id)
    kept = storing.whole(there).first()
    if kept is None or storing.picture(kept) != held.after:
        raise CannotUndo
    gone = Business(id=held.gone_id, partner=actor.partner)
    try:
        with transaction.atomic():
            # First the one: it may have the number of the other.
            for business, picture in ((kept, held.kept_before), (gone, held.gone_before)):
                storing.store([storing.as_pictured(business, picture)], vouched_at=None, at=at)
    except IntegrityError as error:
        raise CannotUndo from error
    for model in _COMING:
        came = model.objects.filter(pk__in=held.moved.get(model.__name__, []), business=kept)
        came.update(business=gone)
    Merge.objects.filter(pk=held.pk).delete()
    record(Verb.BUSINESSES_MERGE_UNDONE, actor, kept, at=at, merge=str(held.pk), gone=str(gone.pk))


@transaction.atomic
def are_two(actor: Actor, one_id: UUID, other_id: UUID, *, at: datetime) -> None:
    """They look alike and are two: not suggested again."""
    need_change(actor)
    one, other = sorted(suggesting.two(actor, one_id, other_id), key=lambda each: each.pk)
    _two, is_new = Distinct.objects.get_or_create(one=one, other=other, defaults={"partner": actor.partner})
    if is_new:
        record(Verb.BUSINESSES_DISTINCT, actor, one, at=at, other=str(other.pk))


def forget(*, at: datetime) -> None:
    """After a month nobody undoes it any more, and what was in the other one goes."""
    Merge.objects.filter(merged_at__lte=at - KEPT).delete()


def _bring_along(other: Business, one: Business) -> dict[str, list[Any]]:
    """What belongs to the other belongs to the one."""
    _ask_once(one, other)
    moved = {}
    for model in _COMING:
        theirs = model.objects.filter(business=other)
        moved[model.__name__] = [str(pk) for pk in theirs.values_list("pk", flat=True)]
        theirs.update(business=one)
    return moved


def _ask_once(one: Business, other: Business) -> None:
    """Of two questions that are open one stays so: the one that was answered, if either was."""
    first, second = (each.askings.filter(state__in=OPEN).first() for each in (one, other))
    if first and second:
        over = first if (first.state, second.state) == (Asking.State.ASKED, Asking.State.CHANGED) else second
        Asking.objects.filter(pk=over.pk).update(state=Asking.State.SILENT)


def _confirmed(held: Merge, after: Record) -> dict[str, str | None]:
    """When each contact was confirmed, at whichever of the two it comes from."""
    found: dict[str, str | None] = {}
    for picture in (held.gone_before, held.kept_before):
        for function, moment in picture["confirmed"].items():
            parts = [name for name in after if name.startswith(f"{function}_")]
            if all(after[name] == picture["record"][name] for name in parts):
                found[function] = max(filter(None, (moment, found.get(function))), default=None)
    return found

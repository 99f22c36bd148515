"""Keeping the membership: add, change, renew, archive, restore; and what else is written down of each business."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from cityalert.audit.record import record
from cityalert.audit.verbs import Verb
from cityalert.businesses import queries, records, standing, storing
from cityalert.businesses.leave import need_change
from cityalert.businesses.models import Business, CustomField, Seat
from cityalert.lib.refusals import NotThere, Refusal
from partners.actor import Actor

MOST_FIELDS = 30


class NotUsable(Refusal):
    """A value cannot be read, or the whole does not hold together. `detail` has a sentence for each field."""

    code = "not_usable"
    status = 422
    sentence = _("Something is not right yet: see the marked fields.")


class KeyTaken(Refusal):
    """Two businesses of a BIA never have the same number."""

    code = "key_taken"
    sentence = _("Another of your businesses has this number. Give this one its own, or leave it empty.")


class ChangedMeanwhile(Refusal):
    """Somebody was quicker."""

    code = "changed_meanwhile"
    sentence = _(
        "Somebody has changed this business since you opened it. Load it again, then make your change."
    )


class FieldNotUsable(Refusal):
    """A field of the BIA's own that cannot be made."""

    code = "field_not_usable"
    status = 422
    sentence = _("Give the field a name that none of your fields has, of at most 60 characters.")


def add(actor: Actor, typed: Mapping[str, str], *, at: datetime) -> Business:
    """A new member business, from what was typed in a form."""
    need_change(actor)
    business = Business(partner=actor.partner)
    return _keep(actor, business, {}, typed, Verb.BUSINESS_ADDED, at=at)


@transaction.atomic
def change(
    actor: Actor, business: Business, typed: Mapping[str, str], *, seen: str | None = None, at: datetime
) -> Business:
    """Set some values of a business. `seen` is its `version` when the form was made: refused if it is another now."""
    need_change(actor)
    business = _hold(actor, business)
    if seen is not None and seen != version(business):
        raise ChangedMeanwhile
    return _keep(actor, business, records.of(business), typed, Verb.BUSINESS_CHANGED, at=at)


def version(business: Business) -> str:
    """Changes whenever somebody changes the business."""
    return business.edited_at.isoformat()


@transaction.atomic
def archive(actor: Actor, business: Business, *, at: datetime) -> Business:
    """Out of the lists, and of all messages; nothing of it is lost. Again changes nothing."""
    return _set(actor, business, Verb.BUSINESS_ARCHIVED, at, archived_at=at)


@transaction.atomic
def restore(actor: Actor, business: Business, *, at: datetime) -> Business:
    """Back from the archive. Again changes nothing."""
    return _set(actor, business, Verb.BUSINESS_RESTORED, at, archived_at=None)


@transaction.atomic
def renew(actor: Actor, business: Business, *, today: date, at: datetime) -> Business:
    """Paid for another year: from where it would lapse, or from today if it has lapsed. On the same day only once."""
    need_change(actor)
    business = _hold(actor, business)
    if business.renewed_on == today:
        return business
    start = max(business.lapses_on or today, today)
    business.renewed_on, business.lapses_on = today, standing.a_year_later(start)
    business.edited_at = at
    business.save(update_fields=["renewed_on", "lapses_on", "edited_at"])
    record(Verb.BUSINESS_RENEWED, actor, business, at=at, until=business.lapses_on.isoformat())
    return business


@transaction.atomic
def add_field(actor: Actor, label: str, kind: str, *, at: datetime) -> CustomField:
    """Write down something else of every business."""
    need_change(actor)
    label = " ".join(label.split())
    there = CustomField.objects.filter(partner=actor.partner_id)
    key = slugify(label)[:40]
    taken = there.filter(label__iexact=label).exists() or there.filter(key=key).exists()
    if not key or len(label) > 60 or kind not in CustomField.Kind.values or taken:
        raise FieldNotUsable(field="label")
    if there.count() >= MOST_FIELDS:
        raise FieldNotUsable(_("There are 30 fields already. Take one away first."), field="label")
    field = CustomField.objects.create(partner=actor.partner, key=key, label=label, kind=kind)
    record(Verb.BUSINESS_FIELD_ADDED, actor, field, at=at, kind=kind)
    return field


@transaction.atomic
def remove_field(actor: Actor, field_id: int, *, at: datetime) -> None:
    """Take a field away. Values that were written stay where they are until their business is saved again."""
    need_change(actor)
    field = CustomField.objects.filter(partner=actor.partner_id, pk=field_id).first()
    if field is None:
        raise NotThere
    CustomField.objects.filter(pk=field.pk).delete()
    record(Verb.BUSINESS_FIELD_REMOVED, actor, field, at=at)


@transaction.atomic
def fill_seat(actor: Actor, seat: Seat, *, at: datetime) -> Seat:
    """Somebody takes a seat on the board or a committee."""
    need_change(actor)
    seat.partner = actor.partner
    if seat.business is not None and seat.business.partner_id != actor.partner_id:
        raise NotThere
    seat.save(force_insert=True)
    record(Verb.SEAT_FILLED, actor, seat, at=at, business=str(seat.business_id or ""))
    return seat


@transaction.atomic
def leave_seat(actor: Actor, seat_id: int, *, today: date, at: datetime) -> None:
    """The seat is held no longer from today on; one that never began is taken away."""
    need_change(actor)
    seat = Seat.objects.select_for_update().filter(partner=actor.partner_id, pk=seat_id).first()
    if seat is None:
        raise NotThere
    if seat.ends_on is not None and seat.ends_on <= today:
        return
    if seat.starts_on >= today:
        Seat.objects.filter(pk=seat.pk).delete()
    else:
        seat.ends_on = today
        seat.save(update_fields=["ends_on"])
    record(Verb.SEAT_LEFT, actor, seat, at=at)


def _hold(actor: Actor, business: Business) -> Business:
    held = queries.visible_to(actor).select_for_update().filter(pk=business.pk).first()
    if held is None:
        raise NotThere
    return held


def _keep(
    actor: Actor,
    business: Business,
    before: records.Record,
    typed: Mapping[str, str],
    verb: Verb,
    *,
    at: datetime,
) -> Business:
    fields = queries.fields(actor)
    kept, wrong = records.clean(fields, {name: text for name, text in typed.items() if name in fields})
    after = records.tidy({**before, **kept})
    wrong = {**records.faults(after), **wrong}
    if wrong:
        raise NotUsable(detail={name: str(sentence) for name, sentence in wrong.items()})
    changed = records.differences(before, after)
    if not changed:
        return business
    try:
        with transaction.atomic():
            storing.store([storing.Wanted(business, after)], vouched_at=at, at=at)
            record(verb, actor, business, at=at, fields=sorted(changed))
    except IntegrityError as error:
        raise KeyTaken(field="key") from error
    return business


def _set(
    actor: Actor, business: Business, verb: Verb, at: datetime, *, archived_at: datetime | None
) -> Business:
    need_change(actor)
    business = _hold(actor, business)
    if (business.archived_at is None) == (archived_at is None):
        return business
    business.archived_at, business.edited_at = archived_at, at
    business.save(update_fields=["archived_at", "edited_at"])
    record(verb, actor, business, at=at)
    return business

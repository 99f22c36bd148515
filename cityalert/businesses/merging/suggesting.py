"""What is suggested to a BIA, and two businesses side by side. Reads only."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from django.conf import settings

from cityalert.businesses import queries, records
from cityalert.businesses.merging import alike, union
from cityalert.businesses.merging.alike import Facts, Sign
from cityalert.businesses.merging.union import Value
from cityalert.businesses.models import Business, Contact, Distinct, Function, Merge
from cityalert.lib.refusals import NotThere
from partners.actor import Actor

SHOWN = 30
_NEVER = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Suggestion:
    """Two businesses that may be one."""

    one: Business
    other: Business
    signs: tuple[Sign, ...]


@dataclass(frozen=True)
class Suggestions:
    """The surest of them, and how many there are."""

    shown: list[Suggestion]
    count: int


def suggestions(actor: Actor) -> Suggestions:
    """Which may be written down twice; five statements."""
    here = queries.visible_to(actor).filter(archived_at=None)
    phones: dict[UUID, set[str]] = {}
    emails: dict[UUID, set[str]] = {}
    for business, phone, email in Contact.objects.filter(business__in=here).values_list(
        "business", "phone", "email"
    ):
        phones.setdefault(business, set()).update({phone} - {""})
        emails.setdefault(business, set()).update({email} - {""})
    facts = [
        Facts(
            pk, alike.bare_name(name, settings.CITY_NAME), alike.bare_address(address),
            frozenset(phones.get(pk, ())), frozenset(emails.get(pk, ())),
        )
        for pk, name, address in here.values_list("pk", "name", "address")
    ]  # fmt: skip
    two = Distinct.objects.filter(partner=actor.partner_id).values_list("one", "other")
    found = alike.matches(facts, distinct={frozenset(pair) for pair in two})
    first = found[:SHOWN]
    wanted = {pk for match in first for pk in (match.one, match.other)}
    there = {one.pk: one for one in here.filter(pk__in=wanted).prefetch_related("contacts")}
    shown = [Suggestion(*in_order(there[match.one], there[match.other]), match.signs) for match in first]
    return Suggestions(shown, len(found))


def two(actor: Actor, one_id: UUID, other_id: UUID) -> tuple[Business, Business]:
    """Two different businesses, none in the archive. Raises NotThere."""
    found = {one.pk: one for one in queries.visible_to(actor).filter(pk__in=[one_id, other_id], archived_at=None)
             .prefetch_related("contacts")}  # fmt: skip
    if len(found) != 2:
        raise NotThere
    return found[one_id], found[other_id]


def compare(actor: Actor, one: Business, other: Business) -> list[Value]:
    """What both say, thing by thing, with what is suggested."""
    confirmed = [
        {contact.function: contact.confirmed_at or _NEVER for contact in each.contacts.all()}
        for each in (one, other)
    ]
    newer = {
        function
        for function in Function.values
        if confirmed[1].get(function, _NEVER) > confirmed[0].get(function, _NEVER)
    }
    return union.values(records.of(one), records.of(other), queries.fields(actor), newer=newer)


def merges(actor: Actor) -> list[Merge]:
    """What was made one lately."""
    queries.visible_to(actor)
    return list(Merge.objects.filter(partner=actor.partner_id).select_related("by")[:SHOWN])


def in_order(one: Business, other: Business) -> tuple[Business, Business]:
    """The one that more is known of first."""
    first, second = sorted(
        (one, other), key=lambda each: (not each.key, -len(each.contacts.all()), each.name)
    )
    return first, second

"""Which businesses may be one, written down twice. Pure.

Two of four signs make a suggestion: the same name but for what readers overlook, a telephone, an e-mail address, the
street and number. One sign alone is common: a chain has one name, an owner of two shops one telephone, a tower one
address.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import combinations
from uuid import UUID

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from cityalert.businesses.reading import fold
from partners.names import skeleton

# More than so many under one number are somebody's tenants or branches.
MOST = 12
_EMPTY_WORDS = frozenset(
    {"inc", "ltd", "ltee", "limited", "corp", "corporation", "co", "company", "llc", "incorporated"}
    | {"the", "le", "la", "les", "l", "and", "et"}
)
_SHORT = {
    "street": "st", "avenue": "ave", "av": "ave", "road": "rd", "boulevard": "blvd", "drive": "dr", "lane": "ln",
    "square": "sq", "west": "w", "east": "e", "north": "n", "south": "s", "rue": "st",
}  # fmt: skip


class Sign(TextChoices):
    """Why two may be one."""

    NAME = "name", _("Same name")
    PHONE = "phone", _("Same telephone")
    EMAIL = "email", _("Same e-mail")
    ADDRESS = "address", _("Same address")


@dataclass(frozen=True)
class Facts:
    """What tells a business, brought to one form."""

    id: UUID
    name: str
    address: str
    phones: frozenset[str]
    emails: frozenset[str]

    @property
    def buckets(self) -> set[tuple[Sign, str]]:
        """Under what it is looked for. Not its address: whoever shares two signs shares another."""
        named = {(Sign.NAME, self.name)} if self.name else set()
        called = {(Sign.PHONE, one) for one in self.phones} | {(Sign.EMAIL, one) for one in self.emails}
        return named | called


@dataclass(frozen=True)
class Match:
    """Two that may be one, and why."""

    one: UUID
    other: UUID
    signs: tuple[Sign, ...]


def bare_name(name: str, city: str = "") -> str:
    """ "The Lakeview Grill, Inc." → what "LAKEVIEW GRILL Toronto" gives, too."""
    said = [word.strip(".-+") for word in fold(name).split()]
    left = [word for word in said if word not in _EMPTY_WORDS and word not in fold(city).split()]
    return skeleton(" ".join(left or said))


def bare_address(address: str) -> str:
    """Street and number, without the unit."""
    said = (word.strip(".") for word in fold(address.partition(",")[0]).split())
    return " ".join(_SHORT.get(word, word) for word in said)


def matches(businesses: Iterable[Facts], *, distinct: Collection[frozenset[UUID]] = ()) -> list[Match]:
    """Each pair once, the surest first; without those that are known to be two."""
    here = {one.id: one for one in businesses}
    buckets: dict[tuple[Sign, str], list[UUID]] = defaultdict(list)
    for one in here.values():
        for bucket in one.buckets:
            buckets[bucket].append(one.id)
    pairs = {
        frozenset(pair)
        for members in buckets.values()
        if 1 < len(members) <= MOST
        for pair in combinations(members, 2)
    }
    found = []
    for first, second in (sorted(pair) for pair in pairs.difference(distinct)):
        signs = _signs(here[first], here[second])
        if _is_enough(signs, here[first], here[second]):
            found.append(Match(first, second, signs))
    return sorted(found, key=lambda match: (-len(match.signs), match.one, match.other))


def _signs(one: Facts, other: Facts) -> tuple[Sign, ...]:
    held = {
        Sign.NAME: bool(one.name) and one.name == other.name,
        Sign.PHONE: bool(one.phones & other.phones),
        Sign.EMAIL: bool(one.emails & other.emails),
        Sign.ADDRESS: bool(one.address) and one.address == other.address,
    }
    return tuple(sign for sign, holds in held.items() if holds)


def _is_enough(signs: tuple[Sign, ...], one: Facts, other: Facts) -> bool:
    return len(signs) > 1 or (Sign.NAME in signs and not (one.address and other.address))

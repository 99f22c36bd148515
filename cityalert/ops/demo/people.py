"""Who works for the partners: the cast of PRODUCT with known passwords, and members with invented names."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from random import Random

from cityalert.lib.language import Language
from cityalert.ops.demo.identity import chance, rows, text
from partners.roles import Role

MEMBERS = 400
FRENCH = 0.2
UNREACHABLE = 0.04
STATES = ("verified", "unverified", "stopped", "gone")


@dataclass(frozen=True)
class Contact:
    """One way to reach somebody."""

    channel: str
    address: str
    state: str = "verified"


@dataclass(frozen=True)
class Member:
    """A person and for whom they act."""

    name: str
    email: str
    language: Language
    partner: str
    role: Role
    contacts: tuple[Contact, ...]
    unit: str = ""
    site: str = ""
    call_order: int = 1
    is_cast: bool = False
    is_superuser: bool = False


# first name: name, language, partner, role, unit
_CAST = {
    "avery": ("Avery Chen", "en", "tps", Role.PUBLISHER, "52 Division"),
    "sam": ("Sam Okafor", "en", "tps", Role.APPROVER, "52 Division"),
    "corin": ("Corin Walsh", "en", "fcp", Role.OPERATOR, "Night desk"),
    "vera": ("Vera Kovács", "en", "scotiabank-arena", Role.OPERATOR, "Control room"),
    "bao": ("Bao Nguyen", "en", "fd-bia", Role.ADMINISTRATOR, ""),
    "noor": ("Noor Haddad", "fr", "viamonde", Role.OPERATOR, "Collège français"),
    "pim": ("Pim de Vries", "en", "city", Role.ANALYST, "Privacy office"),
    "nadia": ("Nadia Rahman", "en", "city", Role.ADMINISTRATOR, "Network operations"),
    "otto": ("Otto Brandt", "en", "rouge-mall", Role.OPERATOR, "Front desk"),
}
# Whoever helps out at a second partner: first name, partner, role, unit.
SECOND = (("noor", "tdsb", Role.VIEWER, "French programmes"),)
ROSA_PHONE = "+14165550110"

_UNITS = ("Day desk", "Night desk", "Control room", "Front desk", "Facilities", "Patrol")


def numbers(skip: int = 0) -> Iterator[str]:
    """Telephone numbers that belong to nobody: first the hundred of fiction, then others of exchange 555."""
    fiction = (f"+1{area}555{line:04}" for line in range(111, 200) for area in ("416", "647", "437"))
    others = (f"+1{area}555{line:04}" for line in range(2000, 10_000) for area in ("416", "647", "437"))
    return islice((number for block in (fiction, others) for number in block), skip, None)


def members() -> list[Member]:
    """Everybody with an account, the cast first."""
    cast = [_player(number, name) for number, name in enumerate(_CAST, start=1)]
    luck = chance("members")
    names, phones = _names(luck), numbers()
    posts = islice(_posts(), MEMBERS - len(cast))
    return cast + [_invented(post, next(names), next(phones), luck) for post in posts]


@dataclass(frozen=True)
class _Post:
    partner: str
    role: Role
    unit: str = ""
    site: str = ""
    call_order: int = 1


def _posts() -> Iterator[_Post]:
    """Posts to fill: each partner's own, then police by division, then the transit and the city."""
    sites: dict[str, list[str]] = {}
    for row in rows("sites"):
        sites.setdefault(row["partner"], []).append(row["name"])
    for row in rows("partners"):
        partner, is_police = row["key"], row["kind"] == "police"
        yield _Post(partner, Role.PUBLISHER if is_police else Role.OWNER)
        yield _Post(partner, Role.OPERATOR, "Day desk")
        yield _Post(partner, Role.OPERATOR, "Night desk", call_order=2)
        if len(sites[partner]) > 1:
            yield _Post(partner, Role.OPERATOR, site=sites[partner][-1])
    for row in rows("divisions"):
        for role in (Role.PUBLISHER, Role.APPROVER, Role.VIEWER):
            yield _Post("tps", role, f"{row['number']} Division")
    for turn in range(MEMBERS):
        partner = ("ttc", "city", "tdsb", "uoft", "td-centre", "exhibition")[turn % 6]
        site = sites[partner][turn // 6 % len(sites[partner])]
        yield _Post(partner, Role.OPERATOR, _UNITS[turn % len(_UNITS)], site, 1 + turn % 3 // 2)


def _names(luck: Random) -> Iterator[str]:
    taken = {name for name, *_rest in _CAST.values()}
    first, last = (text(f"{which}_names.txt").split() for which in ("first", "last"))
    while True:
        name = f"{luck.choice(first)} {luck.choice(last)}"
        if name not in taken:
            taken.add(name)
            yield name


def _player(number: int, first_name: str) -> Member:
    name, language, partner, role, unit = _CAST[first_name]
    email = f"{first_name}@cityalert.example"
    contacts = (Contact("sms", f"+1416555{100 + number:04}"), Contact("email", email))
    return Member(
        name, email, Language(language), partner, role, contacts, unit,
        is_cast=True, is_superuser=first_name == "nadia",
    )  # fmt: skip


def _invented(post: _Post, name: str, phone: str, luck: Random) -> Member:
    local = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower().replace(" ", ".")
    email = f"{local}@{post.partner}.example"
    is_french = post.partner == "viamonde" or luck.random() < FRENCH
    return Member(
        name, email, Language.FR if is_french else Language.EN, post.partner, post.role,
        _contacts(email, phone, luck), post.unit, post.site, post.call_order,
    )  # fmt: skip


def _contacts(email: str, phone: str, luck: Random) -> tuple[Contact, ...]:
    """Most have both, some one, and a few nothing that works: the preview has somebody to name."""
    if luck.random() < UNREACHABLE:
        return (Contact("sms", phone, luck.choice(STATES[1:])),)
    has_sms = luck.random() < 0.9
    contacts = [Contact("sms", phone)] if has_sms else []
    if not has_sms or luck.random() < 0.8:
        contacts.append(Contact("email", email))
    return tuple(contacts)

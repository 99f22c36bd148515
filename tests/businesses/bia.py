"""How the tests of businesses make some: what one types in the form, and many at once."""

from datetime import datetime
from typing import Any

from cityalert.businesses import actions, storing
from cityalert.businesses.models import Business
from cityalert.businesses.records import tidy
from partners.models import Partner
from tests.cast import Person

CAFE = {
    "name": "Café Zoé",
    "address": "100 King St W",
    "levy_class": "Restaurant",
    "tags": "patio; food",
    "owner_name": "Zoé Tremblay",
    "owner_phone": "416-555-0123",
    "owner_email": "zoe@cafe.example",
    "owner_language": "fr",
}


def business(person: Person, at: datetime, **typed: Any) -> Business:
    """One, as the coordinator would add it."""
    return actions.add(person.actor(at), {**CAFE, **typed}, at=at)


def many(partner: Partner, count: int, at: datetime, **typed: Any) -> list[Business]:
    """A street of them, the hundredth as easily as the first."""
    made = [Business(partner=partner) for _ in range(count)]
    storing.store(
        (
            storing.Wanted(
                one,
                tidy(
                    {
                        "name": f"Shop {n:05}",
                        "address": f"{n} Bay St",
                        "levy_class": f"Class {n % 5}",
                        "owner_name": f"Owner {n}",
                        "owner_phone": f"+1416555{n % 8000 + 2000}",
                        **typed,
                    }
                ),
            )
            for n, one in enumerate(made)
        ),
        vouched_at=at,
        at=at,
    )
    return made

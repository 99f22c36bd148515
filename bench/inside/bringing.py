"""Bringing a list of 5,000 businesses in, as a coordinator does: read, show what would change, do it. Against ten
seconds, which is what somebody waits for a page."""

from time import perf_counter

from bench.inside.amounts import ms
from bench.rows import Row
from cityalert.businesses import queries, storing
from cityalert.businesses.importing import actions
from cityalert.businesses.models import Import
from cityalert.lib import clock, tenancy
from cityalert.lib.tables import csv_bytes, read
from partners.actor import Actor

PATIENCE, PROMISE = 10.0, "≤ 1"
_HEADER = [
    "ID",
    "Name",
    "Address",
    "Tags",
    "Owner",
    "Owner phone",
    "Owner email",
    "Manager",
    "Manager phone",
    "Notes",
]


def run(bao: Actor, quick: bool) -> list[Row]:
    """All of them new, then all of them changed; both taken back."""
    count = 500 if quick else 5_000
    with tenancy.acting(partner_id=bao.partner_id, person_id=bao.user_id):
        new, batch = _bring(bao, _list(count, "416"))
        changed, again = _bring(bao, _list(count, "647"))
        actions.undo(bao, again.pk, at=clock.now())
        queries.visible_to(bao).filter(key__startswith="new-").delete()
        for one in (batch, again):
            one.delete()
    return [
        Row(
            f"membership: {count:,} {words} rows",
            ms(taken),
            "patience",
            ms(PATIENCE),
            taken / PATIENCE,
            PROMISE,
        )
        for words, taken in (("new", new), ("changed", changed))
    ]


def _bring(bao: Actor, content: bytes) -> tuple[float, Import]:
    began = perf_counter()
    batch = actions.stage(bao, "members.csv", read(content, actions.LIMITS), at=clock.now())
    found = actions.difference(bao, batch, list(storing.whole(queries.visible_to(bao))))
    batch = actions.apply(bao, batch.pk, fingerprint=found.fingerprint, at=clock.now())
    return perf_counter() - began, batch


def _list(count: int, area: str) -> bytes:
    rows = (
        [
            f"new-{n}", f"Bench Shop {n}", f"{n} Bay St", "food, patio", f"Owner {n}", f"{area}-555-{n:04}",
            f"o{n}@shop.example", f"Manager {n}", f"{area}-556-{n:04}", "From the list",
        ]
        for n in range(count)
    )  # fmt: skip
    return csv_bytes(_HEADER, rows)

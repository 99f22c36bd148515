"""The chain's rules: what is written is what is read, and the first change is named."""

import json
from datetime import UTC, datetime
from types import SimpleNamespace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cityalert.audit import chain
from cityalert.audit.chain import Break

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)


def entries(count: int) -> list[SimpleNamespace]:
    made: list[SimpleNamespace] = []
    for position in range(1, count + 1):
        entry = SimpleNamespace(
            position=position, recorded_at=AT, verb="alert.drafted", user_id=7, user_name="Avery Chen",
            partner_id=UUID(int=1), object_kind="alert", object_id="42", facts={"n": position},
            previous_hash=made[-1].hash if made else chain.GENESIS,
        )  # fmt: skip
        entry.hash = chain.digest(chain.content(entry))
        made.append(entry)
    return made


def test_a_chain_as_written_holds():
    assert chain.first_break(entries(5)) is None
    assert chain.first_break([]) is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("recorded_at", AT.replace(hour=13)),
        ("verb", "alert.published"),
        ("user_id", 8),
        ("user_name", "Sam Okafor"),
        ("partner_id", None),
        ("object_kind", "membership"),
        ("object_id", "43"),
        ("facts", {"n": 4}),
        ("hash", 64 * "f"),
    ],
)
def test_whatever_is_changed_in_an_entry_is_noticed_there(name, value):
    log = entries(5)
    setattr(log[2], name, value)

    assert chain.first_break(log) == Break(3, "altered: what it says is not what was written")


def test_an_entry_that_is_altered_and_hashed_again_is_noticed_at_the_next():
    log = entries(5)
    log[2].facts = {"n": 99}
    log[2].hash = chain.digest(chain.content(log[2]))

    assert chain.first_break(log) == Break(4, "unlinked: it does not follow from the entry before")


@pytest.mark.parametrize("gone", [1, 2, 4])
def test_an_entry_that_is_gone_is_named(gone):
    log = [entry for entry in entries(5) if entry.position != gone]

    found = chain.first_break(log)

    assert found is not None
    assert (found.position, found.why.split(":")[0]) == (gone, "missing")


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.uuids() | st.datetimes(timezones=st.just(UTC))
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)  # fmt: skip


@given(VALUES)
def test_a_fact_made_plain_is_json_and_stays_as_it_is(value):
    plain = chain.plain(value)

    assert json.loads(json.dumps(plain)) == plain
    assert chain.plain(plain) == plain


@pytest.mark.parametrize("value", [float("nan"), float("inf"), {"deep": [float("-inf")]}])
def test_what_is_not_a_number_is_refused(value):
    with pytest.raises((ValueError, OverflowError)):
        chain.digest({"facts": chain.plain(value)})

"""What was read and is written again reads the same, and is CAP 1.2: nothing that CAP can carry is lost."""

from dataclasses import fields
from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from cityalert.exchange.cap.document import (
    CODES,
    NAMESPACE,
    TABLES,
    Area,
    Document,
    Element,
    Info,
    Kind,
    Pair,
    Resource,
)
from cityalert.exchange.cap.reading import read
from cityalert.exchange.cap.writing import write
from tests.exchange.samples import assert_valid, of_agencies

# All that XML can hold, with something in it.
WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Cn", "Co")) | st.sampled_from("\n\t\r"),
    min_size=1, max_size=30,
).filter(str.strip)  # fmt: skip
TOKENS = st.text(st.sampled_from("abcXYZ019.-_:@é/"), min_size=1, max_size=12)
NUMBERS = st.integers(0, 10**6).map(str)
TIMES = st.builds(
    lambda at, minutes: at.astimezone(timezone(timedelta(minutes=minutes))).isoformat(timespec="seconds"),
    st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    st.integers(-14 * 4, 14 * 4).map(lambda quarter: quarter * 15),
)
PAIRS = st.builds(Pair, TOKENS, WORDS)
KINDS = {
    Kind.TEXT: WORDS,
    Kind.TOKEN: TOKENS,
    Kind.TIME: TIMES,
    Kind.NUMBER: NUMBERS,
    Kind.PAIR: PAIRS,
}
POINTS = st.tuples(st.floats(-80, 80), st.floats(-179, 179)).map(lambda p: f"{p[0]:.4f},{p[1]:.4f}")
URIS = TOKENS.map(lambda token: f"https://example.org/{token}")
NAMED = {
    "language": st.sampled_from(["en-CA", "fr-CA", "iu"]),
    "uri": URIS,
    "web": URIS,
    "polygon": st.lists(POINTS, min_size=3, max_size=6).map(lambda ring: " ".join([*ring, ring[0]])),
    "circle": st.builds(lambda point, km: f"{point} {km}", POINTS, st.integers(0, 500)),
}


def value(element: Element) -> st.SearchStrategy:
    if element.group:
        return groups(element.group)
    if element.kind == Kind.CODE:
        return st.sampled_from(CODES[element.name])
    return NAMED[element.name] if element.name in NAMED else KINDS[element.kind]


def groups(kind: type) -> st.SearchStrategy:
    given_fields = {}
    for element in TABLES[kind]:
        one = value(element)
        if element.is_many:
            one = st.lists(one, min_size=int(element.is_required), max_size=2).map(tuple)
        elif not element.is_required:
            one = st.just("") | one
        given_fields[element.field] = one
    return st.builds(kind, **given_fields)


@settings(deadline=None, max_examples=60)
@given(groups(Document))
def test_what_is_written_reads_the_same_and_is_valid_cap(document):
    written = write(document)

    assert read(written).document == document
    assert_valid(written)
    assert write(read(written).document) == written


def test_what_agencies_wrote_is_kept_whole():
    for name in ("canada.cap", "australia.cap", "amber_example.xml", "weather.cap"):
        raw = of_agencies(name)
        written = write(read(raw).document)

        assert read(written).document == read(raw).document
        assert texts(written) == texts(raw)


def texts(raw: bytes) -> list[tuple[str, str]]:
    """Every element that says something, in its order, by its name."""
    root = etree.fromstring(raw)
    said = (
        (etree.QName(one).localname, "".join((one.text or "").split())) for one in root.iter(etree.Element)
    )
    return [one for one in said if one[1]]


def test_the_table_has_every_element_of_the_schema_and_every_field():
    for kind in (Document, Info, Resource, Area):
        assert [element.field for element in TABLES[kind]] == [field.name for field in fields(kind)]
    assert NAMESPACE.endswith(":1.2")

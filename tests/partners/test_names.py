"""Which names people take for one another."""

import pytest

from partners.names import too_close


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("Toronto Police Service", "TORONTO POLICE SERVICE"),
        ("Toronto Police Service", "Toronto Police Services"),
        ("Toronto Police Service", "Toronto Poilce Service"),
        ("Toronto Police Service", "Torronto Police Service"),
        ("Harbour Square Mall", "Harbor Square Mall"),
        ("Café Orléans", "Cafe Orleans"),
        ("Lakeside Arena", "Lake Side Arena"),
    ],
)
def test_too_close(name, other):
    assert too_close(name, other)
    assert too_close(other, name)


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("51 Division", "52 Division"),
        ("Harbour Tower A", "Harbour Tower B"),
        ("Bloor East BIA", "Bloor West BIA"),
        ("Union Station", "Union Street"),
        ("Toronto Police Service", "Toronto Police Services Board"),
        ("King Street BIA", "Ring Street BIA"),
        ("Lakeside Arena", "Lakeshore Arena"),
    ],
)
def test_far_enough(name, other):
    assert not too_close(name, other)
    assert not too_close(other, name)

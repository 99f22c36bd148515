"""Finding what was said: in both languages, only what one may read, and only as far as its label lets."""

import pytest
from django.test import Client
from django.urls import reverse

from cityalert.messaging import actions
from cityalert.messaging.search import find, pieces
from tests.door import let_in
from tests.messaging.talking import says, talk

pytestmark = pytest.mark.django_db


def found(person, at, words):
    return [one.line.post.text for one in find(person.actor(at), words)]


def test_each_form_of_a_word_is_found_in_english_and_french(cast, at):
    doors = talk(cast.avery, cast.corin, at=at)
    says(cast.avery, doors, "The locked doors were opened", at=at)
    says(cast.corin, doors, "Les portes étaient verrouillées", at=at)

    assert found(cast.corin, at, "locking door") == ["The locked doors were opened"]
    assert found(cast.corin, at, "porte verrouillée") == ["Les portes étaient verrouillées"]
    assert found(cast.corin, at, "window") == []
    assert found(cast.corin, at, "  ") == []


def test_only_what_one_may_read_is_found(cast, at):
    doors = talk(cast.avery, cast.corin, at=at)
    named = talk(cast.avery, cast.corin, at=at, named=True, tlp="RED")
    says(cast.avery, doors, "Rifle at the ninth door", at=at)
    says(cast.avery, named, "Rifle, says the porter", at=at)
    actions.invite(
        cast.avery.actor(at), doors, actions.Whom(partners=frozenset({cast.vera.partner.pk})), at=at
    )
    mate = cast.join("mate", cast.corin.partner)

    assert len(found(cast.corin, at, "rifle")) == 2
    assert found(mate, at, "rifle") == ["Rifle at the ninth door"]
    for nobody in (cast.vera, cast.otto, cast.sam):
        assert "Rifle, says the porter" not in found(nobody, at, "rifle")
    assert found(cast.vera, at, "rifle") == found(cast.otto, at, "rifle") == []
    actions.delete(cast.avery.actor(at), doors, 1, at=at)
    assert found(mate, at, "rifle") == []


def test_the_page_marks_what_it_found_and_nothing_typed_becomes_markup(cast, at):
    doors = talk(cast.avery, cast.corin, at=at)
    says(cast.avery, doors, "<b>Rifle</b> & more \x02here\x03", at=at)
    page = let_in(Client(), cast.corin).get(reverse("messaging:search"), {"q": "rifle"}).content.decode()

    assert "<mark>Rifle</mark>" in page
    assert "<b>Rifle" not in page
    for odd in ("'", '"', "a & | ! (", "x" * 5000, "\x00", "rifle OR"):
        assert let_in(Client(), cast.corin).get(reverse("messaging:search"), {"q": odd}).status_code == 200


@pytest.mark.parametrize(
    ("headline", "cut"),
    [
        ("a \x02b\x03 c", [("a ", False), ("b", True), (" c", False)]),
        ("\x02b\x03", [("b", True)]),
        ("", []),
        ("odd \x02 end", [("odd ", False), (" end", False)]),
    ],
)
def test_a_headline_is_cut_at_its_marks(headline, cut):
    assert pieces(headline) == cut

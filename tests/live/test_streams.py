"""What is said in a conversation is handed to the pages of whoever takes part, in one order, and to nobody else."""

from datetime import timedelta

import pytest
from websockets.exceptions import InvalidStatus

from cityalert.lib import clock
from cityalert.messaging import actions
from cityalert.messaging.actions import Whom
from tests.cast import Cast
from tests.live.conftest import OpenPage
from tests.live.pages import sign_in
from tests.live.servers import QUICK, Server
from tests.messaging.talking import says, talk
from tests.partners.sharing import group


@pytest.fixture
def listen(server: Server, open_page: OpenPage):
    """A page of somebody's that listens to a conversation."""

    def listen(person, conversation):
        page = open_page(server, sign_in(person.user), topics=[conversation.topic])
        page.hear("hello")
        return page

    return listen


def test_everybody_hears_everything_in_one_order_in_their_language(people: Cast, listen):
    at = clock.now()
    doors = talk(people.avery, people.corin, people.noor, at=at)
    corin, mate, noor = (listen(one, doors) for one in (people.corin, people.corin, people.noor))
    for n in range(12):
        says(people.avery if n % 2 else people.corin, doors, f"No. {n}", at=at - timedelta(minutes=n))

    for page in (corin, mate, noor):
        heard = [page.hear("item") for _ in range(12)]
        assert [one["position"] for one in heard] == list(range(1, 13))
        assert all(f"No. {n}" in one["card"]["html"] for n, one in enumerate(heard))
    assert "Répondre" in heard[0]["card"]["html"]


def test_who_does_not_take_part_is_not_let_in_and_who_leaves_hears_no_more(
    people: Cast, listen, server: Server, open_page: OpenPage
):
    at = clock.now()
    named = talk(people.avery, people.corin, at=at, named=True)
    corin = listen(people.corin, named)
    says(people.avery, named, "For you", at=at)
    assert "For you" in corin.hear("item")["card"]["html"]
    with pytest.raises(InvalidStatus):
        open_page(server, sign_in(people.vera.user), topics=[named.topic])
    actions.leave(people.corin.actor(at), named, at=at)
    assert corin.hears_no("item", for_seconds=3 * QUICK["recheck_seconds"])
    says(people.avery, named, "Not for you", at=at)
    assert corin.hears_no("item")


def test_what_differs_from_reader_to_reader_is_fetched_by_each(people: Cast, listen):
    at = clock.now()
    quiet = talk(
        people.avery,
        at=at,
        groups=[group("Watch", people.avery.partner, people.corin.partner, is_hidden=True).pk],
    )
    red = talk(people.avery, people.corin, at=at, named=True, tlp="RED")
    for conversation in (quiet, red):
        page = listen(people.corin, conversation)
        says(people.avery, conversation, "Secret", at=at)
        assert page.hear("item") == {"type": "item", "topic": conversation.topic, "position": 1, "card": None}


def test_what_became_of_a_post_is_hinted_at(people: Cast, listen):
    at = clock.now()
    doors = talk(people.avery, people.corin, at=at)
    says(people.avery, doors, "Ten o'clock", at=at)
    page = listen(people.corin, doors)
    actions.react(people.corin.actor(at), doors, 1, "understood", at=at)
    assert page.hear("hint")["word"] == "changed 1"
    actions.invite(people.avery.actor(at), doors, Whom(partners=frozenset({people.vera.partner.pk})), at=at)
    assert page.hear("hint")["word"] == "people"

"""What is appended arrives: at those it is for, in order, once, and after a break from where it broke."""

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event
from time import sleep

import pytest
from django.db import connection, transaction

from cityalert.lib import clock
from cityalert.live import feed
from tests.cast import Cast
from tests.live.conftest import OpenPage, claim, show
from tests.live.pages import sign_in
from tests.live.servers import Server


def in_a_thread(work: Callable[[], None]) -> Callable[[], None]:
    """The work, on a database connection of its thread that is given back."""

    def works() -> None:
        try:
            work()
        finally:
            connection.close()

    return works


def test_a_card_arrives_at_those_it_is_for_in_their_language(
    people: Cast, either_server: Server, open_page: OpenPage
):
    vera, noor, otto = (
        open_page(either_server, sign_in(person.user)) for person in (people.vera, people.noor, people.otto)
    )
    for page in (vera, noor, otto):
        page.hear("hello")

    position = show(people.vera.partner, people.noor.partner, headline="Fire")

    assert vera.hear("card") == {"type": "card", "position": position, "card": {"headline": "Fire"}}
    assert noor.hear("card")["card"] == {"headline": "Fire (fr)"}
    assert otto.hears_no("card")


def test_nothing_arrives_that_was_not_committed(people: Cast, server: Server, open_page: OpenPage):
    page = open_page(server, sign_in(people.vera.user))
    page.hear("hello")

    with transaction.atomic():
        at = clock.now()
        feed.append({"en": {}}, [claim(people.vera.partner)], at=at, expires_at=at + timedelta(hours=1))
        transaction.set_rollback(True)
    position = show(people.vera.partner)

    assert page.hear("card")["position"] == position


def test_what_was_missed_is_told_first_and_in_order(people: Cast, either_server: Server, open_page: OpenPage):
    partner, cookie = people.vera.partner, sign_in(people.vera.user)
    seen, *missed = [show(partner) for _ in range(4)]
    show(people.otto.partner)
    show(partner, expires_at=clock.now() - timedelta(seconds=1))

    page = open_page(either_server, cookie, after=seen)
    assert page.hear("hello")["position"] == seen
    assert [card["position"] for card in page.cards(3)] == missed

    later = show(partner)
    assert page.hear("card")["position"] == later


def test_more_is_missed_than_one_look_reads(people: Cast, server: Server, open_page: OpenPage):
    positions = [show(people.vera.partner) for _ in range(230)]

    page = open_page(server, sign_in(people.vera.user), after=0)

    assert [card["position"] for card in page.cards(230)] == positions


def test_a_position_of_another_database_begins_anew(people: Cast, server: Server, open_page: OpenPage):
    position = show(people.vera.partner)

    page = open_page(server, sign_in(people.vera.user), after=position + 1_000)

    assert page.hear("hello")["position"] == 0
    assert page.hear("card")["position"] == position


def test_no_position_is_skipped_however_many_append_at_once(
    people: Cast, server: Server, open_page: OpenPage
):
    page = open_page(server, sign_in(people.vera.user))
    page.hear("hello")
    listeners, at = [claim(people.vera.partner)], clock.now()

    def append_slowly() -> None:
        for _ in range(20):
            with transaction.atomic():
                sleep(random.uniform(0, 0.004))
                feed.append({"en": {}}, listeners, at=at, expires_at=at + timedelta(hours=1))
                # Whoever drew a position commits at a time of their own.
                sleep(random.uniform(0, 0.004))
                transaction.set_rollback(random.random() < 0.1)

    with ThreadPoolExecutor(6) as threads:
        for work in [threads.submit(in_a_thread(append_slowly)) for _ in range(6)]:
            work.result()

    committed = [entry.position for entry in feed.read(0, at=at)]
    assert len(committed) > 60
    assert [card["position"] for card in page.cards(len(committed))] == committed


def test_a_position_is_drawn_only_when_the_one_before_has_ended(people: Cast):
    drawn, may_end, order = Event(), Event(), []

    def hold() -> None:
        at = clock.now()
        with transaction.atomic():
            order.append(feed.append({"en": {}}, [], at=at, expires_at=at))
            drawn.set()
            may_end.wait(5)

    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(in_a_thread(hold))
        drawn.wait(5)
        second = threads.submit(in_a_thread(lambda: order.append(show())))
        with pytest.raises(TimeoutError):
            second.result(0.5)
        may_end.set()
        first.result(5)
        second.result(5)

    assert order == sorted(order)


def test_nothing_is_lost_or_told_twice_over_many_reconnections(
    people: Cast, either_server: Server, open_page: OpenPage
):
    cookie = sign_in(people.vera.user)
    heard: list[int] = []
    at = clock.now()
    listeners = [claim(people.vera.partner)]

    def publish() -> None:
        for _ in range(60):
            with transaction.atomic():
                feed.append({"en": {}}, listeners, at=at, expires_at=at + timedelta(hours=1))
            sleep(0.01)

    with ThreadPoolExecutor(1) as threads:
        publishing = threads.submit(in_a_thread(publish))
        position = 0
        while len(heard) < 60:
            page = open_page(either_server, cookie, after=position)
            for card in page.cards(min(random.randint(1, 6), 60 - len(heard))):
                heard.append(position := card["position"])
            page.socket.close()
        publishing.result()

    assert heard == [entry.position for entry in feed.read(0, at=at)]

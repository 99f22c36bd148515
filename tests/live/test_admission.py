"""Who gets a socket, and who does not."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from websockets.exceptions import InvalidStatus

from cityalert.lib import clock
from partners.models import Membership
from tests.cast import Cast
from tests.live.conftest import OpenPage, show
from tests.live.pages import sign_in
from tests.live.servers import Server


def is_refused(open_page: OpenPage, *args: object, **kwargs: object) -> bool:
    with pytest.raises(InvalidStatus) as refusal:
        open_page(*args, **kwargs)
    return refusal.value.response.status_code == 403


def test_a_member_is_greeted_with_the_position_to_go_on_from(
    people: Cast, server: Server, open_page: OpenPage
):
    last = show(people.otto.partner)

    page = open_page(server, sign_in(people.vera.user))

    assert page.hear("hello")["position"] == last


@pytest.mark.parametrize("origin", ["https://evil.example", "http://127.0.0.1:1", "null", None])
def test_a_page_of_another_origin_is_refused(
    people: Cast, server: Server, open_page: OpenPage, origin: str | None
):
    assert is_refused(open_page, server, sign_in(people.vera.user), origin=origin)


@pytest.mark.parametrize("cookie", ["", "nonsense", "a" * 32])
def test_without_a_session_nobody_listens(people: Cast, server: Server, open_page: OpenPage, cookie: str):
    assert is_refused(open_page, server, cookie)


def test_an_expired_session_is_none(people: Cast, server: Server, open_page: OpenPage):
    cookie = sign_in(people.vera.user)
    Session.objects.update(expire_date=clock.now() - timedelta(seconds=1))

    assert is_refused(open_page, server, cookie)


def test_a_person_without_a_partner_has_nothing_to_listen_for(
    people: Cast, server: Server, open_page: OpenPage
):
    cookie = sign_in(people.vera.user)
    Membership.objects.filter(user=people.vera.user).delete()

    assert is_refused(open_page, server, cookie)


@pytest.mark.parametrize("after", ["-1", "nine", "99999999999999999999", "١"])
def test_a_position_that_is_none_is_refused(people: Cast, server: Server, open_page: OpenPage, after: str):
    assert is_refused(open_page, server, sign_in(people.vera.user), after=after)


@pytest.mark.parametrize("topic", ["tides:today", "weather:today", "weather", ":", ""])
def test_a_topic_that_nobody_knows_is_refused(people: Cast, server: Server, open_page: OpenPage, topic: str):
    topics = ["weather:" + str(people.vera.partner.pk), topic or "%00"]

    assert is_refused(open_page, server, sign_in(people.vera.user), topics=topics)


def test_a_topic_of_others_is_refused(people: Cast, server: Server, open_page: OpenPage):
    topic = f"weather:{people.otto.partner.pk}"

    assert is_refused(open_page, server, sign_in(people.vera.user), topics=[topic])


def test_more_topics_than_a_page_has_are_refused(people: Cast, server: Server, open_page: OpenPage):
    assert is_refused(open_page, server, sign_in(people.vera.user), topics=[f"alert:{n}" for n in range(50)])


def test_there_is_one_address(people: Cast, server: Server, open_page: OpenPage):
    elsewhere = server.address + "more/"

    assert is_refused(open_page, server, sign_in(people.vera.user), path=elsewhere)

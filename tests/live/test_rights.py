"""A socket ends within seconds when the right to listen does, whoever ends it and wherever."""

from collections.abc import Callable

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from cityalert.accounts.models import User
from cityalert.lib import clock
from cityalert.live.frames import Close
from partners.models import Membership, Partner
from tests.cast import Cast
from tests.door import let_in
from tests.live.conftest import OpenPage, show
from tests.live.pages import sign_in
from tests.live.servers import Redis, Server, web


def the_membership_ends(people: Cast) -> None:
    Membership.objects.filter(user=people.vera.user).update(valid_until=clock.now())


def the_membership_is_removed(people: Cast) -> None:
    Membership.objects.filter(user=people.vera.user).delete()


def the_partner_is_suspended(people: Cast) -> None:
    Partner.objects.filter(pk=people.vera.partner.pk).update(is_active=False)


def the_account_is_closed(people: Cast) -> None:
    User.objects.filter(pk=people.vera.user.pk).update(is_active=False)


def the_password_changes(people: Cast) -> None:
    people.vera.user.set_password("another-password-2026")
    people.vera.user.save()


def the_session_ends(people: Cast) -> None:
    Session.objects.filter(pk__in=people.cookies["vera"]).delete()  # type: ignore[attr-defined]


def the_session_expires(people: Cast) -> None:
    Session.objects.filter(pk__in=people.cookies["vera"]).update(expire_date=clock.now())  # type: ignore[attr-defined]


def the_role_rises(people: Cast) -> None:
    Membership.objects.filter(user=people.vera.user).update(role="administrator")


@pytest.mark.parametrize(
    "end",
    [
        the_role_rises,
        the_membership_ends,
        the_membership_is_removed,
        the_partner_is_suspended,
        the_account_is_closed,
        the_password_changes,
        the_session_ends,
        the_session_expires,
    ],
    ids=lambda end: end.__name__,
)
def test_the_right_ends_and_the_socket_with_it(
    people: Cast, either_server: Server, open_page: OpenPage, end: Callable[[Cast], None]
):
    cookies = {"vera": [sign_in(people.vera.user)]}
    people.cookies = cookies  # type: ignore[attr-defined]
    page, other = (
        open_page(either_server, cookies["vera"][0]),
        open_page(either_server, sign_in(people.otto.user)),
    )
    page.hear("hello")
    other.hear("hello")

    end(people)

    assert page.closed_with() == Close.NO_RIGHT
    show(people.vera.partner, people.otto.partner)
    assert other.hear("card")


def test_a_role_that_rises_ends_nothing_where_a_second_factor_was_shown(
    people: Cast, server: Server, open_page: OpenPage
):
    page = open_page(server, let_in(Client(), people.vera).cookies["sessionid"].value)
    page.hear("hello")

    the_role_rises(people)

    assert page.hear("beat")
    assert page.hear("beat")
    show(people.vera.partner)
    assert page.hear("card")


@pytest.mark.parametrize(
    "end", [the_account_is_closed, the_membership_ends, the_role_rises], ids=lambda end: end.__name__
)
def test_without_redis_the_socket_ends_all_the_same(
    people: Cast, database: str, redis: Redis, open_page: OpenPage, end: Callable[[Cast], None]
):
    with web(database, redis_url=redis.url) as server:
        page = open_page(server, sign_in(people.vera.user))
        page.hear("hello")
        redis.kill()

        end(people)

        assert page.closed_with(within=10) == Close.NO_RIGHT


def test_a_role_that_changes_ends_nothing(people: Cast, server: Server, open_page: OpenPage):
    page = open_page(server, sign_in(people.vera.user))
    page.hear("hello")

    Membership.objects.filter(user=people.vera.user).update(role="viewer")

    assert page.hear("beat")
    assert page.hear("beat")
    show(people.vera.partner)
    assert page.hear("card")

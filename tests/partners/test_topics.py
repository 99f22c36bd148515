"""Who may listen for a partner on the live socket."""

import pytest
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore

from cityalert.accounts.models import User
from cityalert.live import topics as live
from partners import actions
from partners.middleware import SESSION_KEY
from partners.models import Partner
from partners.roles import Role
from partners.topics import claim_of

pytestmark = pytest.mark.django_db


def session(**values):
    store = SessionStore()
    store.update(values)
    return store


def claim(person):
    return (person.user.pk, claim_of(person.partner.pk))


def test_a_person_listens_for_the_partner_their_pages_act_for(cast, at):
    second = actions.add_member(None, cast.vera.user, cast.corin.partner, Role.VIEWER, at=at)

    assert live.claim_for(cast.vera.user.pk, session()) in {claim(cast.vera)[1], claim(cast.corin)[1]}
    for membership in (second, cast.vera.membership):
        chosen = live.claim_for(cast.vera.user.pk, session(**{SESSION_KEY: membership.pk}))
        assert chosen == claim_of(membership.partner_id)


def test_it_is_the_partner_of_the_pages_when_nothing_or_nonsense_was_chosen(cast, at):
    actions.add_member(None, cast.vera.user, cast.corin.partner, Role.VIEWER, at=at)
    acts_for = claim_of(cast.vera.actor(at).partner_id)

    for chosen in ({}, {SESSION_KEY: None}, {SESSION_KEY: cast.otto.membership.pk}):
        assert live.claim_for(cast.vera.user.pk, session(**chosen)) == acts_for


def test_connecting_asks_once_and_reads_no_shapes(cast, django_assert_num_queries):
    with django_assert_num_queries(1) as asked:
        assert live.claim_for(cast.vera.user.pk, session()) == claim(cast.vera)[1]

    sql = asked.captured_queries[0]["sql"]
    assert "jurisdiction" not in sql
    assert "location" not in sql


def test_a_role_that_needs_a_second_factor_listens_with_one(cast, at):
    second = actions.add_member(None, cast.vera.user, cast.avery.partner, Role.PUBLISHER, at=at)
    proved = {AUTHENTICATION_METHODS_SESSION_KEY: [{"method": "mfa", "at": at.timestamp()}]}

    assert live.claim_for(cast.vera.user.pk, session(**{SESSION_KEY: second.pk})) is None
    assert live.claim_for(cast.vera.user.pk, session(**{SESSION_KEY: second.pk}, **proved)) == claim_of(
        cast.avery.partner.pk
    )


def test_nobody_listens_without_a_membership(cast, at):
    actions.suspend(None, cast.vera.membership, at=at)

    assert live.claim_for(cast.vera.user.pk, session()) is None
    assert live.claim_for(10**9, session()) is None


def test_those_who_lost_their_right_are_no_longer_among_the_listeners(cast, at, django_assert_num_queries):
    everybody = [(*claim(person), True) for person in cast]
    stranger = (cast.otto.user.pk, claim(cast.vera)[1], True)
    actions.suspend(None, cast.vera.membership, at=at)
    actions.remove_member(None, cast.corin.membership, at=at)
    User.objects.filter(pk=cast.noor.user.pk).update(is_active=False)
    Partner.objects.filter(pk=cast.bao.partner.pk).update(is_active=False)

    with django_assert_num_queries(1):
        left = live.still_valid([*everybody, stranger, (cast.otto.user.pk, "partner:nonsense", True)])

    gone = {(*claim(person), True) for person in (cast.vera, cast.corin, cast.noor, cast.bao)}
    assert left == set(everybody) - gone


def test_a_role_that_rose_listens_on_only_where_a_second_factor_was_shown(cast, at):
    asked = [(*claim(cast.vera), False), (*claim(cast.vera), True)]
    assert live.still_valid(asked) == set(asked)

    actions.change_role(None, cast.vera.membership, Role.ADMINISTRATOR, at=at)

    assert live.still_valid(asked) == {asked[1]}

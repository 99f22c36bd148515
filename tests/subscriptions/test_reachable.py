"""Whoever becomes a member can be told."""

import pytest

from cityalert.accounts.models import User
from cityalert.subscriptions.actions import welcome
from cityalert.subscriptions.models import ContactPoint, Subscriber
from partners import actions
from partners.roles import Role

pytestmark = pytest.mark.django_db


def test_a_new_member_is_reachable_where_they_sign_in(cast, at):
    zoe = User.objects.create_user("zoe@cityalert.example", name="Zoé Roy", language="fr")

    actions.add_member(cast.bao.actor(at), zoe, cast.bao.partner, Role.OPERATOR, at=at)

    assert zoe.subscriber.language == "fr"
    point = zoe.subscriber.contact_points.get()
    assert (point.channel, point.address, point.verified_at) == ("email", zoe.email, at)


def test_welcoming_somebody_again_changes_nothing(cast, at):
    cast.corin.subscriber.contact_points.filter(channel="email").update(stopped_at=at)

    welcome(cast.corin.user, at=at)

    assert Subscriber.objects.filter(user=cast.corin.user).count() == 1
    assert ContactPoint.objects.get(subscriber=cast.corin.subscriber, channel="email").stopped_at == at

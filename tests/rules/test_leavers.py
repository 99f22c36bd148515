"""Every route again: what is left to whoever's right has ended. Nothing."""

from datetime import timedelta

import pytest
from django.db import transaction

from partners.roles import Role
from tests.rules.every_route import answers
from tests.rules.matrix import SENT

pytestmark = pytest.mark.django_db


def suspended(person, at):
    person.membership.is_active = False
    person.membership.save()


def expired(person, at):
    person.membership.valid_from, person.membership.valid_until = at - timedelta(days=2), at
    person.membership.save()


def not_begun(person, at):
    person.membership.valid_from = at + timedelta(hours=1)
    person.membership.save()


def of_a_suspended_partner(person, at):
    person.partner.is_active = False
    person.partner.save()


def test_whose_right_has_ended_gets_what_a_stranger_gets(cast, sent, at):
    stranger = cast.join("tess", cast.otto.partner, Role.VIEWER)
    stranger.membership.delete()
    nothing = answers(stranger, sent)
    for ends in (suspended, expired, not_begun, of_a_suspended_partner):
        with transaction.atomic():
            ends(cast.sam, at)
            assert answers(cast.sam, sent) == nothing, ends.__name__
            transaction.set_rollback(True)
        cast.sam.membership.refresh_from_db()
        cast.sam.partner.refresh_from_db()

    # What everybody may read without coming in, a person's own link among it; and the city's zones and places.
    open_to_all = {name for name, (get, _post) in SENT.items() if get[0] == 200}
    shown = {name for (name, _method), status in nothing.items() if status == 200}
    assert shown - open_to_all == {"geo:places", "geo:zones"}


def test_a_closed_account_is_at_the_door_again(cast, sent):
    cast.sam.user.is_active = False
    cast.sam.user.save()

    found = answers(cast.sam, sent, ["web:home", "alerts:detail", "members:list"])
    assert {status for (_name, method), status in found.items() if method == "get"} == {401}

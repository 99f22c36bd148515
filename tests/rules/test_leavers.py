"""Every route again: what is left to whoever's right has ended. Nothing."""

from collections import defaultdict
from datetime import timedelta

import pytest
from django.db import transaction

from partners.roles import Role
from tests.rules.every_route import answers

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

    # Who was told reaches it by the link in the message, whoever asks.
    by_status = defaultdict(set)
    for (name, method), status in nothing.items():
        by_status[status].add(f"{method} {name}")
    assert by_status[200] == {
        "get businesses:answered", "get delivery:answer", "get delivery:report", "get geo:places", "get geo:zones",
        "get joining:apply", "get joining:link", "get joining:open", "get joining:sent", "get public:current",
        "get public:feed", "get public:feeds", "get sign_on:find", "get web:healthz",
    }  # fmt: skip


def test_a_closed_account_is_at_the_door_again(cast, sent):
    cast.sam.user.is_active = False
    cast.sam.user.save()

    found = answers(cast.sam, sent, ["web:home", "alerts:detail", "members:list"])
    assert {status for (_name, method), status in found.items() if method == "get"} == {401}

"""Every route again: what each role gets in its own partner, and what is left to whoever's right has ended: nothing."""

from collections import defaultdict
from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client

from partners.roles import Role
from tests.alerts.writing import published
from tests.door import let_in
from tests.partners.sharing import group
from tests.rules.test_access_matrix import GROUP, SENT, address

pytestmark = pytest.mark.django_db

EVERY = frozenset(Role)
MANAGERS = frozenset({Role.OWNER, Role.ADMINISTRATOR})
WRITERS = frozenset({Role.PUBLISHER, Role.APPROVER})
ANSWERERS = MANAGERS | WRITERS | {Role.OPERATOR}
COUNTERS = MANAGERS | WRITERS | {Role.ANALYST}

# Who does something at a route, GET or an empty POST, in a partner whose things are there: refused, wrong or right, but
# not told that there is nothing. A route in none of these is for nobody of a partner (404), or needs what is not there.
WHO_GETS = {
    EVERY: """
        agreements:list agreements:read agreements:text alerts:cap alerts:detail alerts:inbox alerts:map
        alerts:policy alerts:progress alerts:seen alerts:sites businesses:answered businesses:asked
        businesses:board businesses:call_down businesses:cascades
        businesses:csv businesses:list businesses:xlsx delivery:answer directory:liaison directory:search
        geo:places geo:zones groups:detail groups:list joining:apply joining:link joining:open joining:sent
        incidents:list incidents:waiting public:choose public:current public:feed public:feeds
        members:choose members:list sign_on:find sites:list web:healthz web:home web:set_language web:styleguide
    """,
    ANSWERERS: "alerts:acknowledge alerts:respond",
    COUNTERS: "alerts:reach alerts:reach_index",
    WRITERS: """
        alerts:approve alerts:audience alerts:audiences alerts:cancel alerts:compose alerts:confirm alerts:discard
        alerts:new alerts:preview alerts:publish alerts:save alerts:save_audience alerts:submit alerts:template
        alerts:update incidents:from_alert incidents:open
    """,
    frozenset({Role.APPROVER}): "alerts:return",
    frozenset({Role.OWNER}): "agreements:sign",
    MANAGERS: """
        businesses:add businesses:ask_some businesses:doubles businesses:fields businesses:import
        businesses:pass_on businesses:say businesses:yearly directory:entry
        directory:name_liaison groups:answer groups:change groups:invite groups:leave groups:new groups:open
        joining:sponsoring joining:sponsor_invite
        feed_keys:list members:invite sign_on:settings sites:add sites:bring sites:template
    """,
}


@pytest.fixture
def sent(cast, at):
    group("Towers", cast.avery.partner, cast.corin.partner, pk=GROUP)
    return published(cast.avery, at)


def answers(person, alert, names=SENT):
    """The status of each route for GET and an empty POST; whatever it did is taken back."""
    found = {}
    for name in names:
        url = address(name, alert)
        for method in ("get", "post"):
            with transaction.atomic():
                found[name, method] = getattr(let_in(Client(), person), method)(url).status_code
                transaction.set_rollback(True)
    return found


@pytest.mark.parametrize("role", Role)
def test_each_role_gets_what_it_may(role, cast, sent):
    officer, clerk = cast.join("tess", cast.avery.partner, role), cast.join("tom", cast.bao.partner, role)
    of_bias = {name for name in SENT if name.startswith("businesses:")}

    found = answers(officer, sent, SENT.keys() - of_bias) | answers(clerk, sent, of_bias)

    got = {name for (name, _method), status in found.items() if status not in {403, 404, 405}}
    assert got == {name for roles, names in WHO_GETS.items() if role in roles for name in names.split()}


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


@pytest.mark.parametrize("ends", [suspended, expired, not_begun, of_a_suspended_partner])
def test_whose_right_has_ended_gets_what_a_stranger_gets(ends, cast, sent, at):
    stranger = cast.join("tess", cast.otto.partner, Role.VIEWER)
    stranger.membership.delete()
    nothing = answers(stranger, sent)
    # Who was told reaches it by the link in the message, whoever asks.
    ends(cast.sam, at)

    assert answers(cast.sam, sent) == nothing
    by_status = defaultdict(set)
    for (name, method), status in nothing.items():
        by_status[status].add(f"{method} {name}")
    assert by_status[200] == {
        "get businesses:answered", "get delivery:answer", "get geo:places", "get geo:zones",
        "get joining:apply", "get joining:link", "get joining:open", "get joining:sent", "get public:current",
        "get public:feed", "get public:feeds", "get sign_on:find", "get web:healthz",
    }  # fmt: skip


def test_a_closed_account_is_at_the_door_again(cast, sent):
    cast.sam.user.is_active = False
    cast.sam.user.save()

    found = answers(cast.sam, sent, ["web:home", "alerts:detail", "members:list"])
    assert {status for (_name, method), status in found.items() if method == "get"} == {302}

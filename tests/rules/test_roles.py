"""Every route again: what each role gets in its own partner."""

import pytest

from partners.roles import Role
from tests.rules.every_route import answers
from tests.rules.matrix import SENT

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
        alerts:policy alerts:progress alerts:seen alerts:sites bulletins:list businesses:answered businesses:asked
        businesses:board businesses:call_down businesses:cascades
        businesses:csv businesses:list businesses:xlsx delivery:answer delivery:report directory:liaison
        directory:search dossiers:close_calendar dossiers:list dossiers:month dossiers:own_calendar
        duty:close_calendar duty:own_calendar duty:rota duty:roster
        geo:places geo:zones groups:detail groups:list joining:apply joining:link joining:open joining:sent
        incidents:list incidents:waiting messaging:list messaging:search public:choose public:current public:feed
        public:feeds
        members:choose members:list preferences:add_device preferences:away preferences:back preferences:device_moved
        preferences:places preferences:reached preferences:trial preferences:when sign_on:find sites:list
        residents:choose residents:code residents:link residents:open residents:over residents:sent residents:subscribe
        web:healthz web:home web:set_language
        web:manifest web:offline web:service_worker web:styleguide
    """,
    ANSWERERS: "alerts:acknowledge alerts:respond dossiers:new duty:note messaging:new",
    COUNTERS: """
        alerts:costs alerts:missed alerts:missed_csv alerts:reach alerts:reach_csv alerts:reach_index exercises:list
    """,
    MANAGERS | {Role.APPROVER}: "alerts:review",
    MANAGERS | {Role.APPROVER, Role.ANALYST}: "alerts:reviews",
    MANAGERS | WRITERS: """
        bulletins:new exercises:plan exchange:list exchange:quarantine exchange:sources templates:list templates:new
    """,
    WRITERS: """
        alerts:approve alerts:archive alerts:area alerts:areas alerts:ask_again alerts:audience alerts:audiences
        alerts:cancel
        alerts:amend alerts:beside alerts:compose alerts:confirm
        alerts:correct alerts:discard alerts:end alerts:new alerts:preview alerts:publish alerts:save
        alerts:save_area alerts:save_audience alerts:submit alerts:template alerts:translate alerts:update
        exchange:upload incidents:from_alert incidents:open incidents:room_of_alert
    """,
    frozenset({Role.APPROVER}): "alerts:alone alerts:return",
    frozenset({Role.OWNER}): "agreements:sign",
    MANAGERS: """
        businesses:add businesses:ask_some businesses:doubles businesses:fields businesses:import
        businesses:pass_on businesses:say businesses:yearly directory:entry
        directory:name_liaison duty:new_turns duty:policies duty:policy duty:swap
        groups:answer groups:change groups:invite groups:leave groups:new groups:open
        joining:sponsoring joining:sponsor_invite
        exchange:add_source feed_keys:list hooks:list members:invite records:list sign_on:settings sites:add sites:bring
        sites:template
    """,
}


@pytest.mark.parametrize("role", Role)
def test_each_role_gets_what_it_may(role, cast, sent):
    officer, clerk = cast.join("tess", cast.avery.partner, role), cast.join("tom", cast.bao.partner, role)
    of_bias = {name for name in SENT if name.startswith("businesses:")}

    found = answers(officer, sent, SENT.keys() - of_bias) | answers(clerk, sent, of_bias)

    got = {name for (name, _method), status in found.items() if status not in {403, 404, 405}}
    wanted = {name for roles, names in WHO_GETS.items() if role in roles for name in names.split()}
    assert (sorted(got - wanted), sorted(wanted - got)) == ([], [])

"""Every page, narrow and wide, by day and by night: axe-core finds nothing and nothing scrolls sideways."""

import os
from datetime import timedelta
from hashlib import sha256

import pytest
from django.contrib.gis.geos import Point

from cityalert.accounts import demo
from cityalert.agreements.models import Agreement, Signing
from cityalert.alerts import actions
from cityalert.alerts.templates import Template
from cityalert.auditor.models import Round
from cityalert.businesses import actions as keeping
from cityalert.businesses.cascading import actions as cascading
from cityalert.businesses.confirming import asking
from cityalert.businesses.importing import actions as imports
from cityalert.businesses.models import Asking, Seat
from cityalert.duty import actions as duty
from cityalert.duty.rotation import Layer
from cityalert.duty.steps import EVERYBODY, Step, Whom
from cityalert.exchange import actions as importing
from cityalert.exercises import holding
from cityalert.incidents import actions as incidents
from cityalert.incidents import feedback
from cityalert.lib import clock
from cityalert.lib.severity import Severity
from cityalert.lib.tables import read
from cityalert.messaging import actions as talking
from cityalert.messaging.stored import Stored
from partners import invitations
from partners.models import Invitation
from partners.roles import Role
from partners.sites import placing
from tests.alerts.writing import draft, public, published
from tests.businesses.bia import business, many
from tests.cast import KING_AND_BAY
from tests.exchange.samples import alert as somebody_elses_alert
from tests.exercises.drills import answered, planned
from tests.joining.steps import half_way
from tests.messaging.talking import says, talk
from tests.partners.sharing import group, place

pytestmark = pytest.mark.django_db(transaction=True)

# A telephone by night and a desk by day, in turn from page to page: each look at all of them takes minutes.
# ALL_LOOKS=1 looks at every page in every width and theme.
LOOKS = [(390, "dark"), (1280, "light")]
if "ALL_LOOKS" in os.environ:
    LOOKS = [(width, theme) for width in (390, 1280, 1920) for theme in ("light", "dark")]
LINK, STILL_RIGHT = "/invitation/in-the-mail/", "/still-right/in-the-mail/"


def test_every_page_is_fit_to_be_used(world, open_window):
    cast, at = world.cast, clock.now()
    sent, begun = published(cast.avery, at, severity=4), draft(cast.avery, at)
    drill = published(cast.avery, at, status="Exercise", exercise_note="Monthly drill")
    told, over = public(cast.avery, cast.sam, at), afterwards(cast, sent, at)
    found: set[tuple[str, str]] = set()
    officer, operator, outside = open_window(cast.avery), open_window(cast.corin), open_window()
    sergeant, alone = open_window(cast.sam), draft(cast.sam, at, scope="Public", tlp="CLEAR")
    actions.send_alone(cast.sam.actor(at), alone, "Nobody else is on shift tonight.", key="alone", at=at)
    manager, dana = open_window(cast.bao), cast.join("dana", cast.bao.partner, unit="Night desk")
    invited(cast, at)
    towers = group(
        "Towers", cast.bao.partner, cast.corin.partner, purpose="What the towers tell one another."
    )
    hidden = group("Watch", cast.avery.partner, is_hidden=True)
    place(hidden, cast.bao.partner, extender_role="operator")
    place(group("Transit", cast.avery.partner), cast.bao.partner, "invited")
    actions.save_audience(cast.avery.actor(at), "Hotels", begun, at=at)
    network, owner = open_window(cast.nadia), open_window(owner_of(cast.corin.partner, cast))
    unsigned, applied = Agreement.objects.get(kind="sharing"), half_way(cast, at)
    Signing.objects.filter(partner=cast.corin.partner, agreement=unsigned).delete()

    for window in (officer, operator, sergeant, manager, network, owner):
        window.page.goto("about:blank")  # maps that nobody looks at are drawn all the same
    for window, paths in {
        outside: [
            "/accounts/login/",
            "/accounts/password/reset/",
            LINK,
            "/invitation/nothing/",
            "/accounts/organisation/",
            "/join/",
            "/join/sent/",
            "/join/link/",
            "/join/open/nothing/",
            "/public/en/",
            f"/public/fr/alerts/{told.pk}/",
            "/public/en/feeds/",
            "/offline/en/",
            "/subscribe/en/",
            "/subscribe/fr/link/",
            "/subscribe/fr/code/",
            "/still-right/nothing/",
            "/still-right/",
            STILL_RIGHT,
        ],
        operator: [
            f"/partners/groups/{towers.pk}/",
            "/",
            "/alerts/",
            f"/alerts/{sent.pk}/",
            f"/alerts/{drill.pk}/",
            f"/alerts/{sent.pk}/report/",
            "/alerts/nothing/",
            f"/incidents/{over.pk}/feedback/",
        ],
        officer: [
            "/",
            f"/?alert={drill.pk}",
            f"/alerts/{begun.pk}/compose/",
            f"/alerts/{sent.pk}/cancel/",
            f"/alerts/{sent.pk}/correct/",
            f"/alerts/{sent.pk}/amend/",
            f"/alerts/{sent.pk}/end/",
            "/approval/",
            f"/alerts/{sent.pk}/reach/",
            "/reach/",
            "/reach/missed/",
            "/reach/costs/",
            "/audiences/",
            "/areas/",
            *prepared(cast, at),
            *of_others(cast, at),
            *of_drills(cast, at),
            *of_talk(cast, at),
            "/incidents/",
            f"/incidents/{over.pk}/",
            "/events/",
            "/events/month/",
            "/events/calendar/",
            "/events/new/",
            "/bulletins/",
            "/bulletins/new/",
            f"/partners/groups/{hidden.pk}/",
            "/accounts/2fa/",
            "/accounts/reached/",
            "/accounts/reached/when/",
            "/accounts/reached/away/",
            "/accounts/reached/places/",
            "/accounts/reached/test/",
            "/accounts/sessions/",
        ],
        sergeant: [f"/alerts/{begun.pk}/alone/", "/reviews/"],
        manager: [
            "/approval/",
            "/partners/groups/",
            "/partners/groups/new/",
            f"/partners/groups/{towers.pk}/",
            f"/partners/groups/{hidden.pk}/",
            "/partners/members/",
            "/partners/members/invite/",
            "/partners/members/sign-in/",
            f"/partners/members/{dana.membership.pk}/",
            f"/partners/members/{cast.bao.membership.pk}/",
            "/partners/",
            "/partners/?q=king+bay",
            f"/partners/{cast.corin.partner.pk}/",
            "/partners/liaison/",
            "/partners/entry/",
            "/partners/sites/",
            "/partners/sites/new/",
            "/partners/sites/placing/",
            placing_of(cast, at),
            "/duty/",
            "/duty/calendar/",
            f"/duty/hours/{dana.membership.pk}/",
            *called_by(cast, at),
            "/partners/acting-for/",
            f"/partners/sites/{cast.bao.site.pk}/",
            f"/partners/sites/{cast.bao.site.pk}/edit/",
            *of_businesses(cast, at, sent),
            "/partners/agreements/",
            "/partners/sponsoring/",
            "/records/",
            "/partners/feeds/",
            "/partners/hooks/",
            "/partners/sponsoring/invite/",
            "/imported/sources/",
            "/imported/sources/new/",
        ],
        owner: [f"/partners/agreements/{unsigned.pk}/"],
        network: [
            "/hub/",
            audited(at),
            "/hub/directory/",
            "/hub/channels/",
            f"/hub/partners/{cast.bao.partner.pk}/",
            "/hub/reviews/",
            "/hub/applications/",
            f"/hub/applications/{applied.pk}/",
            "/hub/applications/invite/",
            "/hub/sources/",
            "/hub/templates/",
            "/hub/agreements/",
            "/hub/agreements/new/?kind=sharing",
            f"/hub/agreements/{unsigned.pk}/",
        ],
    }.items():
        for number, path in enumerate(paths):
            window.page.goto(path)
            window.faults.clear()  # a page that is not there is meant to be missing
            for width, theme in LOOKS if "ALL_LOOKS" in os.environ else [LOOKS[number % 2]]:
                window.page.set_viewport_size({"width": width, "height": 900})
                window.page.emulate_media(color_scheme=theme)
                window.settle()
                found.update((path, wrong) for wrong in window.wrongs())
        window.page.goto("about:blank")
    assert not found, "\n".join(f"{path}: {wrong}" for path, wrong in sorted(found))


def called_by(cast, at):
    """How Bao's people are called, with two policies."""
    for severity, *later in ((2, Step(5, Whom.DEPUTIES)), (4, Step(2, Whom.TOLD, ("sms",), EVERYBODY, 3, 2))):
        duty.set_policy(cast.bao.actor(at), Severity(severity), [Step(0, Whom.ON_DUTY), *later], at=at)
    turns = Layer((cast.bao.membership.pk,), at.date(), 7, 8 * 60, 7 * 60, 12 * 60)
    kept = duty.set_turns(cast.bao.actor(at), None, "Days", turns, at=at)
    return ["/duty/escalation/", "/duty/escalation/extreme/", f"/duty/turns/{kept.pk}/", "/duty/swap/"]


def prepared(cast, at):
    """Templates: the partner's own, and a draft that came from one with blanks."""
    ready = Template.objects.get(key="missing-vulnerable")
    own = actions.write_template(cast.avery.actor(at), {**vars(ready), "name": "Missing"}, at=at)
    begun = actions.create_draft(cast.avery.actor(at), own, at=at)
    actions.save_area(cast.avery.actor(at), "The core", draft(cast.avery, at), at=at)
    return ["/templates/", f"/templates/{own.key}/", f"/alerts/{begun.pk}/compose/"]


def of_others(cast, at):
    """Alerts of others: one that broke a rule, one in quarantine."""
    officer = cast.avery.actor(at)
    came = importing.upload(officer, somebody_elses_alert(code=""), "gas.xml", at=at).external
    kept = importing.upload(officer, somebody_elses_alert(scope=""), "gas.xml", at=at).quarantined
    return [
        "/imported/",
        "/imported/new/",
        f"/imported/{came.pk}/",
        "/imported/quarantine/",
        f"/imported/quarantine/{kept.pk}/",
    ]


def of_drills(cast, at):
    """A drill that goes on, and was held before."""
    drill = planned(
        cast.avery, at, *(person.partner.pk for person in (cast.corin, cast.noor, cast.bao, cast.vera))
    )
    for began, quick in ((at - timedelta(days=7), 20), (at - timedelta(minutes=4), 12)):
        run = holding.start_now(cast.avery.actor(began), drill, at=began)
        answered(run, (cast.corin, quick), (cast.bao, 5 * quick), (cast.noor, 9 * quick))
    return [
        "/drills/",
        "/drills/new/?template=missing-vulnerable",
        f"/drills/{drill.pk}/",
        f"/drills/held/{run.pk}/",
    ]


def of_talk(cast, at):
    """A conversation with all that a message can hold."""
    made = talk(cast.avery, cast.corin, at=at)
    says(cast.avery, made, "Somebody tries doors.", at=at)
    says(cast.corin, made, "We lock ours.", reply_to=1, place=Point(*KING_AND_BAY, srid=4326), at=at)
    plan = Stored("file", "plan.pdf", "application/pdf", b"%PDF-")
    says(cast.avery, made, "See the plan.", files=[plan], tlp="AMBER+STRICT", at=at)
    talking.edit(cast.avery.actor(at), made, 3, "See the new plan.", at=at)
    talking.react(cast.corin.actor(at), made, 3, "understood", at=at)
    talking.pin(cast.corin.actor(at), made, 2, at=at)
    talking.mark_read(cast.corin.actor(at), made, 3, at=at)
    here = f"/conversations/{made.pk}/"
    return [
        "/conversations/",
        "/conversations/new/",
        "/conversations/search/?q=doors",
        here,
        f"{here}?reply=2",
        f"{here}3/",
        f"{here}people/",
    ]


def afterwards(cast, alert, at):
    """An incident that is over, about which Corin is asked."""
    actions.acknowledge(cast.corin.actor(at), alert, at=at)
    avery = cast.avery.actor(at)
    incident = incidents.from_alert(avery, alert, at=at)
    incidents.note(avery, incident, "Nobody is hurt.", at=at)
    incidents.close(avery, incident, "Gone before we came.", at=at)
    feedback.ask(avery, incident, at=at)
    return incident


def of_businesses(cast, at, sent):
    """A BIA's pages, with something on each."""
    bao, cafe = (
        cast.bao.actor(at),
        business(cast.bao, at, lat="43.6487", lon="-79.3815", lapses_on="2020-01-01"),
    )
    many(cast.bao.partner, 60, at)
    keeping.add_field(bao, "Has a patio", "yes_no", at=at)
    seat = Seat(body="Board", role="Chair", business=cafe, starts_on=at.date())
    keeping.fill_seat(bao, seat, at=at)
    file = b"Name,Address,Owner phone\nCaf\xc3\xa9 Zo\xc3\xa9,100 King St W,416-555-0199\nNew,1 A St,12\n"
    batch = imports.stage(bao, "members.csv", read(file), at=at)
    again = business(cast.bao, at, name="CAFE ZOE Inc.", manager_name="Lou", manager_phone="416-555-0190")
    asking.ask_one(bao, cafe.pk, at=at)
    Asking.objects.update(digest=asking.digest(STILL_RIGHT.split("/")[2]))
    waits = asking.ask_one(bao, again.pk, at=at)
    Asking.objects.filter(pk=waits.pk).update(
        state="changed", answered_at=at, proposed={"owner_phone": "+14165550155"}, note="Since May."
    )
    passed_on = cascading.pass_on(bao, sent, cascading.Choice(), key="1", at=at)
    return [
        "/businesses/",
        "/businesses/?q=nothing",
        "/businesses/new/",
        f"/businesses/{cafe.pk}/",
        f"/businesses/{cafe.pk}/edit/",
        "/businesses/board/",
        "/businesses/fields/",
        "/businesses/import/",
        f"/businesses/import/{batch.pk}/columns/",
        f"/businesses/import/{batch.pk}/",
        "/businesses/still-right/",
        "/businesses/twice/",
        f"/businesses/twice/{cafe.pk}/{again.pk}/",
        "/businesses/passed-on/",
        "/businesses/passed-on/new/",
        f"/businesses/pass-on/{sent.pk}/",
        f"/businesses/passed-on/{passed_on.pk}/",
    ]


def audited(at):
    """The auditor found something, after it had found nothing."""
    for minutes, broken in ((90, {}), (0, {"moves_on": ["sms: delivery 12"]})):
        Round.objects.create(
            at=at - timedelta(minutes=minutes), took_ms=140, broken=broken, head_position=0, head_hash=""
        )
    return "/hub/auditor/"


def placing_of(cast, at):
    """A file of sites: one is placed, one lies somewhere else, of one nobody knows where."""
    file = b"Name,Latitude,Longitude\nBIA office,43.6485,-79.3801\nCottage,45.1,-79.3\nKiosk,43.6,\n"
    return f"/partners/sites/placing/{placing.prepare(cast.bao.actor(at), read(file), at=at).pk}/"


def owner_of(partner, cast):
    """Somebody who may sign, with a telephone."""
    owner = cast.join("olive", partner, Role.OWNER)
    demo.enrol(owner.user)
    return owner


def invited(cast, at):
    """Somebody new has the link."""
    for name in ("lena", "zoe"):
        invitations.invite(
            cast.bao.actor(at),
            cast.bao.partner,
            f"{name}@cityalert.example",
            name.title(),
            Role.OPERATOR,
            at=at,
        )
    token_digest = sha256(LINK.split("/")[2].encode()).hexdigest()
    Invitation.objects.filter(name="Lena").update(token_digest=token_digest)

"""Into the network in a real browser: the form, the link, the list, the second person, the first owner's first day."""

import re
import time

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import expect

from cityalert.agreements.models import Signing
from partners.models import Membership, Partner
from partners.roles import Role
from tests.cast import PASSWORD
from tests.joining.steps import MAIL, SAID

pytestmark = pytest.mark.django_db(transaction=True)


def test_from_a_stranger_to_an_owner(world, open_window):
    cast = world.cast
    sasha = cast.join("sasha", cast.partners["city"], Role.ADMINISTRATOR)
    sasha.user.is_staff = True
    sasha.user.save()
    viola = cast.join("viola", cast.vera.partner, Role.ADMINISTRATOR)
    enrol(sasha, viola)
    mo, nadia, second, sponsor = (
        open_window(), open_window(cast.nadia), open_window(sasha), open_window(viola)
    )  # fmt: skip

    mo_applies(mo, world)
    mo_signs(mo)
    sasha_calls(second)
    nadia_checks_and_asks(nadia)
    viola_vouches(sponsor)
    nadia_approves(nadia)
    mo_comes_in(mo, world)

    partner = Partner.objects.get(name=SAID["name"])
    assert Membership.objects.get(partner=partner).role == Role.OWNER
    assert Signing.objects.filter(partner=partner, countersigned_at__isnull=False).count() == 2


def enrol(*people):
    from cityalert.accounts import demo

    for person in people:
        demo.enrol(person.user)


def mo_applies(mo, world):
    mo.page.goto("/join/")
    mo.check()
    mo.page.wait_for_timeout(3_500)  # nobody types quicker
    for field, value in SAID.items():
        control = mo.page.locator(f"#id_{field}")
        control.select_option(value) if field == "kind" else control.fill(value)
    mo.press("Send the application")
    mo.shows("Look into your mail")
    mo.check()
    mo.page.goto(world.sandbox.mailboxes[MAIL].expect("Confirm", within=60).links[0])
    mo.press("Open my application")
    mo.shows("Being checked")
    mo.check()


def mo_signs(mo):
    for _ in range(2):
        mo.page.get_by_role("link", name=re.compile("^Read and sign")).first.click()
        mo.page.get_by_text("I have read the text").click()
        mo.check()
        mo.press("Sign")
        mo.page.wait_for_url("**/join/application/")


def opened(window):
    window.page.goto("/hub/applications/")
    window.check()
    window.page.get_by_role("link", name=SAID["name"]).click()
    window.shows("What has to be checked")


def sasha_calls(second):
    opened(second)
    second.page.get_by_text("Write down a call", exact=True).click()
    form = second.page.locator("form", has=second.page.locator("#id_call-back_number"))
    form.locator("#id_call-back_number").fill("+1 416-555-0177")
    form.locator("#id_call-back_number_found").fill("The city’s directory")
    form.locator("#id_call-back_spoke_with").fill("Ines Roy")
    form.locator("#id_call-back_found").fill("Mo runs security there.")
    second.press("Write down the call")
    second.shows("The applicant gave this number")
    second.faults.clear()  # the browser notes that it was refused, as it should be
    second.check()
    second.page.locator("#id_call-back_number").fill("416 555 0100")
    second.press("Write down the call")
    second.shows("The call is written down")


def nadia_checks_and_asks(nadia):
    opened(nadia)
    nadia.page.get_by_text("Write down a check", exact=True).click()
    nadia.page.locator("#id_identity_found").fill("The domain is theirs since 2009")
    nadia.page.locator("form", has=nadia.page.locator("#id_identity_found")).get_by_role("button").click()
    nadia.shows("The domain is theirs since 2009")
    nadia.page.get_by_text("Ask a partner", exact=True).click()
    nadia.page.locator("#id_sponsor_partner").select_option(label="Lakeside Arena")
    nadia.press("Ask them")
    nadia.shows("no answer yet")
    nadia.check()


def viola_vouches(sponsor):
    sponsor.page.goto("/partners/sponsoring/")
    sponsor.check()
    sponsor.page.locator("textarea").fill("Our guards train together.")
    sponsor.press("We vouch for them")
    sponsor.shows("Vouched for")


def nadia_approves(nadia):
    opened(nadia)
    nadia.page.locator("#id_approve_short_name").fill("Harbour Sq")
    nadia.page.locator("#id_approve_network_role").fill("Network administrator")
    nadia.check()
    nadia.press("Approve, and invite their first owner")
    nadia.shows("Approved. Their first owner is invited.")
    nadia.check()
    nadia.page.goto("/hub/")
    nadia.shows(SAID["name"])
    nadia.check()


def mo_comes_in(mo, world):
    mo.page.goto(world.sandbox.mailboxes[MAIL].expect("invites you", within=60).links[0])
    mo.page.locator("input[type=password]").fill(PASSWORD)
    mo.page.locator("main form button[type=submit]").first.click()
    mo.page.wait_for_url("**/accounts/2fa/**")
    mo.page.goto("/accounts/2fa/totp/activate/")
    secret = mo.page.locator("main").inner_text()
    code = format_hotp_value(hotp_value(re.search(r"\b([A-Z2-7]{32})\b", secret)[1], int(time.time()) // 30))
    mo.page.locator("input[name=code]").fill(code)
    mo.press("Use this app from now on")
    mo.page.wait_for_url(lambda url: "activate" not in url)
    mo.page.goto("/partners/agreements/")
    expect(mo.page.locator("main")).to_contain_text("In force")
    mo.check()

"""A sharing group from nothing to an alert for it, as people do it."""

import re

import pytest
from playwright.sync_api import expect

from cityalert.accounts import demo
from cityalert.lib import clock
from partners.grants import apply_roles
from partners.groups import actions as groups
from partners.models import Membership
from partners.roles import Role
from partners.sharing import SharingGroup
from tests.browser.test_main_job import draw, write
from tests.cast import DOWNTOWN

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_group_is_made_joined_and_addressed(world, open_window):
    cast = world.cast
    desk = Membership.objects.filter(pk=cast.corin.membership.pk)
    desk.update(role=Role.OWNER)
    apply_roles(desk)
    demo.enrol(cast.corin.user)
    coordinator, tower, officer = open_window(cast.bao), open_window(cast.corin), open_window(cast.avery)

    page = coordinator.page
    page.goto("/partners/groups/")
    page.get_by_role("link", name="New group").click()
    page.get_by_label("Name").fill("Towers of the district")
    page.get_by_label("What it is for").fill("People on the move, thefts, closed streets.")
    page.get_by_role("button", name="Make the group").click()
    page.get_by_label("Partners to invite").fill("King Bay Tower\nToronto Police Service")
    page.get_by_role("button", name="Invite them").click()
    assert page.get_by_role("row", name="King Bay Tower").get_by_text("Invited").count()

    page = tower.page
    page.goto("/partners/groups/")
    page.get_by_role("button", name="Join").click()
    page.get_by_text("You are in the group.").wait_for()
    assert page.get_by_role("row", name="Financial District BIA").count()

    officer.page.goto("/partners/groups/")
    assert officer.page.get_by_text("An owner or administrator of your organisation answers.").count()
    chief, group = cast.join("ines", cast.avery.partner, Role.OWNER), SharingGroup.objects.get()
    groups.accept(chief.actor(clock.now()), group.pk, at=clock.now())
    the_group_is_addressed(officer, tower, open_window(cast.vera))
    assert [window.faults for window in (coordinator, tower, officer)] == [[], [], []]


def the_group_is_addressed(officer, tower, outside):
    """Of those in the area only who is in the group hears it."""
    tower.page.goto("/alerts/")
    outside.page.goto("/alerts/")
    write(officer, "Somebody tries doors on Bay St")
    officer.page.get_by_text("Only some of the partners").click()
    officer.page.locator("#field-audience_groups").get_by_text("Towers of the district").click()
    draw(officer, DOWNTOWN)
    expect(officer.page.get_by_role("button", name=re.compile(r"^Send to \d+ people"))).to_be_visible()
    officer.page.locator("#send").click()
    officer.page.locator("dialog[open] button[type=submit]").last.click()
    officer.page.wait_for_url("**/reach/")

    tower.shows("Somebody tries doors on Bay St")  # without a touch
    expect(outside.page.get_by_text("Somebody tries doors")).to_have_count(0)

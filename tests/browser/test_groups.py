"""A sharing group from nothing to an alert for it, as people do it."""

import pytest

from cityalert.accounts import demo
from partners.grants import apply_roles
from partners.models import Membership
from partners.roles import Role

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
    assert [window.faults for window in (coordinator, tower, officer)] == [[], [], []]

"""Two people talk, each before a browser; one loses the network and comes back. Nothing is lost or said twice."""

import re

import pytest
from playwright.sync_api import expect

from cityalert.messaging.models import Post
from tests.cast import KING_AND_BAY
from tests.messaging.test_files import picture

pytestmark = pytest.mark.django_db(transaction=True)


def say(window, text):
    """As somebody on a keyboard does."""
    box = window.page.get_by_label("Message", exact=True)
    box.fill(text)
    box.press("Control+Enter")


def stands(window, text):
    """Waits until it was said: what waits to be sent does not count."""
    expect(window.page.locator("#posts .post-text").filter(has_text=text)).to_be_visible()


def said(window):
    """What stands there, in its order."""
    return [one.strip() for one in window.page.locator("#posts .post-text").all_inner_texts()]


def test_two_talk_and_one_goes_away_and_comes_back(world, open_window):
    cast = world.cast
    officer, tower = open_window(cast.avery), open_window(cast.corin, width=390, dark=True)

    page = officer.page
    page.goto("/conversations/")
    page.get_by_role("link", name="New conversation").click()
    page.get_by_label("What it is about").fill("Doors on Bay St")
    page.get_by_label("King Bay Tower").check()
    page.get_by_role("button", name="Open the conversation").click()
    page.wait_for_url(re.compile(r"/conversations/[0-9a-f-]{36}/"))
    address = page.url
    say(officer, "Somebody tries doors.")
    stands(officer, "Somebody tries doors.")

    tower.page.goto("/conversations/")
    tower.shows("1 new")
    tower.page.get_by_role("link", name="Doors on Bay St").click()
    tower.shows("Somebody tries doors.")
    say(tower, "We lock ours.")
    stands(officer, "We lock ours.")  # without a touch

    goes_away_and_comes_back(officer, tower)
    a_photo_with_its_place_in_three_taps(tower, officer)
    assert said(officer) == said(tower)
    assert Post.objects.count() == 6
    for window in (officer, tower):
        window.page.goto(address)
        window.settle()
        window.faults = [one for one in window.faults if "ERR_INTERNET_DISCONNECTED" not in one]
        window.check()


def goes_away_and_comes_back(officer, tower):
    """In the cellar there is no network: what is written waits, is seen to wait, and goes out once."""
    context = tower.page.context
    context.set_offline(True)
    say(tower, "From the cellar, one")
    say(tower, "From the cellar, two")
    expect(tower.page.locator("#waiting li")).to_have_count(2)
    tower.shows("Waiting for the network")
    say(officer, "Are you there?")
    stands(officer, "Are you there?")
    expect(tower.page.get_by_text("Are you there?")).to_have_count(0)

    context.set_offline(False)
    expect(tower.page.locator("#waiting li")).to_have_count(0)
    stands(tower, "Are you there?")
    stands(officer, "From the cellar, two")
    for window in (officer, tower):
        expect(window.page.locator("#posts .post")).to_have_count(5)
    assert Post.objects.filter(text__startswith="From the cellar").count() == 2


def a_photo_with_its_place_in_three_taps(tower, officer):
    """One tap for the camera, one in it, one to send."""
    context = tower.page.context
    context.grant_permissions(["geolocation"])
    context.set_geolocation({"longitude": KING_AND_BAY[0], "latitude": KING_AND_BAY[1]})
    with tower.page.expect_file_chooser() as camera:
        tower.page.get_by_text("Photo here").click()
    camera.value.set_files({"name": "IMG.jpg", "mimeType": "image/jpeg", "buffer": picture()})
    expect(tower.page.locator("[data-place]")).to_be_visible()
    tower.press("Send")
    expect(officer.page.locator("#posts .photo img")).to_be_visible()
    officer.shows("43.64870")

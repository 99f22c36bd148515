"""The main job in two windows: an officer writes, sends, updates and cancels; an operator sees and answers."""

import json
import re

import pytest
from playwright.sync_api import expect

from cityalert.alerts.models import Alert
from cityalert.audit.models import Entry
from tests.cast import DOWNTOWN

pytestmark = pytest.mark.django_db(transaction=True)

HEADLINE = "Armed person, King St W and Bay St"


def test_an_alert_from_the_first_line_to_the_last_receipt(world, open_window):
    cast, phones, mail = world.cast, world.sandbox.phones, world.sandbox.mailboxes
    officer, operator, outsider = open_window(cast.avery), open_window(cast.corin), open_window(cast.otto)
    operator.page.goto("/alerts/")
    outsider.page.goto("/alerts/")

    # Avery writes, draws and looks at who hears it.
    write(officer, HEADLINE)
    draw(officer, DOWNTOWN)
    expect(officer.page.get_by_role("button", name=re.compile(r"^Send to \d+ people"))).to_be_visible()
    officer.check()

    # One confirmation, one button.
    officer.page.locator("#send").click()
    officer.shows("Send this alert?")
    officer.page.locator("dialog[open] button[type=submit]").last.click()
    officer.page.wait_for_url("**/reach/")

    # Corin's screen shows it, without being touched; A says that it is seen to.
    operator.shows(HEADLINE)
    operator.check()
    operator.page.keyboard.press("a")
    operator.shows("Acknowledged")

    # Phones and mailboxes: Vera answers by text, Bao by the link.
    phones[cast.vera.phone].expect("Armed person", within=60).reply("ACK")
    link = mail[cast.bao.email].expect("Armed person", within=60).links[0]
    open_link(open_window(), link)

    # Avery sees the numbers move.
    officer.shows("Acknowledged")
    expect(officer.page.locator("main")).to_contain_text(re.compile(r"Acknowledged\s*3"))
    officer.check()

    # An update, and the end.
    officer.press("Update")
    officer.page.wait_for_url("**/compose/")
    headline = officer.page.locator("#id_en_headline")
    headline.fill("Armed person has left, King St W and Bay St")
    headline.blur()
    send(officer)
    operator.shows("Armed person has left")
    phones[cast.vera.phone].expect("has left", within=60)

    officer.press("Cancel alert")
    officer.press("Cancel the alert")
    operator.shows("Cancelled")
    phones[cast.vera.phone].expect("CANCELLED", within=60)
    mail[cast.bao.email].expect("CANCELLED", within=60)

    # Otto got nothing, and finds nothing.
    assert phones[cast.otto.phone].messages == []
    assert mail[cast.otto.email].messages == []
    expect(outsider.page.get_by_text("Armed person")).to_have_count(0)
    first = Alert.objects.order_by("published_at").first()
    assert outsider.page.goto(f"/alerts/{first.pk}/").status == 404
    assert Entry.objects.filter(verb="alert.published").count() == 1
    assert Entry.objects.filter(verb="alert.acknowledged").count() == 3


def write(window, headline):
    window.page.goto("/")
    window.press("New alert")
    window.page.wait_for_url("**/compose/")
    window.page.locator("#template").select_option(label="Armed person")
    expect(window.page.locator("#id_en_headline")).not_to_have_value("")
    window.page.locator("#id_en_headline").fill(headline)
    window.page.get_by_text("Partners only").first.click()
    window.page.locator("#id_area_desc").fill("King St W and Bay St")


def draw(window, area):
    """Pasted, as whoever cannot use the map would; drawing with the pointer has its own test."""
    shape = area["shapes"][0]
    window.press("Paste")
    window.page.locator("#area-paste").fill(json.dumps({"type": shape["type"], "coordinates": shape["coordinates"]}))
    window.page.locator("[data-act=paste]").click()


def send(window):
    window.page.locator("#send").click()
    window.page.locator("dialog[open] button[type=submit]").last.click()
    window.page.wait_for_url("**/reach/")


def open_link(window, link):
    window.page.goto(link)
    window.check()
    window.press("I have it: acknowledge")
    window.shows("Thank you")

"""The main job in two windows: an officer writes, sends, updates and cancels; an operator sees and answers."""

import json
import re

import pytest
from django.contrib.gis.geos import Point
from playwright.sync_api import expect

from cityalert.alerts.models import Alert
from cityalert.audit.models import Entry
from cityalert.geo.gazetteer import fold
from cityalert.geo.models import Place
from tests.cast import DOWNTOWN, KING_AND_BAY

pytestmark = pytest.mark.django_db(transaction=True)

HEADLINE = "Armed person, King St W and Bay St"


def test_an_alert_from_the_first_line_to_the_last_receipt(world, open_window):
    cast = world.cast
    officer, operator, outsider = open_window(cast.avery), open_window(cast.corin), open_window(cast.otto)
    operator.page.goto("/alerts/")
    outsider.page.goto("/alerts/")

    avery_sends_it_by_keyboard(officer)
    corin_acknowledges_by_key(operator)
    vera_answers_by_text_and_bao_by_link(world, open_window())
    expect(officer.page.locator("main")).to_contain_text(re.compile(r"Acknowledged\s*3"))
    officer.check()
    avery_updates_it(officer, operator, world)
    avery_cancels_it(officer, operator, world)

    otto_got_nothing(outsider, world)
    published = Entry.objects.filter(verb="alert.published")
    assert published.count() == 3  # the alert, its update, and its end
    assert Entry.objects.filter(verb="alert.acknowledged").count() == 3


def avery_sends_it_by_keyboard(officer):
    """From the first page to sent, without a pointer."""
    keys, shape = officer.page.keyboard, DOWNTOWN["shapes"][0]
    officer.page.goto("/")
    tab_to(officer, "form[action='/alerts/new/'] button")
    keys.press("Enter")
    officer.page.wait_for_url("**/compose/")
    officer.page.wait_for_function("() => customElements.get('area-editor')")
    tab_to(officer, "#template")
    keys.type("Armed")
    headline = officer.page.locator("#id_en_headline")
    expect(headline).not_to_have_value("")
    tab_to(officer, "#id_en_headline")
    keys.press("ControlOrMeta+a")
    keys.insert_text(HEADLINE)
    tab_to(officer, "#id_area_desc")
    keys.insert_text("King St W and Bay St")
    tab_to(officer, "[data-tool=paste]")
    keys.press("Enter")  # the cursor goes into the box
    keys.insert_text(json.dumps({"type": shape["type"], "coordinates": shape["coordinates"]}))
    tab_to(officer, "[data-act=paste]")
    keys.press("Enter")
    expect(officer.page.get_by_role("button", name=re.compile(r"^Send to \d+ people"))).to_be_visible()
    officer.check()
    keys.press("ControlOrMeta+Enter")
    officer.shows("Send this alert?")
    officer.check()
    tab_to(officer, "#release-button")
    keys.press("Enter")
    officer.page.wait_for_url("**/reach/")


def tab_to(window, wanted):
    """Press Tab until the cursor is there, once round the page at most."""
    for _press in range(200):
        if window.page.evaluate("(wanted) => Boolean(document.activeElement?.matches(wanted))", wanted):
            return
        window.page.keyboard.press("Tab")
    raise AssertionError(f"{wanted} is not reached by Tab")


def corin_acknowledges_by_key(operator):
    operator.shows(HEADLINE)  # without a touch
    operator.check()
    operator.page.keyboard.press("a")
    operator.shows("Acknowledged")


def vera_answers_by_text_and_bao_by_link(world, window):
    vera, bao = world.cast.vera, world.cast.bao
    world.sandbox.phones[vera.phone].expect("Armed person", within=60).reply("ACK")
    window.page.goto(world.sandbox.mailboxes[bao.email].expect("Armed person", within=60).links[0])
    window.check()
    window.press("I have it: acknowledge")
    window.shows("Thank you")


def avery_updates_it(officer, operator, world):
    officer.page.goto("/")
    officer.press("Update")
    officer.page.wait_for_url("**/compose/")
    headline = officer.page.locator("#id_en_headline")
    headline.fill("Armed person has left, King St W and Bay St")
    headline.blur()
    officer.page.locator("#send").click()
    officer.page.locator("dialog[open] button[type=submit]").last.click()
    officer.page.wait_for_url("**/reach/")
    operator.shows("Armed person has left")
    world.sandbox.phones[world.cast.vera.phone].expect("has left", within=60)


def avery_cancels_it(officer, operator, world):
    officer.page.goto("/")
    officer.page.get_by_text("End or take back").locator("visible=true").first.click()
    officer.press("Cancelled: tell")
    operator.shows("Cancelled")
    world.sandbox.phones[world.cast.vera.phone].expect("CANCELLED", within=60)
    world.sandbox.mailboxes[world.cast.bao.email].expect("CANCELLED", within=60)


def otto_got_nothing(outsider, world):
    otto = world.cast.otto
    assert world.sandbox.phones[otto.phone].messages == []
    assert world.sandbox.mailboxes[otto.email].messages == []
    expect(outsider.page.get_by_text("Armed person")).to_have_count(0)
    first = Alert.objects.order_by("published_at").first()
    assert outsider.page.goto(f"/alerts/{first.pk}/").status == 404


def test_the_public_hears_it_when_a_second_person_agrees(world, open_window):
    cast, phones = world.cast, world.sandbox.phones
    officer = open_window(cast.avery)

    write(officer, HEADLINE)
    officer.page.get_by_text("Partners and the public").first.click()
    officer.page.locator("input[name=tlp][value=CLEAR]").check(force=True)
    draw(officer, DOWNTOWN)
    ask = officer.page.get_by_role("button", name=re.compile("second person", re.IGNORECASE))
    expect(ask.locator("visible=true").first).to_be_visible()
    officer.page.locator("#send").click()
    officer.page.locator("dialog[open] button[type=submit]").last.click()
    expect(officer.page.locator("main")).to_contain_text("second person")
    phones[cast.rosa.phone].expect_nothing()

    sergeant = open_window(cast.sam, width=390)
    sergeant.page.goto("/")
    sergeant.page.get_by_role("link", name=re.compile(HEADLINE)).locator("visible=true").first.click()
    sergeant.page.locator("main a[href$='/compose/']").locator("visible=true").first.click()
    sergeant.shows("A second person is asked: you")
    sergeant.check()
    sergeant.page.locator("#send").click()
    sergeant.page.locator("dialog[open] button[type=submit]").last.click()
    sergeant.page.wait_for_url("**/reach/")

    phones[cast.rosa.phone].expect("Armed person", within=60)


def test_an_area_drawn_with_the_pointer_and_given_in_the_other_ways(world, open_window):
    Place.objects.create(
        name="King St W & Bay St", search=fold("King St W & Bay St"), location=Point(*KING_AND_BAY)
    )
    officer = open_window(world.cast.avery)
    write(officer, HEADLINE)
    canvas = officer.page.locator("area-editor canvas").first
    canvas.scroll_into_view_if_needed()
    expect(canvas).to_be_visible()
    officer.page.wait_for_timeout(3_000)  # the map draws itself in software here
    box = canvas.bounding_box()
    middle_x, middle_y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    corners = [(-60, -60), (60, -60), (60, 60), (-60, 60)]

    for dx, dy in [*corners, corners[-1]]:
        officer.page.mouse.move(middle_x + dx, middle_y + dy, steps=4)
        officer.page.mouse.click(middle_x + dx, middle_y + dy)

    value = officer.page.locator("area-editor [data-part=value]")
    expect(value).to_have_value(re.compile(r'"Polygon"'))
    ring = json.loads(value.input_value())["shapes"][0]["coordinates"][0]
    assert len(ring) == 5
    assert all(-80 < lon < -79 and 43 < lat < 44 for lon, lat in ring)
    officer.shows("km²")
    a_circle_is_drawn(officer, middle_x, middle_y)
    an_address_is_found(officer)
    a_file_and_a_zone_are_taken(officer)


def a_circle_is_drawn(officer, x, y):
    officer.press("Circle")
    for dx in (90, 150):
        officer.page.mouse.move(x + dx, y + 90, steps=4)
        officer.page.mouse.click(x + dx, y + 90)
    officer.shows("Circle, ")


def an_address_is_found(officer):
    """By the keyboard: the place that was found is the middle of a circle."""
    officer.press("Address")
    officer.page.keyboard.type("king bay")
    officer.page.keyboard.press("Enter")
    expect(officer.page.get_by_role("button", name="King St W & Bay St")).to_be_focused()
    officer.page.keyboard.press("Enter")
    officer.shows("Circle, 300 m")


def a_file_and_a_zone_are_taken(officer):
    file = json.dumps(DOWNTOWN["shapes"][0]).encode()
    officer.press("Paste")
    officer.page.locator("[data-part=file]").set_input_files(
        {"name": "area.geojson", "mimeType": "application/geo+json", "buffer": file}
    )
    officer.press("Zones")
    officer.page.get_by_role("checkbox", name="Financial District", exact=True).check()

    said = json.loads(officer.page.locator("area-editor [data-part=value]").input_value())
    assert [one["type"] for one in said["shapes"]] == ["Polygon", "Circle", "Circle", "Polygon"]
    assert said["shapes"][2]["center"] == pytest.approx(list(KING_AND_BAY))
    assert len(said["zones"]) == 1
    expect(officer.page.get_by_role("button", name=re.compile(r"^Send to \d+ people"))).to_be_visible()


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
    window.page.locator("#area-paste").fill(
        json.dumps({"type": shape["type"], "coordinates": shape["coordinates"]})
    )
    window.page.locator("[data-act=paste]").click()

"""Rosa subscribes without an account, hears what concerns her street, changes it, and leaves no trace but her STOP."""

import json
import re
from datetime import timedelta

import pytest
from django.contrib.gis.geos import Point
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cityalert.accounts import letters
from cityalert.alerts import targeting
from cityalert.alerts.topics import Topic
from cityalert.audit.models import Entry
from cityalert.delivery import claiming, fanout, forgetting, sending
from cityalert.delivery.audience import frozen
from cityalert.delivery.models import Delivery, Notice
from cityalert.geo.gazetteer import fold
from cityalert.geo.models import Place
from cityalert.lib import clock
from cityalert.lib.refusals import NotThere
from cityalert.lib.sealed import mark
from cityalert.residents import actions, brakes, work
from cityalert.residents.models import Asking
from cityalert.subscriptions.models import Consent, ContactPoint, Stop, Subscriber
from tests.alerts.writing import draft, public
from tests.door import let_in

pytestmark = pytest.mark.django_db

FORM = reverse("residents:subscribe", args=["en"])
NEW = "+14165550142"
MAIL = "rosa@street.example"
CORNER = "King St W and Bay St"


@pytest.fixture(autouse=True)
def _easy_work(monkeypatch):
    monkeypatch.setattr(work, "BITS", 2)


@pytest.fixture
def corner(db):
    return Place.objects.create(
        name=CORNER, search=fold(CORNER), location=Point(-79.3806, 43.6485, srid=4326)
    )


def worked(**typed):
    """What a browser with script adds."""
    asked = work.challenge(clock.now())
    found = next(n for n in range(1000) if work.is_done(asked, str(n), at=clock.now()))
    return {"work": asked, "found": str(found), **typed}


def typed(**more):
    return {
        "channel": "email", "address": MAIL, "where_1": CORNER, "label_1": "Home", "metres_1": "800", "severity": "0",
        "language": "en", "agreed": "1", **more,
    }  # fmt: skip


def letter(at, word):
    letters.send_due(at=at + timedelta(minutes=1))
    return re.search(rf"http\S+{word}\S+", mail.outbox[-1].body)[0]


def path(link):
    return re.sub(r"^https?://[^/]+", "", link)


def subscribed(at, address=MAIL, **wish):
    """Somebody who has confirmed."""
    wish = {"places": [{"label": "Home", "about": CORNER, "lon": -79.3806, "lat": 43.6485, "metres": 800}],
            "topics": 0, "severity": 0, **wish}  # fmt: skip
    asking = actions.ask(
        "email", address, "en", wish, agreed={"version": "1", "words": "Yes", "language": "en"}, at=at
    )
    return actions._settle(asking, at)


def hears(alert, at):
    """Which residents an alert is for."""
    audience = frozen(targeting.audience(alert, at))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT subscriber_id FROM ({audience.sql}) f WHERE kind = 'resident'", audience.params
        )
        return {pk for (pk,) in cursor.fetchall()}


def test_from_the_form_to_the_last_message(cast, at, corner):
    rosa = Client()
    assert rosa.post(FORM, typed()).url == reverse("residents:sent", args=["en"])
    assert not Consent.objects.exists()

    link = path(letter(at, "open"))
    assert "Confirm and open" in rosa.get(link).content.decode()
    assert not Consent.objects.exists()  # scanners look, too
    mine = rosa.post(link, follow=True).content.decode()
    assert "Home" in mine
    assert f"{CORNER}, 800 m" in mine
    assert MAIL not in mine
    assert Client().post(link).status_code == 404

    resident = Consent.objects.get(version="2026-11").subscriber
    told = public(cast.avery, cast.sam, at).notice
    fanout.fan_out(told.pk, at=at)
    message = next(one for one in claiming.claim("email", at=at) if one.address == MAIL)
    why = path(message.leave)
    assert Client().get(path(message.link)).url == why
    assert f"Because you watch “Home” ({CORNER}, 800 m)" in Client().get(why).content.decode()

    assert (
        "Nothing more comes to you" in Client().post(why, {"List-Unsubscribe": "One-Click"}).content.decode()
    )
    assert not Subscriber.objects.filter(pk=resident.pk).exists()
    assert not ContactPoint.objects.filter(address=MAIL).exists()
    assert Stop.objects.get().mark == mark("email", MAIL)
    assert "not subscribed any more" in Client().get(why).content.decode()
    verbs = Entry.objects.filter(verb__startswith="resident.").order_by("position")
    assert [one.verb for one in verbs] == ["resident.subscribed", "resident.left"]
    assert MAIL not in str([one.facts for one in verbs])


def test_a_number_is_confirmed_by_its_code(cast, at, corner, sandbox):
    rosa = Client()
    text = typed(channel="sms", address="(416) 555-0142")
    refused = rosa.post(FORM, text)
    assert refused.status_code == 422
    assert "choose e-mail" in refused.content.decode()
    assert 'value="(416) 555-0142"' in refused.content.decode()

    page = rosa.post(FORM, worked(**text), follow=True)
    assert "Type in the code" in page.content.decode()
    sending.send_due("sms")
    code = re.search(r"\b\d{6}\b", sandbox.phones[NEW].expect("code").body)[0]
    wrong = "000000" if code != "000000" else "000001"
    typing = reverse("residents:code", args=["en"])
    assert rosa.post(typing, {"code": wrong}).status_code == 422
    assert Client().post(typing, {"code": code}).status_code == 422  # another browser
    assert rosa.post(typing, {"code": f"{code[:3]} {code[3:]}"}).url == reverse("residents:mine", args=["en"])
    assert ContactPoint.objects.get(address=NEW).verified_at


def test_nobody_learns_whether_an_address_is_known(cast, at, corner):
    subscribed(at)

    def answers(address):
        client = Client()
        with CaptureQueriesContext(
            connection,
        ) as asked:
            first = client.post(FORM, typed(address=address))
        page = client.get(first.url)
        hidden = re.sub(rb'value="[^"]{40,}"|data-work="[^"]*"|"X-CSRFToken": "[^"]*"', b"", page.content)
        return first.status_code, first.url, hidden, len(asked)

    assert answers(MAIL) == answers("nobody@street.example")
    assert len(letters.Letter.objects.filter(address__in=[MAIL, "nobody@street.example"])) == 3


@pytest.mark.parametrize(
    ("wish", "event", "severity", "is_told"),
    [
        ({}, "fire", 1, True),
        ({"topics": Topic.FIRE + Topic.SCHOOLS}, "fire", 3, True),
        ({"topics": Topic.TRAFFIC}, "fire", 3, False),
        ({"topics": Topic.TRAFFIC}, "fire", 4, True),  # extreme danger reaches everybody
    ],
)
def test_residents_hear_what_they_chose(cast, at, wish, event, severity, is_told):
    resident = subscribed(at, **wish)
    alert = draft(cast.avery, at, scope="Public", tlp="CLEAR", event=event, severity=severity)

    assert (resident.pk in hears(alert, at)) is is_told
    actions.pause(resident, "week", at=at)
    assert resident.pk not in hears(alert, at)
    assert (resident.pk in hears(alert, at + timedelta(days=8))) is is_told


def test_their_page_is_theirs_alone_and_changes_what_they_hear(cast, at, corner):
    resident, rosa = subscribed(at), Client()
    mine = reverse("residents:mine", args=["en"])
    assert rosa.get(mine).status_code == 404

    rosa.post(reverse("residents:link", args=["en"]), {"channel": "email", "address": MAIL.upper()})
    rosa.post(path(letter(at, "open")))
    rosa.post(mine, {"press": "change", "topics": ["2", "8"], "severity": "2", "language": "fr", "where_1": CORNER,
                     "label_1": "School", "metres_1": "300"})  # fmt: skip
    resident.refresh_from_db()
    assert (resident.language, resident.contact_points.get().min_severity) == ("fr", 2)
    assert set(resident.watch_areas.values_list("label", "topics")) == {("Home", 10), ("School", 10)}

    other = subscribed(at, "other@street.example").watch_areas.get()
    rosa.post(mine, {"press": "drop", "place": other.pk})
    assert other.subscriber.watch_areas.exists()
    rosa.post(reverse("residents:add", args=["en"]), {"channel": "email", "address": "second@street.example"})
    rosa.post(path(letter(at, "open")))
    assert resident.contact_points.count() == 2
    assert rosa.post(mine, {"press": "stop"}).url == reverse("residents:over", args=["en"])
    assert not Subscriber.objects.filter(pk=resident.pk).exists()
    with pytest.raises(NotThere):
        actions.open_link("nothing", at=at)


def test_a_resident_draws_a_place(cast, at):
    drawn = json.dumps(
        {"shapes": [{"type": "Circle", "center": [-79.38, 43.65], "radius_m": 90}], "zones": []}
    )
    rosa = Client()
    rosa.post(FORM, typed(where_1="", label_1="", drawn=drawn, drawn_label="Garden"))

    mine = rosa.post(path(letter(at, "open")), follow=True).content.decode()

    assert "Garden" in mine
    assert "Drawn on the map, 0.025 km²" in mine
    garden = Subscriber.objects.get(consents__isnull=False).watch_areas.get()
    assert garden.area.contains(Point(-79.38, 43.65, srid=4326))


def opened(at, address=MAIL):
    """Rosa's own page in her browser."""
    rosa = Client()
    rosa.post(reverse("residents:link", args=["en"]), {"channel": "email", "address": address})
    rosa.post(path(letter(at, "open")))
    return rosa


def test_why_they_were_told_stays_as_it_was_when_they_change_their_places(cast, at, corner):
    resident = subscribed(at)
    told = public(cast.avery, cast.sam, at).notice
    fanout.fan_out(told.pk, at=at)
    (message,) = [one for one in claiming.claim("email", at=at) if one.address == MAIL]
    rosa, mine = opened(at), reverse("residents:mine", args=["en"])

    rosa.post(mine, {"press": "change", "severity": "0", "language": "en", "where_1": CORNER, "label_1": "School",
                     "metres_1": "300"})  # fmt: skip
    home = resident.watch_areas.get(label="Home")
    rosa.post(mine, {"press": "drop", "place": home.pk})

    said = Client().get(path(message.leave)).content.decode()
    assert "touches a place that you watch: Home." in said
    assert "School" not in said
    rosa.post(mine, {"press": "stop"})
    assert "Home" not in Client().get(path(message.leave)).content.decode(), "nothing of them is left"


def test_a_test_goes_to_each_of_their_own_and_not_too_often(cast, at):
    subscribed(at)
    rosa, mine = opened(at), reverse("residents:mine", args=["en"])

    page = rosa.post(mine, {"press": "try"}, follow=True).content.decode()

    assert "On its way" in page
    assert "Test:" in page
    (message,) = claiming.claim("email", at=clock.now())
    assert (message.address, message.link in message.text("text")) == (MAIL, False)
    assert "TEST" in message.texts["subject"]
    assert "It was a test" in Client().get(path(message.leave)).content.decode()
    assert "not six hours old" in rosa.post(mine, {"press": "try"}, follow=True).content.decode()
    assert Delivery.objects.count() == 1
    assert Client().post(mine, {"press": "try"}).status_code == 404


def test_what_is_not_confirmed_is_gone_after_a_day(at):
    actions.ask("email", MAIL, "en", at=at)
    actions.forget(at=at + timedelta(hours=23))
    assert Asking.objects.count() == 1
    actions.forget(at=at + timedelta(hours=24))
    assert not Asking.objects.exists()


def test_a_stop_by_text_forgets_the_number_and_no_code_goes_there(cast, at):
    subscribed(at, MAIL)
    ContactPoint.objects.filter(address=MAIL).update(channel="sms", address=NEW)
    told = public(cast.avery, cast.sam, at).notice
    fanout.fan_out(told.pk, at=at)

    forgetting.stop("sms", NEW, at=at, by_text=True)

    assert not ContactPoint.objects.filter(address=NEW).exists()
    assert Delivery.objects.filter(notice=told, state="opted_out", address__isnull=False).count() == 1
    assert not Delivery.objects.filter(address=NEW).exists()
    assert not actions.ask("sms", NEW, "en", at=at).was_sent
    assert not Notice.objects.filter(topic="contact:new").exists()


def test_budgets_and_the_breaker_hold_texts_back(cast, at):
    for _turn in range(brakes.PER_ADDRESS):
        assert actions.ask("sms", NEW, "en", at=at).was_sent
    assert not actions.ask("sms", NEW, "en", at=at).was_sent
    sent = [actions.ask("sms", f"+1416555{n:04}", "en", at=at).was_sent for n in range(1000, 1025)]
    assert sum(sent) == brakes.PER_PREFIX - brakes.PER_ADDRESS

    later = at + timedelta(minutes=11)
    for n in range(brakes.ENOUGH):
        actions.ask("sms", f"+1647{n:03}0100", "en", at=at)
    assert brakes.day(later).is_shut
    assert not actions.ask("sms", "+14375550100", "en", at=later).was_sent
    assert actions.ask("email", MAIL, "en", at=later).was_sent

    page = reverse("residents:brakes")
    assert let_in(Client(), cast.avery).get(page).status_code == 404
    actions.reopen(cast.avery.actor(at), at=later)
    assert actions.ask("sms", "+14375550100", "en", at=later).was_sent
    assert Entry.objects.latest("position").verb == "codes.reopened"


def test_work_is_done_anew_for_each_text(at):
    done = worked()
    assert work.is_done(done["work"], done["found"], at=at)
    assert not work.is_done(done["work"], done["found"], at=at + timedelta(hours=3))
    assert not work.is_done("made up", "1", at=at)
    assert actions.ask("sms", NEW, "en", work=done["work"], at=at).was_sent
    assert not actions.ask("sms", "+14375550100", "en", work=done["work"], at=at).was_sent

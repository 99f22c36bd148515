"""What everybody may read: public alerts, and nothing else; true within seconds; the same for everybody."""

import io
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from PIL import Image

from cityalert.alerts import actions
from cityalert.public import standing
from cityalert.public.standing import Standing
from tests.alerts.writing import draft, public, published
from tests.door import let_in

pytestmark = pytest.mark.django_db


def page(alert, language="en", name="alert"):
    return reverse(f"public:{name}", args=[language, alert.pk])


def current(language="en"):
    return Client().get(reverse("public:current", args=[language])).content.decode()


def cancelled(cast, alert, at):
    return actions.publish(
        cast.avery.actor(at), actions.start_cancel(cast.avery.actor(at), alert, at=at), key="over", at=at
    )


def test_whoever_opens_the_page_reads_what_is_going_on_and_whom_to_call(cast, at):
    alert = public(cast.avery, cast.sam, at)

    said = Client().get(page(alert)).content.decode()
    assert said.index("call 911") < said.index("Armed person, King St W and Bay St</h1>")
    assert "Lock your doors." in said
    assert "Toronto Police Service" in said
    assert "Armed person" in current()
    assert "1 alert is going on" in current()
    assert "Personne armée" in current("fr")
    assert "le 911" in current("fr")
    # Drawn by the server, for those without script.
    assert '<path class="m-area"' in said
    assert '<path class="g-major"' in said
    for person in cast:
        assert person.user.name not in said


@pytest.mark.parametrize("name", ["alert", "card"])
def test_what_is_not_public_looks_like_what_never_was(name, cast, at, settings):
    hidden = [
        published(cast.avery, at),
        published(cast.avery, at, scope="Public", tlp="CLEAR", status="Exercise", exercise_note="Drill"),
        published(cast.avery, at, scope="Public", tlp="CLEAR", status="Test"),
        draft(cast.avery, at, scope="Public", tlp="CLEAR"),
    ]

    nothing = Client().get(reverse(f"public:{name}", args=["en", uuid4()]))
    for alert in hidden:
        answer = Client().get(page(alert, name=name))
        assert (answer.status_code, answer.content) == (404, nothing.content)
        cap = Client().get(reverse("public:cap", args=[alert.pk]))
        assert (cap.status_code, cap.content) == (404, b"")
    assert "No alert is going on" in current()


def test_a_test_stands_there_if_the_city_wants_so_and_nobody_takes_it_for_real(cast, at, settings):
    settings.PUBLIC_TESTS = True
    alert = published(cast.avery, at, scope="Public", tlp="CLEAR", status="Test")

    said = Client().get(page(alert)).content.decode()
    assert 'body class="is-exercise"' in said
    assert "This is not a real alert" in said
    assert "<title>TEST: " in said
    assert "[TEST] " in said


def test_a_cancelled_version_says_so_first_and_leads_to_the_last(cast, at):
    alert = public(cast.avery, cast.sam, at)
    over = cancelled(cast, alert, at + timedelta(minutes=5))

    said = Client().get(page(alert)).content.decode()
    assert said.index("This alert was cancelled. It is over.") < said.index("<h1")
    assert page(over) in said
    assert "No alert is going on" in current()
    assert "Over, within the last day" in current()


def test_it_is_over_when_its_time_is_though_nobody_has_swept(cast, at):
    alert = public(cast.avery, cast.sam, at, expires_at=at + timedelta(hours=1))

    with time_machine.travel(at + timedelta(hours=1), tick=False):
        assert "This alert has ended." in Client().get(page(alert)).content.decode()
        assert "No alert is going on" in current()
    alert.refresh_from_db()
    assert standing.of(alert, at) == Standing.CURRENT


def test_the_page_is_the_same_for_everybody_and_may_be_kept_for_seconds(cast, at):
    alert = public(cast.avery, cast.sam, at)
    with time_machine.travel(at, tick=False):
        stranger = Client().get(page(alert))
        officer = let_in(Client(), cast.noor).get(page(alert))

        assert officer.content == stranger.content
        assert stranger["Cache-Control"] == "public, max-age=5" == officer["Cache-Control"]
        assert not stranger.cookies
        again = Client().get(page(alert), headers={"If-None-Match": stranger["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
        cancelled(cast, alert, at + timedelta(seconds=1))
        assert Client().get(page(alert), headers={"If-None-Match": stranger["ETag"]}).status_code == 200


def test_a_link_to_it_has_a_picture_that_says_how_it_stands(cast, at):
    alert = public(cast.avery, cast.sam, at)
    assert page(alert, name="card") in Client().get(page(alert)).content.decode()

    before = Client().get(page(alert, name="card")).content
    assert Image.open(io.BytesIO(before)).size == (1200, 630)
    cancelled(cast, alert, at + timedelta(minutes=5))
    assert Client().get(page(alert, name="card")).content != before


def test_the_bare_address_leads_to_the_readers_language():
    for asked, path in (("fr-CA,fr;q=0.9", "/public/fr/"), ("de", "/public/en/")):
        answer = Client().get("/public/", headers={"Accept-Language": asked})
        assert answer["Location"] == path
        assert "Accept-Language" in answer["Vary"]


def test_residents_find_the_page_in_their_mail(cast, at):
    alert = public(cast.avery, cast.sam, at)

    assert page(alert, "fr") in alert.notice.texts["fr"]["text"]
    assert page(alert, "en") in alert.notice.texts["en"]["html"]
    assert "/public/" not in alert.notice.texts["en"]["sms"]
    assert "/public/" not in published(cast.avery, at).notice.texts["en"]["text"]


def test_lists_cost_the_same_however_many_there_are(cast, at, django_assert_max_num_queries):
    for number in range(3):
        public(cast.avery, cast.sam, at, area_desc=f"Place {number}")
    with django_assert_max_num_queries(5):
        current()

"""Alerts of others come in by hand: shown as external, never sent, and only a person begins an alert from one."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from cityalert.alerts.models import Alert
from cityalert.audit.queries import timeline
from cityalert.exchange import actions
from cityalert.exchange.models import External, Quarantined
from partners.roles import Role
from tests.door import let_in
from tests.exchange.samples import alert, info, of_agencies

pytestmark = pytest.mark.django_db


@pytest.fixture
def avery(cast, client):
    return let_in(client, cast.avery)


def bring(client, raw: bytes, name: str = "gas.xml"):
    return client.post("/imported/new/", {"file": SimpleUploadedFile(name, raw)}, follow=True)


def test_an_alert_of_others_is_shown_as_external_and_told_to_nobody(avery, cast):
    page = bring(avery, alert())

    external = External.objects.get()
    assert page.redirect_chain == [(f"/imported/{external.pk}/", 302)]
    said = page.content.decode()
    for words in (
        "External, unverified",
        "Gas leak on Front Street",
        "City gas works",
        "Not signed",
        "gas.xml",
    ):
        assert words in said
    assert external.area is not None
    assert [entry.verb for entry in timeline(external)] == ["external.imported"]
    assert "Gas leak on Front Street" in avery.get("/imported/").content.decode()
    assert not Alert.objects.exists()
    let_in(avery, cast.otto)
    for path in ("", "raw/", "cap/"):
        assert avery.get(f"/imported/{external.pk}/{path}").status_code == 404


def test_it_is_the_partners_own(avery, cast):
    bring(avery, alert())
    elsewhere = cast.join("other", cast.otto.partner, Role.PUBLISHER)

    let_in(avery, elsewhere)

    assert avery.get(f"/imported/{External.objects.get().pk}/").status_code == 404
    assert "Gas leak" not in avery.get("/imported/").content.decode()


def test_pasted_text_is_read_whatever_encoding_it_speaks_of(avery):
    text = '<?xml version="1.0" encoding="UTF-16"?>\n' + alert(info(headline="Fuite à Montréal")).decode()

    page = avery.post("/imported/new/", {"text": text}, follow=True)

    assert "Fuite à Montréal" in page.content.decode()


def test_the_same_alert_comes_in_once(avery):
    bring(avery, alert())
    page = bring(avery, alert(info(headline="Other words, same name")))

    assert External.objects.count() == 1
    assert "was here already" in page.content.decode()


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_an_update_replaces_what_it_names_whichever_came_first(avery, order):
    first = alert()
    update = alert(
        identifier="gas-2", msgType="Update", sent="2026-03-05T13:00:00-05:00",
        references="alerts@gas.example,gas-1,2026-03-05T17:00:00-00:00",
    )  # fmt: skip
    for place in order:
        bring(avery, (first, update)[place])

    replaced = External.objects.get(identifier="gas-1")
    assert replaced.replaced_by == External.objects.get(identifier="gas-2")
    page = avery.get(f"/imported/{replaced.pk}/").content.decode()
    assert "Replaced" in page


def test_nobody_else_can_replace_or_roll_back_an_alert(avery):
    bring(avery, alert())
    names = "alerts@gas.example,gas-1,2026-03-05T12:00:00-05:00"
    bring(avery, alert(sender="mallory@example.org", msgType="Cancel", references=names))
    bring(
        avery, alert(identifier="old", sent="2026-03-05T11:00:00-05:00", msgType="Cancel", references=names)
    )

    assert External.objects.get(identifier="gas-1", sender="alerts@gas.example").replaced_by is None


def test_what_lacks_something_waits_until_it_is_tried_again_or_discarded(avery):
    page = bring(avery, alert(scope=""))
    kept = Quarantined.objects.get()

    assert page.redirect_chain == [(f"/imported/quarantine/{kept.pk}/", 302)]
    assert "“alert/scope” is missing." in page.content.decode()
    assert "“alert/scope” is missing." in avery.get("/imported/quarantine/").content.decode()
    assert not External.objects.exists()
    again = avery.post(f"/imported/quarantine/{kept.pk}/again/", follow=True)
    assert "still cannot be used" in again.content.decode()
    # The rules may have changed meanwhile: here it is the document.
    Quarantined.objects.update(raw=alert())
    avery.post(f"/imported/quarantine/{kept.pk}/again/")
    assert (External.objects.count(), Quarantined.objects.count()) == (1, 0)
    bring(avery, alert(scope=""))
    avery.post(f"/imported/quarantine/{Quarantined.objects.get().pk}/discard/")
    assert not Quarantined.objects.exists()


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (b"", "There is nothing in it."),
        (b'<!DOCTYPE a [<!ENTITY x "y">]>' + alert(), "document type declaration"),
        (b" " * 6_000_000, "too large"),
    ],
)
def test_what_could_do_harm_is_refused_with_a_sentence_and_nothing_is_kept(avery, raw, sentence):
    page = bring(avery, raw)

    assert page.status_code == 422
    assert sentence in page.content.decode()
    assert not External.objects.exists()
    assert not Quarantined.objects.exists()
    assert avery.post("/imported/new/", {}).status_code == 422


def test_a_draft_is_begun_from_it_with_its_source_and_nothing_is_sent(avery):
    bring(avery, alert(info(), info("fr-CA", headline="Fuite de gaz, rue Front")))
    external = External.objects.get()

    page = avery.post(f"/imported/{external.pk}/draft/", follow=True)

    draft = Alert.objects.get()
    words = {one.language: one for one in draft.infos.all()}
    assert (draft.state, draft.event, draft.scope) == ("draft", "hazmat", "Restricted")
    assert (words["en"].headline, words["fr"].headline) == (
        "Gas leak on Front Street",
        "Fuite de gaz, rue Front",
    )
    assert words["en"].description.endswith("(external, unverified).")
    assert draft.area is not None
    assert draft.area.equals_exact(external.area, 1e-6) or draft.area.equals(external.area)
    assert "Nothing is sent until you publish it" in page.content.decode()
    assert "external.drafted" in [entry.verb for entry in timeline(external)]
    assert "Our draft" in avery.get(f"/imported/{external.pk}/").content.decode()


def test_what_lies_outside_is_left_out_of_a_draft_and_said(avery):
    far = "<polygon>10,10 10,11 11,11 11,10 10,10</polygon>"
    bring(avery, alert(info(shape=far)))

    page = avery.post(f"/imported/{External.objects.get().pk}/draft/", follow=True)

    assert Alert.objects.get().area is None
    assert "Not taken over" in page.content.decode()


def test_what_comes_back_out_is_what_came_in(avery):
    bring(avery, alert())
    external = External.objects.get()

    assert avery.get(f"/imported/{external.pk}/raw/").content == alert()
    again = avery.get(f"/imported/{external.pk}/cap/")
    assert again.headers["Content-Type"] == "application/octet-stream"
    assert b"<headline>Gas leak on Front Street</headline>" in again.content


def test_a_list_of_many_asks_a_few_questions(avery, cast, django_assert_max_num_queries, at):
    actor = cast.avery.actor(at)
    for number in range(60):
        actions.upload(actor, alert(identifier=f"gas-{number}"), "many.xml", at=at)

    with django_assert_max_num_queries(14):
        page = avery.get("/imported/")

    assert page.content.decode().count("data-row") == 50


def test_what_came_long_ago_is_forgotten(avery, at):
    bring(avery, alert())
    actions.forget(at=External.objects.get().received_at + timedelta(days=91))

    assert not External.objects.exists()


@pytest.mark.parametrize("name", ["canada.cap", "canada_signed.cap", "australia.cap", "weather.cap"])
def test_what_agencies_wrote_is_shown(avery, name):
    page = bring(avery, of_agencies(name), name)

    assert page.status_code == 200
    assert "External, unverified" in page.content.decode()

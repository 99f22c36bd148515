"""One happening on one timeline: who leads it, who takes part, what each may read, and what was learned."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from cityalert.accounts.models import Letter
from cityalert.alerts import actions as alerting
from cityalert.audit import queries as audit
from cityalert.incidents import actions
from cityalert.incidents.models import Feedback, Incident, Tie
from partners.roles import Role
from tests.alerts.writing import WORDS, published
from tests.door import let_in

pytestmark = pytest.mark.django_db


def of(incident, name="detail"):
    return reverse(f"incidents:{name}", args=[incident.pk])


def text(client, url):
    return client.get(url).content.decode()


@pytest.fixture
def avery(cast):
    return let_in(Client(), cast.avery)


@pytest.fixture
def corin(cast):
    return let_in(Client(), cast.corin)


@pytest.fixture
def incident(cast, at, avery):
    """Opened by one press on an alert that Corin was told."""
    alert = published(cast.avery, at)
    avery.post(reverse("incidents:from_alert", args=[alert.pk]))
    return Incident.objects.get()


def answer(cast, at, alert):
    alerting.acknowledge(cast.corin.actor(at), alert, at=at + timedelta(seconds=42))


def test_one_press_ties_an_alert_and_whatever_follows(cast, at, avery, incident):
    alert = incident.ties.get().series
    first = cast.avery.partner.alerts.get(series=alert)
    again = avery.post(reverse("incidents:from_alert", args=[first.pk]))
    assert again["Location"] == of(incident)
    assert Incident.objects.count() == 1
    later = at + timedelta(minutes=9)
    draft = alerting.start_update(cast.avery.actor(later), first, at=later)
    alerting.edit(cast.avery.actor(later), draft, {"words": {"en": {"headline": "Gone south"}}}, at=later)
    newer = alerting.publish(cast.avery.actor(later), draft, key="2", at=later)
    answer(cast, later, newer)
    other = published(cast.avery, at, words={"en": {"headline": "Road closed for it"}})
    avery.post(of(incident, "tie"), {"alert": other.pk})

    said = text(avery, of(incident))
    for line in (
        "Incident opened",
        "Alert: Armed person",
        "Update: Gone south",
        "King Bay Tower acknowledged",
        "Alert: Road closed for it",
    ):
        assert line in said  # fmt: skip
    assert said.index("Update: Gone south") < said.index("Alert: Armed person")
    assert [one.verb for one in audit.timeline(incident)] == [
        "incident.opened",
        "incident.tied",
        "incident.tied",
    ]


def test_who_does_not_take_part_finds_nothing(cast, incident, corin):
    otto = let_in(Client(), cast.otto)
    for name in ("detail", "story", "map", "report", "export", "feedback"):
        assert corin.get(of(incident, name)).status_code == 404
        assert otto.get(of(incident, name)).status_code == 404
    for name in ("note", "tie", "partners", "close", "reopen", "ask"):
        assert corin.post(of(incident, name), {"text": "hello"}).status_code == 404
    assert incident.title not in text(corin, reverse("incidents:list"))
    assert not incident.moments.filter(kind="note").exists()


def test_a_partner_who_takes_part_reads_and_notes_but_sees_only_its_own_alerts(
    cast, at, avery, corin, incident
):
    secret = published(
        cast.avery, at, audience_kinds=["school"], words={"en": {"headline": "For schools only"}}
    )
    avery.post(of(incident, "tie"), {"alert": secret.pk})
    avery.post(of(incident, "partners"), {"partner": [cast.corin.partner.pk, cast.otto.partner.pk]})

    corin.post(of(incident, "note"), {"text": "Lobby is locked <b>down</b>."})
    seen, said = text(corin, of(incident)), text(avery, of(incident))
    assert "Lobby is locked &lt;b&gt;down&lt;/b&gt;." in seen
    assert "For schools only" not in seen
    assert "Lobby is locked" in said
    assert "Corin Walsh" in seen
    assert "Corin Walsh" not in said
    assert "For schools only" not in text(corin, of(incident, "export"))
    # Whom no alert told cannot be let in; who takes part does not lead.
    assert let_in(Client(), cast.otto).get(of(incident)).status_code == 404
    assert corin.post(of(incident, "close")).status_code == 404
    avery.post(of(incident, "partners"), {})
    assert corin.get(of(incident)).status_code == 404


def test_a_note_that_says_nothing_and_one_too_late(cast, at, avery, incident):
    empty = avery.post(of(incident, "note"), {"text": " \n "})
    assert empty.status_code == 422
    assert "Write what you want to note" in empty.content.decode()
    avery.post(of(incident, "close"), {"outcome": "Nobody was hurt."})
    late = avery.post(of(incident, "note"), {"text": "One more thing"})
    assert late.status_code == 409
    assert "One more thing" in late.content.decode() + "One more thing"
    assert "Nobody was hurt." in text(avery, of(incident))
    avery.post(of(incident, "reopen"))
    assert avery.post(of(incident, "note"), {"text": "One more thing"}).status_code == 302


def test_by_hand_it_needs_a_name_and_somebody_who_may(cast, avery, corin):
    nameless = avery.post(reverse("incidents:open"), {"title": " "})
    assert nameless.status_code == 422
    assert "in a few words" in nameless.content.decode()
    assert corin.post(reverse("incidents:open"), {"title": "Mine"}).status_code == 404
    avery.post(reverse("incidents:open"), {"title": "Flood on Front St"})
    assert "Flood on Front St" in text(avery, reverse("incidents:list"))


def test_those_who_acknowledged_are_asked_once_and_answer_once(cast, at, avery, corin, incident):
    alert = cast.avery.partner.alerts.get()
    answer(cast, at, alert)
    assert avery.post(of(incident, "ask")).status_code == 409
    avery.post(of(incident, "close"), {"outcome": ""})
    avery.post(of(incident, "ask"))
    letter = Letter.objects.get(address=cast.corin.email)
    assert "How did it go: Armed person" in letter.subject
    assert avery.post(of(incident, "ask")).status_code == 409
    assert Feedback.objects.count() == 1

    assert of(incident, "feedback") in text(corin, reverse("incidents:waiting"))
    half = corin.post(of(incident, "feedback"), {"in_time": "yes", "remark": "Say which door"})
    assert half.status_code == 422
    assert "Say which door" in half.content.decode()
    whole = {"in_time": "yes", "clear": "partly", "concerned": "yes", "remark": "Say which door"}
    corin.post(of(incident, "feedback"), whole)
    corin.post(of(incident, "feedback"), {**whole, "clear": "no"})
    assert "Thank you" in text(corin, of(incident, "feedback"))
    assert of(incident, "feedback") not in text(corin, reverse("incidents:waiting"))
    said = text(avery, of(incident))
    assert "1 of 1 people answered" in said
    assert "Say which door" in said
    assert let_in(Client(), cast.vera).get(of(incident, "feedback")).status_code == 404


def test_the_report_is_a_pdf_and_the_export_what_the_page_shows(cast, at, avery, incident):
    answer(cast, at, cast.avery.partner.alerts.get())
    avery.post(of(incident, "note"), {"text": "Signs the typeface lacks: 火災 🔥"})

    paper = avery.get(of(incident, "report"))
    assert paper["Content-Type"] == "application/pdf"
    assert paper.content.startswith(b"%PDF-")
    export = avery.get(of(incident, "export")).json()
    assert export["lead"] == "Toronto Police Service"
    assert export["reach"][0]["acknowledged"] == 1
    assert export["reach"][0]["half_acknowledged_s"] == 42
    assert [line["kind"] for line in export["timeline"]] == ["message", "opened", "note", "alert"]


def test_a_timeline_of_many_alerts_costs_the_same(cast, at, avery, incident, django_assert_max_num_queries):
    actor = cast.avery.actor(at)
    with django_assert_max_num_queries(1000) as few:
        avery.get(of(incident, "story"))
    for number in range(4):
        actions.tie(actor, incident, published(cast.avery, at, words=WORDS, area_desc=f"{number}"), at=at)
    with django_assert_max_num_queries(len(few.captured_queries)):
        avery.get(of(incident, "story"))


def test_a_viewer_reads_and_does_nothing(cast, at, incident):
    viewer = let_in(Client(), cast.join("tess", cast.avery.partner, Role.VIEWER))
    assert "Armed person" in text(viewer, of(incident))
    for name in ("note", "close", "ask"):
        assert viewer.post(of(incident, name), {"text": "x"}).status_code == 404


def test_what_is_real_and_what_is_practised_stay_apart(cast, at, avery, incident):
    drill = published(cast.avery, at, status="Exercise", exercise_note="Autumn")
    assert str(drill.pk) not in text(avery, of(incident))  # it is not offered

    refused = avery.post(of(incident, "tie"), {"alert": str(drill.pk)})

    assert refused.status_code == 409
    assert "one would be taken for the other" in refused.content.decode()
    # Where they met before there was this rule, all of it is marked, and nothing is added.
    Tie.objects.create(incident=incident, series=drill.series, tied_at=at)
    assert 'class="band exercise"' in text(avery, of(incident))
    another = published(cast.avery, at)
    assert avery.post(of(incident, "tie"), {"alert": str(another.pk)}).status_code == 409

"""Every channel and every page of an exercise or a test says what it is, in both languages."""

import pytest
from django.urls import reverse

from cityalert.accounts import keys
from cityalert.accounts.models import Letter
from cityalert.alerts import actions, render
from cityalert.alerts.models import Alert
from cityalert.delivery import fanout, replies
from cityalert.delivery.models import Delivery, Recipient
from cityalert.exercises import holding
from cityalert.incidents import actions as incidents
from cityalert.incidents import feedback
from cityalert.lib.language import Language
from tests.alerts.writing import draft, published
from tests.cast import Cast, Person
from tests.door import let_in
from tests.exercises.drills import planned

pytestmark = pytest.mark.django_db

MARKS = {
    ("Exercise", "en"): "EXERCISE",
    ("Exercise", "fr"): "EXERCICE",
    ("Test", "en"): "TEST",
    ("Test", "fr"): "TEST",
}
# Of one that goes on, of one that is written.
PAGES = ("detail", "reach", "correct", "end", "cancel")
DRAFTS = ("compose",)


@pytest.fixture(params=["Exercise", "Test"])
def drill(request, cast: Cast, at) -> Alert:
    return published(cast.avery, at, status=request.param, exercise_note="Autumn")


def versions(drill: Alert, cast: Cast, at):
    """It, its update, its end."""
    yield drill
    for start in (actions.start_update, actions.start_cancel):
        correction = start(cast.avery.actor(at), drill, at=at)
        drill = actions.publish(cast.avery.actor(at), correction, key=str(correction.pk), at=at)
        yield drill


def test_every_channel_begins_with_it(drill, cast: Cast, at):
    for version in versions(drill, cast, at):
        texts, cards = render.texts(version), render.cards(version)
        for language in Language.values:
            mark, said = MARKS[drill.status, language], texts[language]
            assert said["sms"].startswith(f"{mark} - {mark} ")
            assert said["subject"].startswith(f"[{mark}] ")
            assert said["text"].startswith(f"{mark} – {mark}\n")
            assert f"{mark} – {mark}" in said["html"].split("<h1")[0]
            assert (said["mark"], cards[language]["status"]) == (mark, drill.status)
            assert f'<span class="exercise-word">{mark}</span>' in cards[language]["html"]
        assert f"<status>{drill.status}</status>" in version.cap_xml


@pytest.mark.parametrize("language", Language.values)
def test_every_page_carries_the_band(client, drill, cast: Cast, at, language):
    speaking(language, cast.avery, cast.corin)
    let_in(client, cast.avery)
    unsaid = draft(cast.avery, at, status=drill.status, exercise_note="Winter")
    token = Recipient.objects.get(notice=drill.notice_id, subscriber=cast.corin.subscriber).token
    addresses = [
        reverse("web:home"),
        *(reverse(f"alerts:{name}", args=[drill.pk]) for name in PAGES),
        *(reverse(f"alerts:{name}", args=[unsaid.pk]) for name in DRAFTS),
        reverse("delivery:answer", args=[token]),
    ]
    mark = MARKS[drill.status, language]
    for address in addresses:
        assert_band(client.get(address), mark)
    # Asking a second person, and the question before it goes out. Nobody has to ask for an exercise.
    Alert.objects.filter(pk=unsaid.pk).update(state="pending", submitted_by=cast.sam.user, submitted_at=at)
    assert_band(client.get(reverse("alerts:compose", args=[unsaid.pk])), mark)
    asked = client.post(reverse("alerts:confirm", args=[unsaid.pk])).content.decode()
    assert f"<strong>{mark}</strong>" in asked.split('class="band exercise"')[1]
    assert_word(client.get(reverse("alerts:reach_index")), mark)
    assert_word(let_in(client, cast.corin).get(reverse("alerts:inbox")), mark)


@pytest.mark.parametrize("language", Language.values)
def test_a_planned_drill_carries_it(client, cast: Cast, at, language):
    speaking(language, cast.avery)
    let_in(client, cast.avery)
    for status in ("Exercise", "Test"):
        planned_one = planned(cast.avery, at, cast.corin.partner.pk, status=status)
        run = holding.start_now(cast.avery.actor(at), planned_one, at=at)
        for name, key in (("drill", planned_one.pk), ("run", run.pk)):
            assert_band(client.get(reverse(f"exercises:{name}", args=[key])), MARKS[status, language])
        assert_word(client.get(reverse("exercises:list")), MARKS[status, language])


@pytest.mark.parametrize("language", Language.values)
def test_an_incident_of_it_is_marked_wherever_its_title_stands(client, drill, cast: Cast, at, language):
    speaking(language, cast.avery, cast.corin)
    avery, mark = cast.avery.actor(at), MARKS[drill.status, language]
    actions.acknowledge(cast.corin.actor(at), drill, at=at)
    incident = incidents.from_alert(avery, drill, at=at)
    incidents.close(avery, incident, "", at=at)
    feedback.ask(avery, incident, at=at)

    letter = Letter.objects.get(address=cast.corin.email)
    assert f"[{mark}] " in letter.subject
    assert keys.unseal(letter.sealed_text).startswith(f"{mark} – {mark}\n")
    let_in(client, cast.avery)
    assert_band(client.get(reverse("incidents:detail", args=[incident.pk])), mark)
    assert_word(client.get(reverse("incidents:list")), mark)
    assert client.get(reverse("incidents:export", args=[incident.pk])).json()["status"] == drill.status
    # Corin takes no part in the incident, and is asked.
    let_in(client, cast.corin)
    assert_word(client.get(reverse("incidents:waiting")), mark)
    assert_band(client.get(reverse("incidents:feedback", args=[incident.pk])), mark)


def test_a_reply_is_answered_with_it(drill, cast: Cast, at):
    fanout.fan_out(drill.notice_id, at=at)
    Delivery.objects.filter(notice=drill.notice_id).update(state="sent")

    assert f"[{MARKS[drill.status, 'en']}]" in replies.hear(replies.Reply(cast.corin.phone, "", "ACK"), at=at)


def speaking(language: str, *people: Person) -> None:
    for person in people:
        person.user.language = person.subscriber.language = language
        person.user.save()
        person.subscriber.save()


def assert_band(response, mark: str) -> None:
    """Across the top of the page, and all of the page drawn as not meant."""
    page, address = response.content.decode(), response.request["PATH_INFO"]
    top = page.split("<main")[0]
    assert 'class="band exercise"' in top, address
    assert f"<strong>{mark}</strong>" in top, address
    assert '<body class="is-exercise"' in page, address


def assert_word(response, mark: str) -> None:
    """Before each title in a list."""
    assert f'<span class="exercise-word">{mark}</span>' in response.content.decode(), response.request[
        "PATH_INFO"
    ]

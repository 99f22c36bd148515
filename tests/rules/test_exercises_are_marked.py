"""Every channel and every page of an exercise or a test says what it is, in both languages."""

import pytest
from django.urls import reverse

from cityalert.alerts import actions, render
from cityalert.alerts.models import Alert
from cityalert.delivery import fanout
from cityalert.delivery.models import Delivery, Recipient
from cityalert.delivery.views import _hear
from cityalert.lib.language import Language
from tests.alerts.writing import draft, published
from tests.cast import Cast
from tests.door import let_in

pytestmark = pytest.mark.django_db

MARKS = {
    ("Exercise", "en"): "EXERCISE",
    ("Exercise", "fr"): "EXERCICE",
    ("Test", "en"): "TEST",
    ("Test", "fr"): "TEST",
}
# Of one that goes on, of one that is written.
PAGES = ("detail", "reach", "correct", "end")
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
    for person in (cast.avery, cast.corin):
        person.user.language = person.subscriber.language = language
        person.user.save()
        person.subscriber.save()
    let_in(client, cast.avery)
    unsaid = draft(cast.avery, at, status=drill.status, exercise_note="Winter")
    token = Recipient.objects.get(notice=drill.notice_id, subscriber=cast.corin.subscriber).token
    addresses = [
        reverse("web:home"),
        *(reverse(f"alerts:{name}", args=[drill.pk]) for name in PAGES),
        *(reverse(f"alerts:{name}", args=[unsaid.pk]) for name in DRAFTS),
        reverse("delivery:answer", args=[token]),
    ]
    for address in addresses:
        page = client.get(address).content.decode()
        top = page.split("<main")[0]
        assert 'class="band exercise"' in top, address
        assert f"<strong>{MARKS[drill.status, language]}</strong>" in top, address
        assert '<body class="is-exercise"' in page, address
    for person, name in ((cast.avery, "alerts:reach_index"), (cast.corin, "alerts:inbox")):
        page = let_in(client, person).get(reverse(name)).content.decode()
        assert f'<span class="exercise-word">{MARKS[drill.status, language]}</span>' in page, name


def test_a_reply_is_answered_with_it(drill, cast: Cast, at):
    fanout.fan_out(drill.notice_id, at=at)
    Delivery.objects.filter(notice=drill.notice_id).update(state="sent")

    assert f"[{MARKS[drill.status, 'en']}]" in _hear(cast.corin.phone, "ACK", "en", at=at)

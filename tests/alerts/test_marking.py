"""What is marked RED is read by the people it was sent to, and nowhere else: every exit of an alert is asked."""

import pytest
from django.test import Client
from django.urls import reverse

from cityalert.alerts import queries, render
from cityalert.incidents import actions as incidents
from cityalert.live.models import FeedEntry
from partners.roles import Role
from tests.alerts.writing import draft, published
from tests.door import let_in
from tests.partners.sharing import group

pytestmark = pytest.mark.django_db

SECRET = "The source sits in the control room"
WORDS = {
    language: {"headline": SECRET, "instruction": SECRET, "description": SECRET} for language in ("en", "fr")
}
PLACE = "Behind the ninth door"


@pytest.fixture
def red(cast, at):
    return published(cast.avery, at, tlp="RED", words=WORDS, area_desc=PLACE, area_desc_fr=PLACE)


def page(person, alert, name="alerts:detail"):
    return let_in(Client(), person).get(reverse(name, args=[alert.pk]))


def test_no_message_and_no_screen_says_a_word_of_it(red):
    for said in (red.notice.texts, FeedEntry.objects.get().cards):
        assert SECRET not in str(said)
        assert PLACE not in str(said)
    for texts in red.notice.texts.values():
        assert "webhook" not in texts
        assert "TLP:RED" in texts["sms"]
        assert "{link}" in texts["sms"]
        assert "TLP:RED" in texts["subject"]


def test_whom_it_was_sent_to_reads_it_and_their_colleague_finds_nothing(cast, at, red):
    colleague = cast.join("vic", cast.corin.partner, Role.VIEWER)

    assert SECRET in page(cast.corin, red).content.decode()
    assert SECRET in page(cast.corin, red, "alerts:cap").content.decode()
    for name in ("alerts:detail", "alerts:cap", "alerts:sites", "alerts:progress"):
        assert page(colleague, red, name).status_code == 404
    assert SECRET not in let_in(Client(), colleague).get(reverse("alerts:inbox")).content.decode()
    assert SECRET not in let_in(Client(), colleague).get(reverse("alerts:map")).content.decode()
    assert queries.unanswered(colleague.actor(at), at) == 0
    assert queries.unanswered(cast.corin.actor(at), at) == 1


def test_on_its_authors_side_whoever_writes_reads_it(cast, red):
    reader = cast.join("vic", cast.avery.partner, Role.VIEWER)

    assert SECRET in page(cast.sam, red).content.decode()
    assert page(reader, red).status_code == 404


def test_an_incident_holds_it_for_whom_it_was_sent_to(cast, at, red):
    avery = cast.avery.actor(at)
    incident = incidents.from_alert(avery, red, at=at)
    incidents.let_take_part(avery, incident, [cast.corin.partner.pk], at=at)
    colleague = cast.join("vic", cast.corin.partner, Role.VIEWER)
    for name in ("incidents:detail", "incidents:export"):
        assert SECRET in page(cast.avery, incident, name).content.decode()
    assert '"label": "TLP:RED"' in page(cast.avery, incident, "incidents:export").content.decode()
    assert '"alerts": []' in page(colleague, incident, "incidents:export").content.decode()


def test_the_label_stands_above_in_the_subject_and_below(cast, at):
    said = render.texts(published(cast.avery, at, tlp="AMBER+STRICT"))["en"]

    assert said["subject"].startswith("[TLP:AMBER+STRICT] ")
    assert said["text"].startswith("TLP:AMBER+STRICT\n")
    assert "TLP:AMBER+STRICT. Pass it on" in said["text"]
    assert said["html"].count("#ffc000") == 2


def test_what_everybody_may_read_carries_no_label_before_its_subject(cast, at):
    said = render.texts(draft(cast.avery, at, scope="Public", tlp="CLEAR"))["en"]

    assert "TLP" not in said["subject"]


def test_the_form_says_beforehand_what_a_group_takes(cast, at):
    group("Towers", cast.avery.partner, cast.corin.partner, ceiling="AMBER")
    begun = draft(cast.avery, at)

    assert "Towers (up to TLP:AMBER)" in page(cast.avery, begun, "alerts:compose").content.decode()

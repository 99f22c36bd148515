"""The pages on which alerts are written, decided on, followed and read, in French: no English is left on them."""

import pytest
from django.test import Client
from django.urls import reverse
from lxml import html

from cityalert.alerts import actions
from tests.alerts.pages import HTMX, typed, url
from tests.alerts.test_templates import WRITTEN
from tests.alerts.writing import draft, public, published
from tests.browser.test_every_page import afterwards, of_drills, of_others
from tests.cast import Cast, Person
from tests.door import let_in
from tests.rules.test_french_is_complete import all_entries

SAID_TO_PEOPLE = ("aria-label", "title", "placeholder", "alt", "data-label")
# The same in both languages on a page that has both: names of languages, of what is typed, codes.
BOTH = {"Version", "Simple", "Suspension"}


def english_left(page: str) -> set[str]:
    """The texts of the catalogue that stand on the page in English though they have French."""
    tree = html.document_fromstring(page)
    # What is said to English readers is shown in English.
    for script in tree.xpath("//script | //style | //svg | //*[@lang='en']"):
        script.drop_tree()
    said = {" ".join(text.split()) for text in tree.xpath("//body//text()")}
    said |= {value for name in SAID_TO_PEOPLE for value in tree.xpath(f"//@{name}")}
    known = {english for entry in all_entries() for english in entry.english if english not in entry.french}
    return (said & known) - BOTH


def in_french(person: Person) -> Client:
    """They, signed in and reading French."""
    person.user.language = "fr"
    person.user.save()
    client = let_in(Client(), person)
    client.post(reverse("web:set_language"), {"language": "fr", "next": "/"})
    return client


@pytest.fixture
def avery(cast: Cast) -> Client:
    return in_french(cast.avery)


def test_every_page_of_writing_is_french(avery: Client, cast: Cast, at, settings):
    settings.TRANSLATOR = "tests.alerts.test_translating.Shouting"
    alert = draft(cast.avery, at)
    data = typed(alert, event="fire", en_headline="", fr_headline="", expires_at="2020-01-01T00:00")
    avery.post(reverse("templates:new"), WRITTEN)
    actions.save_area(cast.avery.actor(at), "Centre", alert, at=at)
    pages = {
        "compose": avery.get(url("compose", alert)),
        "faults": avery.post(url("preview", alert), data),
        "confirm": avery.post(url("confirm", alert), {**typed(alert), "version": actions.version(alert)}),
        "dialog": avery.post(url("confirm", alert), typed(alert, area_desc="Ici"), headers=HTMX),
        "templates": avery.get(reverse("templates:list")),
        "template": avery.post(reverse("templates:new"), {}),
        "areas": avery.get(reverse("alerts:areas")),
        "audiences": avery.get(reverse("alerts:audiences")),
    }

    left = {name: english_left(page.content.decode()) for name, page in pages.items()}
    assert {name: texts for name, texts in left.items() if texts} == {}


def test_every_page_of_the_life_of_an_alert_is_french(avery: Client, cast: Cast, at):
    sent, over = published(cast.avery, at), published(cast.avery, at)
    told, waiting = public(cast.avery, cast.sam, at), draft(cast.sam, at, scope="Public", tlp="CLEAR")
    asked = draft(cast.avery, at, scope="Public", tlp="CLEAR")
    actions.submit(cast.avery.actor(at), asked, at=at)
    incident = afterwards(cast, over, at)
    sam, corin = in_french(cast.sam), in_french(cast.corin)
    actions.send_alone(cast.sam.actor(at), waiting, "Nobody else is on shift tonight.", key="1", at=at)
    another = draft(cast.sam, at, scope="Public", tlp="CLEAR")
    paths = {
        avery: [
            *(url(name, sent) for name in ("reach", "end", "correct", "amend", "cancel", "detail")),
            "/", "/reach/", "/reviews/", "/approval/", "/incidents/", f"/incidents/{incident.pk}/",
            *of_drills(cast, at), *of_others(cast, at),
        ],
        sam: [url("alone", another), url("compose", asked), "/reviews/"],
        corin: ["/alerts/", url("detail", sent), f"/incidents/{incident.pk}/feedback/"],
        Client(): ["/public/fr/", f"/public/fr/alerts/{told.pk}/", "/public/fr/feeds/"],
    }  # fmt: skip

    left = {
        path: english_left(client.get(path, follow=True).content.decode())
        for client, some in paths.items()
        for path in some
    }
    assert {path: texts for path, texts in left.items() if texts} == {}


def test_english_that_was_left_would_be_found():
    assert english_left("<body><h1>Templates</h1><p>Modèles</p></body>") == {"Templates"}

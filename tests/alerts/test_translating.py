"""Words by machine: offered only where there is one, marked wherever they are shown, until a person stands by them."""

from typing import ClassVar

import pytest
from django.test import Client

from cityalert.alerts import actions, render
from cityalert.alerts.models import Alert, Info
from cityalert.lib.language import Language
from partners.models import Partner
from tests.alerts.pages import HTMX, typed, url
from tests.alerts.test_templates import now
from tests.alerts.writing import WORDS, draft
from tests.cast import Cast

NO_FRENCH = {"words": {**WORDS, "fr": dict.fromkeys(WORDS["fr"], "")}}
MARK = "Translated by machine"


class Shouting:
    """A translator for tests: it says everything louder."""

    asked: ClassVar[list[tuple[Language, Language]]] = []

    def translate(self, texts: list[str], *, source: Language, target: Language) -> list[str]:
        self.asked.append((source, target))
        return [text.upper() for text in texts]


@pytest.fixture
def machine(settings) -> None:
    settings.TRANSLATOR = "tests.alerts.test_translating.Shouting"


def french(alert: Alert) -> tuple[str, bool]:
    info = alert.infos.get(language="fr")
    return info.headline, info.is_machine_translated


def only_english(alert: Alert, **more) -> dict:
    return {**typed(alert), **{f"fr_{name}": "" for name in WORDS["fr"]}, **now(alert), **more}


def test_without_one_nobody_is_offered_any(avery: Client, cast: Cast, at):
    alert = draft(cast.avery, at, **NO_FRENCH)

    page = avery.get(url("compose", alert)).content.decode()
    pressed = avery.post(url("translate", alert), only_english(alert, language="fr"), headers=HTMX)

    assert "by machine" not in page
    assert "The translation did not come." in pressed.content.decode()


def test_what_a_machine_wrote_is_marked_until_a_person_confirms_it(avery: Client, cast: Cast, at, machine):
    alert = draft(cast.avery, at, **NO_FRENCH)

    offered = avery.get(url("compose", alert)).content.decode()
    came = avery.post(
        url("translate", alert), only_english(alert, language="fr"), headers=HTMX
    ).content.decode()
    by_machine = french(alert)
    same = {f"fr_{name}": text.upper() for name, text in WORDS["en"].items()}
    avery.post(
        url("translate", alert), {**typed(alert), **same, **now(alert), "confirmed": "fr"}, headers=HTMX
    )

    assert "Translate the English by machine" in offered
    assert MARK in came
    assert by_machine == (WORDS["en"]["headline"].upper(), True)
    assert french(alert) == (WORDS["en"]["headline"].upper(), False)


def test_a_persons_change_makes_them_a_persons_words(avery: Client, cast: Cast, at, machine):
    alert = draft(cast.avery, at, **NO_FRENCH)
    actions.translate(cast.avery.actor(at), alert, Language.FR, at=at)

    avery.post(url("preview", alert), {**typed(alert), **now(alert), "fr_headline": "À moi"}, headers=HTMX)

    assert french(alert) == ("À moi", False)


def test_a_persons_words_are_never_replaced(avery: Client, cast: Cast, at, machine):
    alert = draft(cast.avery, at)

    answer = avery.post(url("translate", alert), {**typed(alert), "language": "fr"}, headers=HTMX)

    assert "Somebody has written these words already." in answer.content.decode()
    assert french(alert) == (WORDS["fr"]["headline"], False)


def test_the_mark_goes_wherever_the_words_go(avery: Client, cast: Cast, at, machine):
    alert = draft(cast.avery, at, scope="Public", tlp="CLEAR", **NO_FRENCH)
    alert = actions.translate(cast.avery.actor(at), alert, Language.FR, at=at)
    actions.submit(cast.avery.actor(at), alert, at=at)
    alert = actions.approve(cast.sam.actor(at), alert, at=at)

    said = alert.notice.texts
    update = actions.start_update(cast.avery.actor(at), alert, at=at)

    assert "AutoTranslated</valueName><value>yes" in alert.cap_xml
    assert "AutoTranslated</valueName><value>no" in alert.cap_xml
    assert "Traduit par une machine" in said["fr"]["text"]
    assert "Traduit par une machine" in said["fr"]["html"]
    assert said["fr"]["sms"].endswith(" (trad. auto) {link}")
    assert MARK not in said["en"]["text"]
    assert "transl." not in said["en"]["sms"]
    page = Client().get(f"/public/fr/alerts/{alert.pk}/").content.decode()
    assert "Traduit par une machine" in page
    assert french(update)[1]


def test_in_a_text_message_what_to_do_is_worth_more_than_the_mark():
    alert = Alert(partner=Partner(name="Toronto Police Service", short_name="TPS"))

    def sms_with(length: int) -> str:
        words = Info(headline="Fire", instruction=length * "x", is_machine_translated=True)
        return render.short_texts(alert, words)["sms"]

    assert sms_with(100).endswith("x (auto transl.) {link}")
    full = next(length for length in range(100, 400) if "transl." not in sms_with(length))
    assert full * "x" in sms_with(full)  # none of the words made room for it


def test_that_a_machine_wrote_it_is_part_of_what_is_approved(cast: Cast, at, machine):
    alert = draft(cast.avery, at, **NO_FRENCH)
    alert = actions.translate(cast.avery.actor(at), alert, Language.FR, at=at)
    actions.submit(cast.avery.actor(at), alert, at=at)
    alert.infos.update(is_machine_translated=False)

    with pytest.raises(Exception, match="changed"):
        actions.approve(cast.sam.actor(at), alert, at=at)

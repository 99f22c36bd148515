"""What each channel says, in each language."""

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from cityalert.alerts import actions, render
from cityalert.alerts.models import Alert, Info
from cityalert.lib import sms
from partners.models import Partner
from tests.alerts.writing import draft, published
from tests.cast import Cast

LINK = "https://alerts.example/a/abcdefghijkl/"


def said(headline: str, instruction: str = "", **fields) -> Alert:
    """An alert with an English text, never saved."""
    alert = Alert(partner=Partner(name="Toronto Police Service", short_name="TPS"), **fields)
    info = Info(language="en", headline=headline, instruction=instruction)
    alert._prefetched_objects_cache = {"infos": [info], "references": []}
    return alert


def text_message(alert: Alert, language: str = "en") -> str:
    return render.texts(alert)[language]["sms"]


def test_a_text_message_says_who_what_and_what_to_do_on_one_line(cast: Cast, at):
    text = text_message(draft(cast.avery, at))

    assert text == (
        "TPS: Armed person, King St W and Bay St. Lock your doors. Keep people away from windows. {link}"
    )


def test_a_french_reader_gets_french_in_letters_that_do_not_cost_double(cast: Cast, at):
    text = text_message(draft(cast.avery, at), "fr")

    assert (
        text
        == "TPS: Personne armée, rues King et Bay. Verrouillez les portes. Éloignez-vous des fenetres. {link}"
    )
    assert sms.is_gsm(text.replace("{link}", LINK))


def test_where_there_is_no_french_the_french_reader_gets_what_there_is(cast: Cast, at):
    alert = actions.create_draft(cast.avery.actor(at), None, at=at)
    alert = actions.edit(cast.avery.actor(at), alert, {"words": {"en": {"headline": "Fire"}}}, at=at)

    assert text_message(alert, "fr").startswith("TPS: Fire.")


@pytest.mark.parametrize(
    ("fields", "start"),
    [
        ({"status": "Exercise"}, "EXERCISE - EXERCISE TPS: Fire. "),
        ({"status": "Test", "msg_type": "Update"}, "TEST - TEST TPS UPDATE: Fire. "),
        ({"msg_type": "Update"}, "TPS UPDATE: Fire. "),
        ({"msg_type": "Cancel"}, "TPS CANCELLED: Fire. "),
        ({"status": "Exercise", "msg_type": "Cancel"}, "EXERCISE - EXERCISE TPS CANCELLED: Fire. "),
    ],
)
def test_nobody_takes_an_exercise_or_a_cancel_for_the_alarm(fields, start):
    alert = said("Fire.", "Stay inside.", **fields)

    assert text_message(alert).startswith(start)
    assert render.texts(alert)["en"]["subject"].startswith("[")
    assert ("This is not a real alert." in render.texts(alert)["en"]["html"]) is ("status" in fields)


@hypothesis_settings(deadline=None, max_examples=60)
@given(st.text(max_size=140), st.text(max_size=600))
def test_whatever_is_written_fits_two_segments_on_one_line_with_the_whole_link(headline, instruction):
    text = text_message(said(headline, instruction, status="Exercise", msg_type="Cancel"))

    assert text.endswith(" {link}")
    assert text.count("{link}") == 1
    filled = text.replace("{link}", render.example_link())
    assert sms.segments(filled) <= 2
    assert len(filled.splitlines()) == 1


def test_a_link_written_by_hand_is_not_the_readers_own():
    texts = render.texts(said("Open {link} now", "or {link}"))["en"]

    assert texts["sms"].count("{link}") == 1
    assert texts["html"].count("{link}") == 1
    assert texts["text"].count("{link}") == 1
    assert "{link}" not in texts["subject"]


def test_mail_escapes_what_people_typed_in_html_only():
    texts = render.texts(said("<b>5 > 4</b> & more", "Don't"))["en"]

    assert "&lt;b&gt;5 &gt; 4&lt;/b&gt; &amp; more" in texts["html"]
    assert "<b>5 > 4</b> & more" in texts["text"]
    assert texts["subject"] == "[TLP:AMBER] <b>5 > 4</b> & more (TPS)"


def test_mail_says_when_where_from_whom_and_why(cast: Cast, at):
    alert = published(cast.avery, at)
    for kind in ("text", "html"):
        mail = render.texts(alert)["en"][kind]
        for words in (
            "Lock your doors.",
            "King St W and Bay St",
            "Toronto Police Service",
            "You receive this because",
        ):
            assert words in mail
        assert "Ends" in mail
        assert "Toronto time" in mail


def test_times_in_mail_are_the_citys(cast: Cast, at):
    alert = draft(cast.avery, at)
    alert.expires_at = at.replace(year=2026, month=7, day=1, hour=16, minute=30)

    assert "1 July 2026, 12:30" in render.texts(alert)["en"]["text"]
    assert "12:30" in render.texts(alert)["fr"]["text"]


def test_a_card_holds_what_the_tray_and_the_map_show(cast: Cast, at):
    alert = published(cast.avery, at, severity=3)
    update = actions.start_update(cast.avery.actor(at), alert, at=at)

    card = render.cards(update)["en"]

    assert card["id"] == str(update.pk)
    assert card["replaces"] == [str(alert.pk)]
    assert card["series"] == str(alert.series)
    assert (card["severity"], card["severity_word"], card["msg_type"]) == ("severe", "Severe", "Update")
    assert card["bounds"] == [-79.392, 43.6425, -79.373, 43.6555]
    assert "Armed person" in card["html"]
    assert "Update 1" in card["html"]

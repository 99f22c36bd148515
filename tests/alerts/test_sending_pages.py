"""The pages on which an alert is sent, approved, updated and cancelled, through HTTP."""

import time

from django.test import Client

from cityalert.alerts import actions
from cityalert.alerts.models import Alert
from cityalert.audit.queries import timeline
from tests.alerts.pages import HTMX, confirmed, heard, typed, url
from tests.alerts.writing import WORDS, draft, public, published
from tests.cast import Cast
from tests.door import code_of, let_in

# --- publishing ---


def test_pressing_twice_sends_once(avery: Client, cast: Cast, at):
    alert = draft(cast.avery, at)
    data = {"key": "the same", "version": actions.version(alert)}

    first, second = (avery.post(url("publish", alert), data, headers=HTMX) for _ in range(2))

    assert first["HX-Redirect"] == second["HX-Redirect"] == url("reach", alert)
    alert.refresh_from_db()
    assert [entry.verb for entry in timeline(alert)].count("alert.published") == 1


def test_a_stale_second_factor_is_asked_again_in_the_dialog(client: Client, cast: Cast, at):
    avery = let_in(client, cast.avery, second_factor_at=time.time() - 3600)
    alert = draft(cast.avery, at)

    dialog = avery.post(url("confirm", alert), typed(alert), headers=HTMX).content.decode()
    without = confirmed(avery, alert)
    wrong = confirmed(avery, alert, code="000000")
    right = confirmed(avery, alert, code=code_of(cast.avery))

    assert 'name="code"' in dialog
    assert without.status_code == wrong.status_code == 422
    assert "type the code your authenticator app shows now" in without.content.decode()
    assert "That code is wrong" in wrong.content.decode()
    assert 'name="code"' in wrong.content.decode()
    assert right["HX-Redirect"] == url("reach", alert)


def test_a_fresh_second_factor_is_not_asked(avery: Client, cast: Cast, at):
    alert = draft(cast.avery, at)

    assert 'name="code"' not in avery.post(url("confirm", alert), typed(alert), headers=HTMX).content.decode()


# --- the second person ---


def test_the_public_hears_it_after_a_second_person_agreed(avery: Client, sam: Client, cast: Cast, at):
    alert = draft(cast.avery, at)
    data = typed(alert, scope="Public", tlp="CLEAR")

    dialog = avery.post(url("confirm", alert), data, headers=HTMX).content.decode()
    asked = confirmed(avery, alert, "submit")
    waiting = avery.get(url("compose", alert)).content.decode()
    shown = sam.get(url("compose", alert)).content.decode()
    agreed = sam.post(url("confirm", alert), headers=HTMX).content.decode()
    answer = confirmed(sam, alert, "approve")

    assert "Ask a second person, then send to 5 people and the public" in dialog
    assert asked["HX-Redirect"] == url("compose", alert)
    assert "Waiting for a second person" in waiting
    assert "Take it back" in waiting
    assert "Approve and send to 5 people and the public" in shown
    assert "Approve and send to 5 people and the public" in agreed
    assert answer["HX-Redirect"] == url("reach", alert)
    alert.refresh_from_db()
    assert (alert.state, alert.approved_by) == ("published", cast.sam.user)


def test_nobody_approves_their_own(sam: Client, cast: Cast, at):
    alert = draft(cast.sam, at, scope="Public", tlp="CLEAR")
    actions.submit(cast.sam.actor(at), alert, at=at)

    assert "Approve and send" not in sam.get(url("compose", alert)).content.decode()
    assert confirmed(sam, alert, "approve").status_code == 422
    alert.refresh_from_db()
    assert alert.state == "pending"


def test_who_may_not_approve_is_not_there(avery: Client, cast: Cast, at):
    alert = draft(cast.sam, at, scope="Public", tlp="CLEAR")
    actions.submit(cast.sam.actor(at), alert, at=at)

    assert confirmed(avery, alert, "approve").status_code == 404


def test_it_comes_back_with_a_reason(avery: Client, sam: Client, cast: Cast, at):
    alert = draft(cast.avery, at, scope="Public", tlp="CLEAR")
    actions.submit(cast.avery.actor(at), alert, at=at)

    silent = sam.post(url("return", alert), {"reason": " "})
    sam.post(url("return", alert), {"reason": "The wrong <street>."})
    page = avery.get(url("compose", alert)).content.decode()

    assert silent.status_code == 422
    assert "Say in a few words what has to change." in silent.content.decode()
    assert "Sam Okafor returned it" in page
    assert "The wrong &lt;street&gt;." in page


def test_it_can_be_taken_back(avery: Client, cast: Cast, at):
    alert = draft(cast.avery, at, scope="Public", tlp="CLEAR")
    actions.submit(cast.avery.actor(at), alert, at=at)

    avery.post(url("return", alert))

    alert.refresh_from_db()
    assert alert.state == "draft"


def test_typing_does_not_change_what_waits(avery: Client, cast: Cast, at):
    alert = draft(cast.avery, at, scope="Public", tlp="CLEAR")
    data = typed(alert, area_desc="Elsewhere")
    actions.submit(cast.avery.actor(at), alert, at=at)

    answer = avery.post(url("preview", alert), data, headers=HTMX)

    assert "This alert is waiting for a second person." in answer.content.decode()
    alert.refresh_from_db()
    assert (alert.state, alert.area_desc) == ("pending", "King St W and Bay St")


# --- corrections ---


def test_an_update_starts_from_what_was_said(avery: Client, cast: Cast, at):
    alert = published(cast.avery, at)

    answer = avery.post(url("update", alert))
    page = avery.get(answer["Location"]).content.decode()

    assert "Update of “Armed person, King St W and Bay St”." in page
    assert "Everyone the first reached hears this too." in page
    assert "Send the update to 5 people" in page


def test_an_update_of_the_words_is_two_clicks(avery: Client, cast: Cast, at):
    alert = published(cast.avery, at)
    row = avery.get("/").content.decode()
    assert f'href="{url("amend", alert)}"' in row

    page = avery.get(url("amend", alert)).content.decode()
    before = Alert.objects.count()
    words = {f"{language}_{name}": text for language, said in WORDS.items() for name, text in said.items()}
    long = avery.post(url("amend", alert), {**words, "en_headline": "x" * 999, "key": "1"})
    answer = avery.post(url("amend", alert), {**words, "en_headline": "Gone south", "key": "1"})
    again = avery.post(url("amend", alert), {**words, "en_headline": "Gone south", "key": "1"})

    assert before == 1  # looking wrote nothing
    assert "Armed person, King St W and Bay St" in page
    assert "Send the update to 5 people" in page
    assert (long.status_code, again.status_code) == (422, 409)
    update = Alert.objects.get(msg_type="Update")
    assert answer["Location"] == url("reach", update)
    assert (update.state, update.infos.get(language="en").headline) == ("published", "Gone south")
    assert update.area.equals(alert.area)


def test_an_update_for_the_public_asks_a_second_person_in_as_many(avery: Client, cast: Cast, at):
    alert = public(cast.avery, cast.sam, at)

    assert "Ask a second person" in avery.get(url("amend", alert)).content.decode()
    answer = avery.post(url("amend", alert), {"key": "1"})

    update = Alert.objects.get(msg_type="Update")
    assert (update.state, answer["Location"]) == ("pending", url("compose", update))


def test_a_cancel_is_two_clicks(avery: Client, cast: Cast, at):
    alert = published(cast.avery, at)
    heard(alert, at)

    page = avery.get(url("cancel", alert)).content.decode()
    before = Alert.objects.count()
    words = {f"{language}_{name}": text for language, said in WORDS.items() for name, text in said.items()}
    answer = avery.post(url("cancel", alert), {**words, "en_instruction": "All clear.", "key": "1"})
    again = avery.post(url("cancel", alert), {**words, "key": "1"})

    assert before == 1  # looking wrote nothing
    assert "It is over. There is nothing more you need to do." in page
    assert "Cancel the alert for 5 people" in page
    alert.refresh_from_db()
    assert alert.state == "cancelled"
    cancel = alert.followed_by.get()
    assert answer["Location"] == url("reach", cancel)
    assert again["Location"] == url("reach", alert)
    assert cancel.infos.get(language="en").instruction == "All clear."
    assert cancel.notice.recipients.count() == alert.notice.recipients.count()


def test_a_refused_cancel_keeps_the_words_and_leaves_nothing_behind(client: Client, cast: Cast, at):
    avery = let_in(client, cast.avery, second_factor_at=time.time() - 3600)
    alert = published(cast.avery, at)

    answer = avery.post(url("cancel", alert), {"en_headline": "My words", "code": "000000", "key": "1"})
    long = avery.post(url("cancel", alert), {"en_headline": "x" * 999, "key": "1"})

    assert answer.status_code == long.status_code == 422
    assert 'value="My words"' in answer.content.decode()
    assert "That code is wrong" in answer.content.decode()
    assert Alert.objects.count() == 1


def test_the_public_hears_that_it_is_over(avery: Client, cast: Cast, at):
    alert = public(cast.avery, cast.sam, at)
    heard(alert, at)

    assert "Cancel the alert for 5 people and the public" in avery.get(url("cancel", alert)).content.decode()


def test_what_cannot_be_corrected_says_why(avery: Client, cast: Cast, at):
    alert = draft(cast.avery, at)

    assert avery.post(url("update", alert)).status_code == 409
    assert avery.get(url("cancel", alert)).status_code == 409

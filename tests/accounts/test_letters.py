"""A letter is a row until the mail server has it: nothing is lost, nothing is readable at rest."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import transaction

from cityalert.accounts import letters
from cityalert.accounts.models import Letter
from cityalert.lib.language import Language
from cityalert.ops import housekeeping

pytestmark = pytest.mark.django_db
ADDRESS = "lena@cityalert.example"


@pytest.fixture
def post(cast, at):
    def post(address=ADDRESS):
        facts = {
            "user": cast.noor.user,
            "password_reset_url": "https://city.example/secret-link",
            "email": address,
        }
        return letters.post("account/email/password_reset_key_message", address, Language.FR, facts, at=at)

    return post


@pytest.fixture(autouse=True)
def _a_template_with_a_subject(monkeypatch):
    render = letters.render_to_string
    subject = "account/email/password_reset_key_subject.txt"
    monkeypatch.setattr(
        letters,
        "render_to_string",
        lambda name, facts: render(subject if name.endswith("_subject.txt") else name, facts),
    )


def down(monkeypatch, error):
    def send(*_args, **_kwargs):
        raise error

    monkeypatch.setattr(letters.EmailMessage, "send", send)


def test_a_letter_leaves_once_in_the_persons_language(post, at):
    post()
    assert mail.outbox == []

    assert [letters.send_due(at=at), letters.send_due(at=at)] == [1, 0]

    [message] = mail.outbox
    assert message.to == [ADDRESS]
    assert "secret-link" in str(message.body)
    assert "mot de passe" in str(message.body)
    assert message.extra_headers["Content-Language"] == "fr"


def test_what_it_says_cannot_be_read_in_the_database_and_is_gone_once_it_went(post, at):
    letter = post()
    assert "secret-link" not in letter.sealed_text

    letters.send_due(at=at)

    letter.refresh_from_db()
    assert (letter.sealed_text, letter.due_at, letter.sent_at) == ("", None, at)


def test_an_act_that_failed_posts_nothing(post, at):
    with transaction.atomic():
        post()
        transaction.set_rollback(True)

    assert letters.send_due(at=at) == 0


def test_a_mail_server_that_is_down_is_asked_again_later(post, at, monkeypatch, caplog):
    post()
    down(monkeypatch, ConnectionRefusedError())

    assert letters.send_due(at=at) == 0
    assert ADDRESS not in caplog.text
    monkeypatch.undo()

    assert letters.send_due(at=at + timedelta(seconds=50)) == 0
    assert letters.send_due(at=at + timedelta(seconds=70)) == 1


def test_a_process_that_died_while_sending_is_made_good(post, at, monkeypatch):
    post()
    down(monkeypatch, KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        letters.send_due(at=at)
    monkeypatch.undo()

    assert letters.send_due(at=at + letters.LEASE) == 1
    assert len(mail.outbox) == 1


def test_nobody_waits_for_a_letter_for_ever(post, at, monkeypatch):
    letter = post()
    down(monkeypatch, ConnectionRefusedError())

    letters.send_due(at=at + letters.GIVE_UP + timedelta(minutes=1))

    letter.refresh_from_db()
    assert letter.failed_at is not None
    assert (letter.due_at, letter.sealed_text) == (None, "")


def test_a_refused_address_does_not_hold_up_the_others(post, at, sandbox, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    from cityalert.sandbox.mail import MailFault

    sandbox.mailboxes.behave(MailFault.REFUSE, to="wrong@cityalert.example")
    wrong, right = post("wrong@cityalert.example"), post()

    letters.send_due(at=at)

    wrong.refresh_from_db()
    right.refresh_from_db()
    assert wrong.failed_at == at
    assert right.sent_at == at
    sandbox.mailboxes[ADDRESS].expect("mot de passe")


def test_the_sweep_wakes_whoever_sends(post, at, monkeypatch):
    woken: list[str] = []
    monkeypatch.setattr(letters.jobs, "after_commit", woken.append)
    letters.wake(at=at)
    post()

    letters.wake(at=at)

    assert woken == [letters.TASK, letters.TASK]  # by the letter itself, and by the sweep


def test_what_went_long_ago_is_forgotten(post, at):
    post()
    letters.send_due(at=at)
    waiting = post()

    housekeeping.tidy(at=at + timedelta(days=31))

    assert list(Letter.objects.all()) == [waiting]

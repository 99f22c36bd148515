"""Sessions are listed and ended; passwords are chosen by a link in a mail."""

import re
import threading
from concurrent.futures import Future

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from cityalert.accounts import post
from cityalert.audit.models import Entry
from cityalert.audit.verbs import Verb
from tests.cast import Cast
from tests.door import sign_in

HAND_OVER = post.hand_over
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture(autouse=True)
def _mail_at_once(monkeypatch):
    """What the product sends meanwhile is sent at once, so that it can be looked at."""
    monkeypatch.setattr(post, "hand_over", post._send)


def test_sessions_are_listed_and_one_is_ended(client: Client, cast: Cast):
    elsewhere = Client(headers={"user-agent": FIREFOX}, REMOTE_ADDR="203.0.113.9")
    sign_in(elsewhere, cast.corin)
    sign_in(client, cast.corin)

    page = client.get(reverse("usersessions_list")).content.decode()
    assert "Firefox, Windows" in page
    assert "203.0.113.9" in page
    [end] = re.findall(r'action="(/accounts/sessions/\d+/end/)"', page)
    client.post(end)

    assert elsewhere.get(reverse("usersessions_list")).status_code == 302
    assert client.get(reverse("usersessions_list")).status_code == 200
    assert Entry.objects.filter(verb=Verb.SESSION_ENDED).get().facts == {"sessions": 1}


def test_nobody_ends_the_session_of_another(client: Client, cast: Cast):
    elsewhere = Client()
    sign_in(elsewhere, cast.vera)
    sign_in(client, cast.corin)
    session = cast.vera.user.usersession_set.get()

    assert client.post(reverse("account_end_session", args=[session.pk])).status_code == 404
    assert elsewhere.get(reverse("usersessions_list")).status_code == 200


def test_all_other_sessions_are_ended_at_once(client: Client, cast: Cast):
    others = [Client(), Client()]
    for other in [*others, client]:
        sign_in(other, cast.corin)

    client.post(reverse("usersessions_list"))

    assert all(other.get(reverse("usersessions_list")).status_code == 302 for other in others)
    assert Entry.objects.filter(verb=Verb.SESSION_ENDED).get().facts == {"sessions": 2}


def test_a_password_is_chosen_by_the_link_in_a_mail(client: Client, cast: Cast):
    signed_in = Client()
    sign_in(signed_in, cast.corin)

    client.post(reverse("account_reset_password"), {"email": cast.corin.email})

    [message] = mail.outbox
    assert message.to == [cast.corin.email]
    assert message.subject == "[CityAlert] Choose your password"
    [link] = re.findall(r"http://testserver(\S+)", str(message.body))
    form = client.get(link, follow=True).request["PATH_INFO"]
    new = "a lamp beside the harbour"
    client.post(form, {"password1": new, "password2": new})
    sign_in(client, cast.corin, password=new)
    assert "_auth_user_id" in client.session
    assert signed_in.get(reverse("usersessions_list")).status_code == 302  # signed out everywhere else
    assert Entry.objects.filter(verb=Verb.PASSWORD_CHANGED).count() == 1
    assert client.get(link).status_code == 200  # used: says so
    assert "does not work any more" in Client().get(link).content.decode()


def test_the_mail_is_in_the_persons_language(client: Client, cast: Cast):
    client.post(reverse("account_reset_password"), {"email": cast.noor.email})

    assert mail.outbox[0].subject != "[CityAlert] Choose your password"


def test_a_new_password_does_not_open_a_publishers_account(client: Client, cast: Cast):
    """The second factor is still asked for."""
    answer = sign_in(client, cast.avery, code="000000")

    assert "_auth_user_id" not in client.session
    assert answer.status_code == 200


def test_strangers_get_the_same_page_and_no_mail(client: Client, cast: Cast):
    known = client.post(reverse("account_reset_password"), {"email": cast.corin.email})
    unknown = client.post(reverse("account_reset_password"), {"email": "nobody@cityalert.example"})

    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert len(mail.outbox) == 1


def test_a_mail_server_that_is_down_is_no_fault(cast: Cast, settings, caplog, monkeypatch):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9  # nobody listens

    answer = Client().post(reverse("account_reset_password"), {"email": cast.corin.email})

    assert answer.status_code == 302
    assert "was not sent" in caplog.text
    assert cast.corin.email not in caplog.text


def test_sending_does_not_hold_up_the_page(cast: Cast, monkeypatch):
    answered = threading.Event()
    carried: list[Future] = []
    monkeypatch.setattr(post, "_send", lambda _message: answered.wait(5))
    monkeypatch.setattr(post, "hand_over", lambda message: carried.append(HAND_OVER(message)))

    Client().post(reverse("account_reset_password"), {"email": cast.corin.email})
    answered.set()

    assert carried[0].result() is True  # it was still being sent when the page was answered

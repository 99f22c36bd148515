"""The pages on which one reads and answers."""

import smtplib
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from twilio.rest import Client

from cityalert.sandbox.world import Sandbox
from tests.sandbox.conftest import SENDER, Listener
from tests.sandbox.test_mail import VERA, message, post

ROSA = "+14165550101"
SCRIPT = "<script>alert(1)</script>"


def get(sandbox: Sandbox, path: str, **headers: str) -> requests.Response:
    return requests.get(sandbox.url + path, headers=headers, timeout=5)


def submit(sandbox: Sandbox, path: str, origin: str | None = None, **fields: Any) -> requests.Response:
    headers = {"Origin": sandbox.url if origin is None else origin}
    return requests.post(sandbox.url + path, data=fields, headers=headers, timeout=5)


def test_what_arrived_is_listed_and_can_be_searched(client: Client, sandbox: Sandbox) -> None:
    client.messages.create(to=ROSA, from_=SENDER, body="Fire at Main")
    client.messages.create(to="+14165550199", from_=SENDER, body="Road closed")
    post(sandbox, message())

    everything = get(sandbox, "/").text
    assert ROSA in everything
    assert "+14165550199" in everything
    assert VERA in everything
    assert "nothing here leaves this machine" in everything
    found = get(sandbox, "/?q=road").text
    assert "+14165550199" in found
    assert ROSA not in found
    assert "/phones/+14165550123/" in get(sandbox, "/?q=%2B1 416 555-0123").text


def test_empty_pages_say_what_to_do(sandbox: Sandbox) -> None:
    assert "Publish an alert" in get(sandbox, "/").text
    assert "Nothing on this phone yet" in get(sandbox, f"/phones/{ROSA}/").text
    assert "No e-mail has come in yet" in get(sandbox, "/mail/").text


def test_one_answers_from_a_phone(client: Client, sandbox: Sandbox, listener: Listener) -> None:
    client.messages.create(to=ROSA, from_=SENDER, body="Fire. Reply ACK.")

    page = submit(sandbox, f"/phones/{ROSA}/", text="ACK")

    assert page.status_code == 200
    assert page.url == f"{sandbox.url}/phones/{ROSA}/"
    assert [heard.fields["Body"] for heard in listener.heard] == ["ACK"]
    assert "Reply ACK" in page.text


def test_an_answer_that_failed_is_not_shown_as_heard(sandbox: Sandbox, listener: Listener) -> None:
    listener.answers = [403]

    assert "CityAlert answered 403" in submit(sandbox, f"/phones/{ROSA}/", text="ACK").text


@pytest.mark.parametrize("text", ["", " ", "x" * 1601])
def test_a_message_that_cannot_be_sent_is_kept(sandbox: Sandbox, listener: Listener, text: str) -> None:
    page = submit(sandbox, f"/phones/{ROSA}/", text=text)

    assert page.status_code == 422
    assert 'aria-invalid="true"' in page.text
    assert text in page.text
    assert listener.heard == []


def test_mail_is_read_in_both_forms(sandbox: Sandbox) -> None:
    post(sandbox, message())
    mail = sandbox.mailboxes[VERA].expect("Fire")

    page = get(sandbox, f"/mail/{VERA}/{mail.id}/").text

    assert "Évacuez" in page
    assert 'href="https://alerts.example/a/x1"' in page
    assert "<iframe" in page
    assert "sandbox=" in page
    assert VERA in get(sandbox, "/mail/").text
    assert "Fire at Main" in get(sandbox, f"/mail/{VERA}/").text


def test_nothing_that_was_sent_can_run(client: Client, sandbox: Sandbox) -> None:
    client.messages.create(to=ROSA, from_=SENDER, body=f"Fire {SCRIPT}")
    mail = message(f"Fire {SCRIPT}")
    mail.get_payload()[1].set_content(f"<html><head></head><body>{SCRIPT}</body></html>", subtype="html")  # type: ignore[index, union-attr]
    post(sandbox, mail)
    sent = sandbox.mailboxes[VERA].expect("Fire")
    assert SCRIPT in sent.html

    for path in (
        "/",
        "/mail/",
        f"/mail/{VERA}/",
        f"/mail/{VERA}/{sent.id}/",
        f"/phones/{ROSA}/",
        f"/?q={SCRIPT}",
    ):
        page = get(sandbox, path)
        assert SCRIPT not in page.text
        assert "script-src 'self';" in page.headers["Content-Security-Policy"]
        assert "unsafe" not in page.headers["Content-Security-Policy"]
    html = get(sandbox, f"/mail/{VERA}/{sent.id}/html/")
    assert "sandbox allow-popups" in html.headers["Content-Security-Policy"]
    assert "default-src 'none'" in html.headers["Content-Security-Policy"]
    assert "script-src" not in html.headers["Content-Security-Policy"]


@pytest.mark.parametrize("origin", ["", "null", "https://evil.example", "http://127.0.0.1:1"])
def test_another_site_can_press_no_button(sandbox: Sandbox, listener: Listener, origin: str) -> None:
    assert submit(sandbox, f"/phones/{ROSA}/", origin=origin, text="STOP").status_code == 403
    assert submit(sandbox, "/behaviour/", origin=origin, what="clear").status_code == 403
    assert listener.heard == []
    assert sandbox.twilio.blocked == set()


def test_a_browser_names_the_page_it_comes_from(sandbox: Sandbox) -> None:
    """With no-referrer it would send `Origin: null`, and our own buttons would be refused."""
    assert get(sandbox, "/").headers["Referrer-Policy"] == "same-origin"


def test_another_name_for_this_machine_is_not_answered(client: Client, sandbox: Sandbox) -> None:
    client.messages.create(to=ROSA, from_=SENDER, body="Fire")

    page = get(sandbox, "/", Host="rebound.example")

    assert page.status_code == 421
    assert ROSA not in page.text


@pytest.mark.parametrize(
    "path",
    ["/nothing/", "/phones/416/", "/phones/+0/", "/mail/x/EM1/", f"/mail/{VERA}/EM{'0' * 32}/", "/phones/"],
)
def test_what_is_not_here_is_told_in_a_sentence(sandbox: Sandbox, path: str) -> None:
    page = get(sandbox, path)

    assert page.status_code == 404
    assert "There is nothing here" in page.text


def test_static_files_come_from_the_project_and_nowhere_else(sandbox: Sandbox) -> None:
    found = get(sandbox, "/static/sandbox/sandbox.css")
    assert found.headers["Content-Type"] == "text/css"
    port = urlsplit(sandbox.url).port or 0
    for path in ("/static/../manage.py", "/static/%2e%2e/manage.py", "/static//etc/passwd", "/static/\0"):
        session = requests.Session()
        request = requests.Request("GET", sandbox.url).prepare()
        request.url = f"http://127.0.0.1:{port}{path}"
        assert session.send(request, timeout=5).status_code in (400, 404)


def test_the_controls_change_how_the_world_behaves(client: Client, sandbox: Sandbox) -> None:
    submit(sandbox, "/behaviour/", what="fault", fault="error", code="20429", times="2", to="+1 416 555 0101")
    submit(sandbox, "/behaviour/", what="mail", fault="refuse", times="", to=VERA)
    page = submit(
        sandbox, "/behaviour/", what="pace", latency="50", per_second="9", delay="0", copies="2", forged="on"
    )

    assert "20429" in page.text
    assert sandbox.twilio.rules.rules[0].to == ROSA
    assert (sandbox.twilio.latency, sandbox.twilio.per_second) == (0.05, 9)
    assert sandbox.twilio.carrier.callbacks.copies == 2
    assert sandbox.twilio.carrier.callbacks.forged
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        post(sandbox, message())

    calm = submit(sandbox, "/behaviour/", what="calm")
    assert "No fault waits for a message" in calm.text
    assert sandbox.twilio.latency == 0


@pytest.mark.parametrize(
    ("fields", "kept"),
    [
        ({"what": "fault", "fault": "error", "code": "7", "times": "1"}, 'value="7"'),
        ({"what": "fault", "fault": "undelivered", "code": "21211"}, 'value="21211"'),
        ({"what": "fault", "fault": "no-such"}, "aria-describedby"),
        ({"what": "fault", "fault": "error", "to": "Rosa"}, 'value="Rosa"'),
        ({"what": "mail", "fault": "refuse", "to": "nobody"}, 'value="nobody"'),
        ({"what": "pace", "latency": "soon", "per_second": "0", "delay": "0", "copies": "1"}, 'value="soon"'),
        ({"what": "pace", "latency": "-1"}, 'value="-1"'),
    ],
)
def test_a_control_set_wrongly_says_so_and_keeps_what_was_typed(
    sandbox: Sandbox, fields: dict[str, str], kept: str
) -> None:
    page = submit(sandbox, "/behaviour/", **fields)

    assert page.status_code == 422
    assert kept in page.text
    assert sandbox.twilio.rules.rules == []
    assert sandbox.mailboxes.rules.rules == []


def test_an_unknown_control_changes_nothing(sandbox: Sandbox) -> None:
    assert submit(sandbox, "/behaviour/", what="explode").status_code == 200


@pytest.mark.parametrize(
    ("asked", "spoken"), [("fr-CA,fr;q=0.9", "fr"), ("de, en;q=0.5", "en"), ("*", "en"), ("", "en")]
)
def test_pages_speak_the_readers_language(sandbox: Sandbox, asked: str, spoken: str) -> None:
    assert f'<html lang="{spoken}">' in get(sandbox, "/", **{"Accept-Language": asked}).text


def test_a_sample_alert_goes_out_on_the_stream_and_into_the_archive(sandbox: Sandbox) -> None:
    assert submit(sandbox, "/naad/").status_code == 200

    [said] = sandbox.naad.said
    assert said.identifier in get(sandbox, "/naad/").text
    assert get(sandbox, said.path).content == said.raw
    assert get(sandbox, "/naad/archive/2026-01-01/none.xml").status_code == 404

"""Phones one can read and answer from."""

from typing import Any

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from cityalert.sandbox.webhooks import Answer, Webhook, sign, through_client
from cityalert.sandbox.world import Sandbox
from tests.sandbox.conftest import SENDER, SERVICE, TOKEN, Listener

ROSA = "+14165550101"


def test_each_text_answers_one_expectation(client: Client, sandbox: Sandbox) -> None:
    for body in ("Fire at Main", "Fire at Main: update"):
        client.messages.create(to=ROSA, from_=SENDER, body=body)
    phone = sandbox.phones["+1 (416) 555-0101"]

    assert phone.expect("Fire").body == "Fire at Main"
    assert phone.expect("Fire").body == "Fire at Main: update"
    phone.expect_nothing()
    with pytest.raises(AssertionError, match="Fire at Main: update"):
        phone.expect("Fire", within=0.01)


def test_a_text_too_many_is_told_with_its_words(client: Client, sandbox: Sandbox) -> None:
    client.messages.create(to=ROSA, from_=SENDER, body="Not for you")

    with pytest.raises(AssertionError, match="Not for you"):
        sandbox.phones[ROSA].expect_nothing(within=0.1)


def test_links_are_found_without_the_full_stop(client: Client, sandbox: Sandbox) -> None:
    body = "Fire. Details: https://alerts.example/a/x1?l=fr. Reply ACK (or https://b.example/)."
    client.messages.create(to=ROSA, from_=SENDER, body=body)

    assert sandbox.phones[ROSA].expect().links == [
        "https://alerts.example/a/x1?l=fr",
        "https://b.example/",
    ]


def test_a_reply_comes_to_cityalert_signed(client: Client, sandbox: Sandbox, listener: Listener) -> None:
    client.messages.create(to=ROSA, messaging_service_sid=SERVICE, body="Fire. Reply ACK.")

    assert sandbox.phones[ROSA].expect("Reply ACK").reply("ACK") == 200

    [heard] = listener.heard
    assert heard.url == sandbox.line.url
    assert heard.signature == sign(heard.url, heard.fields, TOKEN)
    assert {
        name: heard.fields[name] for name in ("From", "To", "Body", "NumMedia", "MessagingServiceSid")
    } == {
        "From": ROSA,
        "To": SENDER,
        "Body": "ACK",
        "NumMedia": "0",
        "MessagingServiceSid": SERVICE,
    }
    assert client.messages(heard.fields["MessageSid"]).fetch().direction == "inbound"


def test_cityalerts_twiml_is_shown_on_the_phone(sandbox: Sandbox, listener: Listener) -> None:
    listener.body = (
        b"<Response><Message>Thank you.</Message><Message><Body>Merci.</Body></Message></Response>"
    )

    sandbox.phones[ROSA].send("ACK")

    sandbox.phones[ROSA].expect("Thank you")
    assert sandbox.phones[ROSA].expect("Merci").message.direction == "outbound-reply"


@pytest.mark.parametrize(
    "body",
    [b"", b"OK", b"<html><Message>no</Message></html>", b"<Response/>", b"<Response><Message>cut"],
)
def test_what_is_no_twiml_says_nothing(sandbox: Sandbox, listener: Listener, body: bytes) -> None:
    listener.body = body

    sandbox.phones[ROSA].send("ACK")

    sandbox.phones[ROSA].expect_nothing()


def test_twiml_opens_no_file(sandbox: Sandbox, listener: Listener) -> None:
    listener.body = (
        b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><Response><Message>(&e;)</Message></Response>'
    )

    sandbox.phones[ROSA].send("ACK")

    assert sandbox.phones[ROSA].expect("(").body == "(&e;)"


@pytest.mark.parametrize(
    "word", ["STOP", "stop ", "Unsubscribe", "END", "QUIT", "STOPALL", "REVOKE", "OPTOUT", "CANCEL"]
)
def test_after_stop_nothing_is_accepted_until_start(
    client: Client, sandbox: Sandbox, listener: Listener, word: str
) -> None:
    phone = sandbox.phones[ROSA]
    phone.send(word)

    with pytest.raises(TwilioRestException) as refused:
        client.messages.create(to=ROSA, from_=SENDER, body="Fire")
    assert refused.value.code == 21610
    phone.expect_nothing()
    assert [text.body for text in phone.conversation if text.by_provider]

    phone.send("START")
    client.messages.create(to=ROSA, from_=SENDER, body="Fire")
    phone.expect("Fire")
    assert [heard.fields["Body"] for heard in listener.heard] == [word, "START"]


@pytest.mark.parametrize("words", ["please stop", "ARRET", "ACK", "YES"])
def test_other_words_stop_nothing(client: Client, sandbox: Sandbox, words: str) -> None:
    sandbox.phones[ROSA].send(words)

    assert client.messages.create(to=ROSA, from_=SENDER, body="Fire").sid


def test_a_reply_that_nobody_hears_says_so(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cityalert.sandbox.webhooks.RETRY_AFTER", ())
    sandbox.line.url = "http://127.0.0.1:9/"

    assert sandbox.phones[ROSA].send("ACK") == 0


def test_a_test_can_carry_the_web_hooks_in_its_own_thread(client: Client, sandbox: Sandbox) -> None:
    carried: list[Webhook] = []

    def carry(hook: Webhook) -> Answer:
        carried.append(hook)
        return Answer(200)

    with sandbox.webhooks.through(carry):
        client.messages.create(to=ROSA, from_=SENDER, body="Fire", status_callback="https://c.example/s")
        assert sandbox.webhooks.flush() == [Answer(200)] * 3
        assert sandbox.phones[ROSA].expect("Fire").reply("ACK") == 200

    assert [hook.fields.get("MessageStatus") or hook.fields["Body"] for hook in carried] == [
        "sending",
        "sent",
        "delivered",
        "ACK",
    ]


def test_web_hooks_are_handed_to_djangos_client_as_they_would_arrive() -> None:
    asked: list[tuple[Any, Any]] = []

    class Client:
        def post(self, *args: Any, **kwargs: Any) -> Any:
            asked.append((args, kwargs))
            return type("Response", (), {"status_code": 204, "content": b""})()

    hook = Webhook("https://alerts.example/provider/?x=1", {"Body": "a b"}, "signature")

    assert through_client(Client())(hook) == Answer(204)
    (where, what), *others = asked
    assert (where, others) == (("/provider/?x=1",), [])
    assert what["content_type"].startswith("application/x-www-form-urlencoded")
    assert (what["data"], what["secure"]) == ("Body=a+b", True)
    assert {"X-Twilio-Signature": "signature", "Host": "alerts.example"}.items() <= what["headers"].items()

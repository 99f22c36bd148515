"""The outside world misbehaving on demand."""

import time

import pytest
import requests
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from cityalert.sandbox.behaviour import Callbacks, Fault, Pace
from cityalert.sandbox.webhooks import sign
from cityalert.sandbox.world import Sandbox
from tests.sandbox.conftest import SENDER, TOKEN, Listener

ROSA, VERA = "+14165550101", "+14165550102"


def send(client: Client, to: str = ROSA, callback: str = "", **options: object) -> str:
    return str(
        client.messages.create(to=to, from_=SENDER, body="Fire", status_callback=callback, **options).sid
    )


def statuses(listener: Listener) -> list[str]:
    return [heard.fields["MessageStatus"] for heard in listener.heard]


@pytest.mark.parametrize(("code", "status"), [(20500, 500), (20429, 429), (20503, 503), (21610, 400)])
def test_it_refuses_the_next_ones_and_then_no_more(
    client: Client, sandbox: Sandbox, code: int, status: int
) -> None:
    sandbox.twilio.behave(Fault.ERROR, code=code, times=2)

    for _ in range(2):
        with pytest.raises(TwilioRestException) as refused:
            send(client)
        assert (refused.value.code, refused.value.status) == (code, status)
    assert send(client)
    assert len(sandbox.phones[ROSA].messages) == 1


def test_a_fault_may_be_for_one_number_only(client: Client, sandbox: Sandbox) -> None:
    sandbox.twilio.behave(Fault.ERROR, code=20500, to=VERA)

    assert send(client, ROSA)
    with pytest.raises(TwilioRestException):
        send(client, VERA)


def test_it_accepts_and_never_answers(client: Client, sandbox: Sandbox) -> None:
    sandbox.twilio.behave(Fault.HANG, times=1)

    with pytest.raises(requests.exceptions.ReadTimeout):
        send(client)

    sandbox.phones[ROSA].expect("Fire")
    assert [message.body for message in client.messages.list(to=ROSA)] == ["Fire"]


def test_it_accepts_and_hangs_up(client: Client, sandbox: Sandbox) -> None:
    sandbox.twilio.behave(Fault.DROP_AFTER, times=1)

    with pytest.raises(requests.exceptions.ConnectionError):
        send(client)

    assert len(client.messages.list(to=ROSA)) == 1


def test_it_hangs_up_before_accepting(client: Client, sandbox: Sandbox) -> None:
    sandbox.twilio.behave(Fault.DROP, times=1)

    with pytest.raises(requests.exceptions.ConnectionError):
        send(client)

    assert client.messages.list(to=ROSA) == []
    sandbox.phones[ROSA].expect_nothing()


def test_it_takes_its_time(client: Client, sandbox: Sandbox) -> None:
    sandbox.twilio.behave(latency=0.2)
    begun = time.monotonic()

    send(client)

    assert time.monotonic() - begun >= 0.2


def test_it_holds_to_a_rate(client: Client, sandbox: Sandbox) -> None:
    sandbox.twilio.behave(per_second=3)
    answers: list[str | int] = []
    for _ in range(12):
        try:
            answers.append(send(client)[:2])
        except TwilioRestException as refused:
            answers.append(refused.status)

    assert answers[:3] == ["SM"] * 3
    assert 429 in answers


def test_calm_takes_everything_back(client: Client, sandbox: Sandbox) -> None:
    sandbox.twilio.behave(Fault.ERROR, code=20500)
    sandbox.twilio.behave(latency=5, per_second=1, callbacks=Callbacks(dropped=True), pace=Pace(1, 2, 3))

    sandbox.calm()

    send(client)
    assert sandbox.phones[ROSA].expect("Fire").message.status == "delivered"


def test_the_network_fails_later(client: Client, sandbox: Sandbox, listener: Listener) -> None:
    sandbox.twilio.behave(Fault.UNDELIVERED, code=30005, to=ROSA)
    send(client, ROSA, listener.url)
    send(client, "+15005550016", listener.url)
    sandbox.webhooks.settle()

    ends = {heard.fields["To"]: heard.fields for heard in listener.heard}
    assert (ends[ROSA]["MessageStatus"], ends[ROSA]["ErrorCode"]) == ("undelivered", "30005")
    assert ends["+15005550016"]["ErrorCode"] == "30006"
    sandbox.phones[ROSA].expect_nothing()


def test_a_code_that_no_network_says_is_a_mistake_in_the_test(sandbox: Sandbox) -> None:
    with pytest.raises(ValueError, match="30003"):
        sandbox.twilio.behave(Fault.UNDELIVERED, code=21211)


def test_what_is_not_sent_in_time_is_not_sent(client: Client, sandbox: Sandbox, listener: Listener) -> None:
    sandbox.twilio.behave(pace=Pace(sending=0.1, sent=5.0, delivered=6.0))
    send(client, callback=listener.url, validity_period=1)
    sandbox.webhooks.settle()

    assert statuses(listener) == ["failed"]
    assert listener.heard[0].fields["ErrorCode"] == "30036"
    sandbox.phones[ROSA].expect_nothing()


def test_a_text_can_be_cancelled_while_it_waits(client: Client, sandbox: Sandbox, listener: Listener) -> None:
    sandbox.twilio.behave(pace=Pace(0.3, 0.3, 0.3))
    sid = send(client, callback=listener.url)

    assert client.messages(sid).update(status="canceled").status == "canceled"

    sandbox.webhooks.settle()
    sandbox.phones[ROSA].expect_nothing()
    with pytest.raises(TwilioRestException):
        client.messages(sid).update(status="canceled")


def test_call_backs_tell_of_each_state_in_order_and_signed(
    client: Client, sandbox: Sandbox, listener: Listener
) -> None:
    url = f"{listener.url}/provider/twilio/status/7/?a=1"
    sid = send(client, callback=url)
    sandbox.webhooks.settle()

    assert statuses(listener) == ["sending", "sent", "delivered"]
    for heard in listener.heard:
        assert heard.url == url
        assert heard.signature == sign(url, heard.fields, TOKEN)
        assert heard.fields["MessageSid"] == heard.fields["SmsSid"] == sid
        assert (heard.fields["To"], heard.fields["From"]) == (ROSA, SENDER)
        assert heard.fields["SmsStatus"] == heard.fields["MessageStatus"]
        assert "ErrorCode" not in heard.fields


def test_the_pace_is_kept(client: Client, sandbox: Sandbox, listener: Listener) -> None:
    sandbox.twilio.behave(pace=Pace(0.05, 0.1, 0.3))
    begun = time.monotonic()
    sid = send(client, callback=listener.url)

    assert client.messages(sid).fetch().status == "queued"
    listener.wait_for(3)
    assert time.monotonic() - begun >= 0.3


def test_call_backs_come_twice_when_asked(client: Client, sandbox: Sandbox, listener: Listener) -> None:
    sandbox.twilio.behave(callbacks=Callbacks(copies=2))
    send(client, callback=listener.url)
    sandbox.webhooks.settle()

    assert statuses(listener) == ["sending", "sending", "sent", "sent", "delivered", "delivered"]


def test_call_backs_come_in_the_wrong_order_when_asked(
    client: Client, sandbox: Sandbox, listener: Listener
) -> None:
    sandbox.twilio.behave(callbacks=Callbacks(reordered=True))
    send(client, callback=listener.url)
    sandbox.webhooks.settle()

    assert statuses(listener) == ["delivered", "sent", "sending"]


def test_call_backs_get_lost_when_asked(client: Client, sandbox: Sandbox, listener: Listener) -> None:
    sandbox.twilio.behave(callbacks=Callbacks(dropped=True))
    sid = send(client, callback=listener.url)
    sandbox.webhooks.settle()

    assert listener.heard == []
    assert client.messages(sid).fetch().status == "delivered"


def test_call_backs_are_late_when_asked(client: Client, sandbox: Sandbox, listener: Listener) -> None:
    sandbox.twilio.behave(callbacks=Callbacks(delay=0.2))
    send(client, callback=listener.url)

    sandbox.phones[ROSA].expect("Fire")
    begun = time.monotonic()
    sandbox.webhooks.settle()
    assert time.monotonic() - begun >= 0.2


def test_call_backs_are_forged_when_asked(client: Client, sandbox: Sandbox, listener: Listener) -> None:
    sandbox.twilio.behave(callbacks=Callbacks(forged=True))
    send(client, callback=listener.url)
    sandbox.webhooks.settle()

    assert len(listener.heard) == 3
    assert all(heard.signature != sign(heard.url, heard.fields, TOKEN) for heard in listener.heard)


def test_a_call_back_is_tried_again(client: Client, sandbox: Sandbox, listener: Listener) -> None:
    listener.answers = [503]
    send(client, callback=listener.url)
    sandbox.webhooks.settle()

    assert statuses(listener) == ["sending", "sending", "sent", "delivered"]

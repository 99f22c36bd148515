"""Twilio's own client and Twilio's own description, against the imitation."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import requests
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from cityalert.sandbox.world import Sandbox
from tests.sandbox.conftest import ACCOUNT, SENDER, SERVICE, TOKEN, ToSandboxAsync

ROSA = "+14165550101"


def raw(sandbox: Sandbox, method: str, path: str, **kwargs: Any) -> requests.Response:
    url = f"{sandbox.url}/2010-04-01/Accounts/{ACCOUNT}/{path}"
    return requests.request(method, url, auth=kwargs.pop("auth", (ACCOUNT, TOKEN)), timeout=5, **kwargs)


def test_a_text_is_accepted_and_reaches_the_phone(client: Client, sandbox: Sandbox) -> None:
    sent = client.messages.create(to=ROSA, from_=SENDER, body="Fire at Main and 3rd")

    text = sandbox.phones[ROSA].expect("fire at main")

    assert (sent.status, sent.num_segments, sent.direction) == ("delivered", "1", "outbound-api")
    assert text.message.sid == sent.sid
    assert client.messages(sent.sid).fetch().status == "delivered"


def test_a_messaging_service_chooses_the_sender_later(client: Client, sandbox: Sandbox) -> None:
    callback = f"{sandbox.line.url}status"
    sent = client.messages.create(
        to=ROSA, messaging_service_sid=SERVICE, body="Gas leak", status_callback=callback
    )

    assert (sent.from_, sent.status, sent.num_segments) == (None, "accepted", "0")
    sandbox.webhooks.settle()
    later = client.messages(sent.sid).fetch()
    assert (later.from_, later.status, later.num_segments) == (SENDER, "delivered", "1")


async def test_the_asynchronous_client_is_served_too(sandbox: Sandbox) -> None:
    async with ToSandboxAsync(sandbox.url) as http:
        client = Client(ACCOUNT, TOKEN, http_client=http)
        bodies = [f"Alert {n}" for n in range(20)]
        sent = await asyncio.gather(
            *(client.messages.create_async(to=ROSA, from_=SENDER, body=body) for body in bodies)
        )

    assert {message.body for message in sent} == set(bodies)
    assert len(sandbox.phones[ROSA].messages) == 20


def test_every_answer_is_as_twilio_describes_it(sandbox: Sandbox, conforms: Any) -> None:
    form = {"To": ROSA, "MessagingServiceSid": SERVICE, "Body": "Évacuez", "StatusCallback": sandbox.line.url}
    created = raw(sandbox, "POST", "Messages.json", data=form)
    failed = raw(sandbox, "POST", "Messages.json", data=form | {"To": "+15005550013"})
    sandbox.phones[ROSA].send("ACK")
    sandbox.webhooks.settle()

    assert created.status_code == failed.status_code == 201
    conforms(created.json(), ".json", "post", 201)
    conforms(failed.json(), ".json", "post", 201)
    for message in (created.json(), failed.json()):
        fetched = raw(sandbox, "GET", f"Messages/{message['sid']}.json")
        conforms(fetched.json(), "/{Sid}.json", "get", 200)
    assert fetched.json()["error_code"] == 30003
    listing = raw(sandbox, "GET", "Messages.json", params={"PageSize": 2}).json()
    conforms(listing, ".json", "get", 200)
    assert len(listing["messages"]) == 2
    assert listing["next_page_uri"]
    redacted = raw(sandbox, "POST", f"Messages/{created.json()['sid']}.json", data={"Body": ""})
    conforms(redacted.json(), "/{Sid}.json", "post", 200)
    assert redacted.json()["body"] == ""
    assert raw(sandbox, "DELETE", f"Messages/{created.json()['sid']}.json").status_code == 204


def test_the_list_is_paged_newest_first_without_gaps(client: Client) -> None:
    sids = [client.messages.create(to=ROSA, from_=SENDER, body=f"{n}").sid for n in range(7)]

    assert [message.sid for message in client.messages.list(page_size=3)] == sids[::-1]
    page = client.messages.page(page_size=5)
    client.messages.create(to=ROSA, from_=SENDER, body="meanwhile")
    following = page.next_page()
    assert following is not None
    assert [message.sid for message in following] == [sids[1], sids[0]]


def test_the_list_is_filtered_by_number_and_date(client: Client) -> None:
    before = datetime.now(UTC) - timedelta(minutes=1)
    mine = client.messages.create(to=ROSA, from_=SENDER, body="to Rosa").sid
    client.messages.create(to="+14165550102", from_="+14165550199", body="to another")

    def sids(**filters: Any) -> list[str | None]:
        return [message.sid for message in client.messages.list(**filters)]

    assert sids(to=ROSA) == [mine]
    assert sids(from_=SENDER) == [mine]
    assert sids(to=ROSA, date_sent_after=before) == [mine]
    assert sids(to=ROSA, date_sent_before=before) == []
    assert sids(to=ROSA, date_sent=datetime.now(UTC).date()) == [mine]
    assert sids(to=ROSA, date_sent=date(2020, 1, 1)) == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"to": "+15005550001"}, 21211),
        ({"to": "416"}, 21211),
        ({"to": "+15005550003"}, 21408),
        ({"to": "+442071838750"}, 21408),
        ({"to": "+15005550004"}, 21610),
        ({"to": "+15005550009"}, 21614),
        ({"body": ""}, 21602),
        ({"body": "x" * 1601}, 21617),
        ({"from_": "Toronto"}, 21212),
        ({"from_": ""}, 21603),
        ({"to": ""}, 21604),
        ({"messaging_service_sid": "not-a-sid"}, 21701),
        ({"status_callback": "not a url"}, 21609),
        ({"status_callback": "http://under_score/x"}, 21609),
        ({"status_callback": "http://[broken"}, 21609),
        ({"validity_period": 0}, 20001),
        ({"validity_period": 36_001}, 20001),
    ],
)
def test_a_text_is_refused_in_twilios_words(
    client: Client, sandbox: Sandbox, changes: dict[str, Any], code: int
) -> None:
    with pytest.raises(TwilioRestException) as refused:
        client.messages.create(**{"to": ROSA, "from_": SENDER, "body": "Fire", **changes})

    assert refused.value.code == code
    assert refused.value.msg
    assert len(sandbox.twilio.messages) == 0


def test_the_longest_body_fits(client: Client) -> None:
    assert client.messages.create(to=ROSA, from_=SENDER, body="x" * 1600).num_segments == "11"


@pytest.mark.parametrize("auth", [(ACCOUNT, "wrong"), ("AC" + "9" * 32, TOKEN), None])
def test_without_the_right_credentials_nothing_is_told(sandbox: Sandbox, auth: Any) -> None:
    answer = raw(sandbox, "GET", "Messages.json", auth=auth)

    assert answer.status_code == 401
    assert answer.json() == {
        "code": 20003,
        "message": "Authenticate",
        "more_info": "https://www.twilio.com/docs/errors/20003",
        "status": 401,
    }


def test_what_is_not_there_is_404_and_what_cannot_be_is_405(sandbox: Sandbox) -> None:
    assert raw(sandbox, "GET", f"Messages/SM{'a' * 32}.json").json()["code"] == 20404
    assert raw(sandbox, "GET", "Recordings.json").json()["code"] == 20404
    assert raw(sandbox, "DELETE", "Messages.json").json()["code"] == 20004


@pytest.mark.parametrize(
    "query", [{"PageSize": "0"}, {"PageSize": "x"}, {"DateSent": "soon"}, {"Page": "-1"}]
)
def test_a_senseless_question_is_refused(sandbox: Sandbox, query: dict[str, str]) -> None:
    answer = raw(sandbox, "GET", "Messages.json", params=query)

    assert (answer.status_code, answer.json()["code"]) == (400, 20001)


def test_bytes_that_are_no_text_are_no_fault(sandbox: Sandbox) -> None:
    form = f"To=%2B14165550101&From=%2B16475550100&Body=%ff%fe%00&=&{'x' * 100}"
    headers = {"Content-Type": "application/x-www-form-urlencoded"}

    assert raw(sandbox, "POST", "Messages.json", data=form, headers=headers).status_code == 201
    assert raw(sandbox, "POST", "Messages.json", data="x" * 200_000).json()["code"] == 21617


def test_the_oldest_make_room(client: Client, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox.twilio.messages, "keep", 3)
    for n in range(5):
        client.messages.create(to=f"+1416555010{n}", from_=SENDER, body=f"{n}")

    assert [message.body for message in sandbox.twilio.messages.newest_first()] == ["4", "3", "2"]
    assert [phone.number for phone in sandbox.phones] == ["+14165550104", "+14165550103", "+14165550102"]

"""Push messages: what a browser shows, and what each answer of its push service means."""

import base64
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from cityalert.delivery import fanout, receipts, sending
from cityalert.delivery.aes128gcm import CURVE, encrypted
from cityalert.delivery.ladder import State
from cityalert.delivery.models import Delivery
from cityalert.lib.severity import Severity
from cityalert.sandbox.push import PushFault
from cityalert.subscriptions.devices import Device, NotADevice, is_service
from cityalert.subscriptions.models import ContactPoint
from tests.delivery.say import members, say

POINT = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"


@pytest.fixture
def device(cast, at, sandbox):
    """Corin's."""
    there = sandbox.push["corin"]
    ContactPoint.objects.create(
        subscriber=cast.corin.subscriber, channel="push", address=there.subscription, verified_at=at
    )
    return there


@pytest.fixture
def told(cast, at, device):
    notice = say(members(cast.corin), at=at)
    fanout.fan_out(notice.pk, at=at)
    return notice


def the(notice):
    return Delivery.objects.get(notice=notice, channel="push")


def raw(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def test_it_is_encrypted_as_the_standard_says():
    # RFC 8291, appendix A.
    sender = ec.derive_private_key(
        int.from_bytes(raw("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"), "big"), CURVE
    )
    body = encrypted(
        b"When I grow up, I want to be a watermelon",
        raw(POINT),
        raw("BTBZMqHH6r4Tts7J_aSIgg"),
        sender=sender,
        salt=raw("DGv6ra1nlYgDCS1FRnbzlw"),
    )

    assert body == raw(
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru"
        "3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )


@pytest.mark.parametrize(
    ("endpoint", "is_one"),
    [
        ("https://fcm.googleapis.com/fcm/send/abc", True),
        ("https://updates.push.services.mozilla.com/wpush/v2/abc", True),
        ("https://web.push.apple.com/abc", True),
        ("https://wns2-par02p.notify.windows.com/w/?token=abc", True),
        ("http://fcm.googleapis.com/fcm/send/abc", False),
        ("https://fcm.googleapis.com:8443/abc", False),
        ("https://fcm.googleapis.com@10.0.0.1/abc", False),
        ("https://xpush.services.mozilla.com/abc", False),
        ("https://fcm.googleapis.com.example/abc", False),
        ("https://10.0.0.1/abc", False),
        ("https://[::ffff:10.0.0.1]/abc", False),
        ("https://[/abc", False),
    ],
)
def test_only_push_services_are_spoken_to(endpoint, is_one):
    assert is_service(endpoint) == is_one


def test_what_is_no_subscription_is_recognised():
    address = f"https://web.push.apple.com/abc {POINT} BTBZMqHH6r4Tts7J_aSIgg"

    assert Device.read(address).address == address
    for spoiled in (
        f"{address} more",
        address[:-4],
        address.replace(POINT, POINT[:-3] + "AAA"),
        f"{address}\n",
    ):
        with pytest.raises(NotADevice):
            Device.read(spoiled)


@pytest.mark.django_db
def test_a_browser_shows_it_and_a_press_on_it_acknowledges(cast, told, device, client):
    sending.send_due("push")

    shown = device.expect("Fire at Main")
    assert shown.said["body"] == "Fire at Main and 3rd. Stay away."
    assert (shown.said["language"], shown.said["stays"], shown.said["asks"]) == ("en", True, True)
    assert shown.urgency == "high"
    assert 3500 < shown.ttl <= 3600
    assert the(told).state == State.SENT

    assert client.post(shown.said["link"], {"via": "push"}).status_code == 204

    assert the(told).state == State.ACKNOWLEDGED
    assert Delivery.objects.get(notice=told, channel="sms").state == State.STOPPED


@pytest.mark.django_db
def test_an_update_replaces_what_was_not_yet_shown(cast, told, at, device):
    device.is_away = True
    sending.send_due("push")
    update = say(members(cast.corin), at=at, follows=[told], severity=Severity.MINOR)
    fanout.fan_out(update.pk, at=at)
    other = say(members(cast.corin), at=at, series="another")
    fanout.fan_out(other.pk, at=at)
    sending.send_due("push")

    device.come_back()

    assert sorted(one.said["severity"] for one in device.messages) == ["minor", "severe"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fault", "state"),
    [
        (PushFault.GONE, State.FAILED),
        (PushFault.SLOW_DOWN, State.QUEUED),
        (PushFault.ERROR, State.UNKNOWN),
        (PushFault.DROP, State.UNKNOWN),
        (PushFault.HANG, State.UNKNOWN),
    ],
)
def test_each_answer_means_what_it_says(cast, told, at, device, sandbox, settings, fault, state):
    settings.DELIVERY_TIMEOUT_S = 0.3
    sandbox.push.behave(fault, times=1)

    sending.send_due("push")

    assert the(told).state == state
    point = ContactPoint.objects.get(channel="push")
    assert bool(point.gone_at) == (fault == PushFault.GONE)
    if state == State.QUEUED:
        assert the(told).next_at >= at + timedelta(seconds=2)


@pytest.mark.django_db
def test_a_service_that_cannot_be_reached_got_nothing(cast, told, sandbox, device, settings):
    settings.SANDBOX_URL = "http://127.0.0.1:9"
    Delivery.objects.filter(channel="push").update(
        address=device.subscription.replace(sandbox.url, settings.SANDBOX_URL)
    )

    sending.send_due("push")

    assert the(told).state == State.QUEUED


@pytest.mark.django_db
def test_whoever_is_not_us_is_not_believed(cast, told, device, sandbox, settings):
    settings.VAPID_SUBJECT = "nobody"

    sending.send_due("push")

    assert (the(told).state, the(told).reason) == (State.FAILED, "the push service refused it (403)")
    device.expect_nothing()
    assert receipts.last_told(cast.corin.phone, channel="push", at=told.posted_at) is None

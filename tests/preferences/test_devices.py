"""Corin is told on his telephone's screen: the browser says where, he tries it, and takes it away again."""

import pytest
from django.test import Client
from django.urls import reverse

from cityalert.audit.models import Entry
from cityalert.delivery import fanout, sending
from cityalert.preferences import browsers
from cityalert.subscriptions.models import ContactPoint
from tests.delivery.say import members, say
from tests.door import let_in

pytestmark = pytest.mark.django_db

PAGE, ADD = reverse("preferences:reached"), reverse("preferences:add_device")
ANDROID = (
    "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36"
)


def add(client, subscription):
    said = dict(zip(("endpoint", "p256dh", "auth"), subscription.split(" "), strict=True))
    return client.post(ADD, said, headers={"User-Agent": ANDROID}, follow=True)


def test_a_browser_is_added_tried_and_removed(cast, sandbox):
    corin, device = let_in(Client(), cast.corin), sandbox.push["corin"]
    assert "data-device-is" not in corin.get(PAGE).content.decode()

    add(corin, device.subscription)
    page = add(corin, device.subscription).content.decode()  # pressed twice

    point = ContactPoint.objects.get(channel="push")
    assert "Chrome on Android" in page
    assert device.endpoint not in page
    corin.post(reverse("preferences:try_device", args=[point.pk]))
    sending.send_due("push")
    shown = device.expect("Test message")
    assert (shown.said["asks"], shown.said["stays"]) == (False, False)
    assert shown.said["link"].endswith(PAGE)
    corin.post(reverse("preferences:remove", args=[point.pk]))

    assert not ContactPoint.objects.filter(channel="push").exists()
    facts = Entry.objects.filter(verb__startswith="contact.").values_list("verb", "facts")
    assert [verb for verb, _facts in facts] == ["contact.added", "contact.verified", "contact.removed"]
    assert device.endpoint not in str(facts)


def test_whoever_takes_over_a_browser_alone_is_told_on_it(cast, sandbox):
    add(let_in(Client(), cast.corin), sandbox.push["shared"].subscription)

    add(let_in(Client(), cast.vera), sandbox.push["shared"].subscription)

    assert ContactPoint.objects.get(channel="push").subscriber == cast.vera.subscriber


def test_a_browser_with_a_new_address_is_told_there_and_not_at_the_old_one(cast, sandbox, at):
    old, new = sandbox.push["corin"], sandbox.push["corin-anew"]
    add(let_in(Client(), cast.corin), old.subscription)
    fanout.fan_out(say(members(cast.corin), at=at).pk, at=at)

    def moved(before, after):
        names = ("old_endpoint", "old_p256dh", "old_auth", "endpoint", "p256dh", "auth")
        said = dict(zip(names, [*before.split(" "), *after.split(" ")], strict=True))
        return Client(enforce_csrf_checks=True).post(reverse("preferences:device_moved"), said)

    forged = old.subscription.rpartition(" ")[0] + " " + new.keys.auth
    for before, after, where in (
        (forged, new.subscription, old.subscription),
        (old.subscription, "a b c", old.subscription),
        (old.subscription, new.subscription, new.subscription),
    ):
        answer = moved(before, after)
        assert (answer.status_code, answer.content) == (204, b""), "the same whatever became of it"
        assert ContactPoint.objects.get(channel="push").address == where

    sending.send_due("push")
    new.expect("Fire at Main")
    assert not old.messages
    assert Entry.objects.filter(verb="contact.moved").count() == 1


def test_what_no_browser_says_is_refused(cast, sandbox, settings):
    corin, device = let_in(Client(), cast.corin), sandbox.push["corin"]
    for spoiled in (
        device.subscription.replace(device.endpoint, "https://10.0.0.1/push"),
        device.subscription.replace(device.keys.auth, "AAAA"),
        "  ",
    ):
        answer = add(corin, spoiled)
        assert answer.status_code == 422
        assert "did not say where to send" in answer.content.decode()
    settings.VAPID_PRIVATE_KEY = ""
    assert add(corin, device.subscription).status_code == 422
    assert "This device" not in corin.get(PAGE).content.decode()

    assert not ContactPoint.objects.filter(channel="push").exists()
    number = ContactPoint.objects.get(subscriber=cast.corin.subscriber, channel="sms")
    assert corin.post(reverse("preferences:try_device", args=[number.pk])).status_code == 404


@pytest.mark.parametrize(
    ("user_agent", "called"),
    [
        (ANDROID, "Chrome on Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1", "Safari on iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Windows"),
        ("curl/8", "A browser"),
    ],
)  # fmt: skip
def test_it_is_called_what_people_call_it(user_agent, called):
    assert browsers.name(user_agent) == called

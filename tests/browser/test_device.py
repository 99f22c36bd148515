"""A browser becomes a device: it shows the very message its push service was given, and answers without a network."""

import json

import pytest

from cityalert.delivery import fanout, sending
from cityalert.delivery.models import Recipient
from cityalert.lib import clock
from tests.alerts.writing import published

pytestmark = pytest.mark.django_db(transaction=True)

# Chromium reaches no push service from here: what it would be told of itself is what a browser of the sandbox says.
SUBSCRIBES = """
const told = %s;
const own = { endpoint: told.endpoint, toJSON: () => told, unsubscribe: async () => true };
PushManager.prototype.subscribe = async () => { localStorage.setItem("subscribed", "yes"); return own; };
PushManager.prototype.getSubscription = async () => (localStorage.getItem("subscribed") ? own : null);
"""
PRESS = """async () => {
  const [shown] = await registration.getNotifications();
  dispatchEvent(new NotificationEvent("notificationclick", { notification: shown, action: "acknowledge" }));
}"""
SHOWN = """async () => (await (await navigator.serviceWorker.ready).getNotifications()).map(
  (one) => [one.title, one.lang, one.requireInteraction, one.actions.map((action) => action.action)])"""
WAITING = """async () => new Promise((done, failed) => {
  const asked = indexedDB.open("cityalert");
  asked.onerror = () => failed(asked.error);
  asked.onsuccess = () => {
    const all = asked.result.transaction("answers").objectStore("answers").getAll();
    all.onsuccess = () => { asked.result.close(); done(all.result.length); };
  };
})"""


def test_a_device_is_told_and_answers_with_and_without_a_network(world, open_window, settings):  # noqa: PLR0915 - one walk
    settings.PUBLIC_URL = world.url
    cast, device = world.cast, world.sandbox.push["corin"]
    corin = open_window(cast.corin, width=390)
    page, context = corin.page, corin.page.context
    context.grant_permissions(["notifications"], origin=world.url)
    endpoint, p256dh, auth = device.subscription.split(" ")
    page.add_init_script(
        SUBSCRIBES % json.dumps({"endpoint": endpoint, "keys": {"p256dh": p256dh, "auth": auth}})
    )
    page.goto("/accounts/reached/")
    corin.press("Reach me on this device")
    corin.shows("From now on alerts reach you on this device")
    corin.shows("This device")
    deliver = deliverer(world, page)

    first = told(world, device, "Fire at King and Bay")
    deliver(first.said)
    assert shown(page) == [[first.said["title"], "en", True, ["acknowledge", "open"]]]
    worker = context.service_workers[0]
    worker.evaluate(PRESS)
    assert_acknowledged(page, cast, times=1)

    second = told(world, device, "Gas at King and Bay")
    deliver(second.said)
    assert shown(page)[0][0] == second.said["title"]
    context.set_offline(True)
    worker.evaluate(PRESS)
    until(page, lambda: page.evaluate(WAITING) == 1)
    assert shown(page)[0][0] == second.said["title"]
    page.goto("/alerts/")
    corin.shows("No connection")
    corin.shows(second.said["title"])
    context.set_offline(False)
    page.goto("/alerts/")
    assert_acknowledged(page, cast, times=2)
    until(page, lambda: page.evaluate(WAITING) == 0)


def told(world, device, headline):
    """What the sandbox's push service decrypted of a new alert."""
    alert = published(world.cast.avery, clock.now(), severity=4, words={"en": {"headline": headline}})
    fanout.fan_out(alert.notice_id, at=clock.now())
    sending.send_due("push")
    return device.expect(headline)


def deliverer(world, page):
    """Hands a payload to the page's service worker as a push."""
    session, registrations = page.context.new_cdp_session(page), []
    session.on(
        "ServiceWorker.workerRegistrationUpdated", lambda said: registrations.extend(said["registrations"])
    )
    session.send("ServiceWorker.enable")
    page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    page.wait_for_timeout(200)

    def deliver(said):
        session.send(
            "ServiceWorker.deliverPushMessage",
            {
                "origin": world.url,
                "registrationId": registrations[-1]["registrationId"],
                "data": json.dumps(said),
            },
        )

    return deliver


def shown(page):
    """The notifications on the screen, once there are any."""
    until(page, lambda: page.evaluate(SHOWN))
    return page.evaluate(SHOWN)


def assert_acknowledged(page, cast, times):
    mine = Recipient.objects.filter(subscriber=cast.corin.subscriber, acknowledged_at__isnull=False)
    until(page, lambda: mine.count() == times)


def until(page, is_so):
    """Look again every now and then: the page goes on meanwhile."""
    for _ in range(300):
        if is_so():
            return
        page.wait_for_timeout(200)
    raise AssertionError("It did not come about in time.")

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
# The browser's own event, of which a page can make none: what its push service says has changed.
CHANGES = """([before, now]) => {
  const said = (one) => one && { ...one, toJSON: () => one, options: { applicationServerKey: null } };
  PushManager.prototype.getSubscription = async () => said(now);
  const event = new ExtendableEvent("pushsubscriptionchange");
  Object.assign(event, { oldSubscription: said(before), newSubscription: before && said(now) });
  dispatchEvent(event);
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


def test_a_device_is_told_and_answers_with_and_without_a_network(world, open_window, settings):
    settings.PUBLIC_URL = world.url
    cast, device = world.cast, world.sandbox.push["corin"]
    corin = made_a_device(world, open_window)
    page, context = corin.page, corin.page.context
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


def test_a_browser_that_gets_another_address_says_so_also_when_it_comes_back(world, open_window, settings):
    settings.PUBLIC_URL = world.url
    push, cast = world.sandbox.push, world.cast
    corin = made_a_device(world, open_window)
    page, context = corin.page, corin.page.context
    page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    worker = context.service_workers[0]
    first, second, third = (said_by(push[name]) for name in ("corin", "corin-2", "corin-3"))

    worker.evaluate(CHANGES, [first, second])
    until(page, lambda: at_device(cast.corin) == [push["corin-2"].subscription])

    # Not every browser says what changed: what was kept is the proof.
    context.set_offline(True)
    worker.evaluate(CHANGES, [None, third])
    page.wait_for_timeout(500)
    assert at_device(cast.corin) == [push["corin-2"].subscription]
    context.set_offline(False)
    page.goto("/alerts/")
    until(page, lambda: at_device(cast.corin) == [push["corin-3"].subscription])
    told(world, push["corin-3"], "Fire at King and Bay")


def made_a_device(world, open_window):
    """Corin's browser, after he has pressed the button."""
    corin = open_window(world.cast.corin, width=390)
    page = corin.page
    page.context.grant_permissions(["notifications"], origin=world.url)
    page.add_init_script(SUBSCRIBES % json.dumps(said_by(world.sandbox.push["corin"])))
    page.goto("/accounts/reached/")
    corin.press("Reach me on this device")
    corin.shows("From now on alerts reach you on this device")
    corin.shows("This device")
    return corin


def said_by(device):
    """A browser's subscription as JavaScript says it."""
    endpoint, p256dh, auth = device.subscription.split(" ")
    return {"endpoint": endpoint, "keys": {"p256dh": p256dh, "auth": auth}}


def at_device(person):
    """The browsers at which somebody is told."""
    return [point.address for point in person.subscriber.contact_points.filter(channel="push")]


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

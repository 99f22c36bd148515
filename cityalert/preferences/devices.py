"""A browser as a way to be reached: added by its own subscription, and tried out. The rest is as for any other."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cityalert.audit.record import record
from cityalert.audit.verbs import Verb
from cityalert.delivery import forwarding, single, vapid
from cityalert.lib import tenancy
from cityalert.lib.language import Language
from cityalert.lib.refusals import NotThere, Refusal
from cityalert.preferences import actions, browsers
from cityalert.subscriptions.devices import Device, NotADevice
from cityalert.subscriptions.models import ContactPoint
from partners.actor import Actor

PUSH = ContactPoint.Channel.PUSH
# A test that comes an hour later tests nothing.
TEST_LASTS = timedelta(minutes=10)


class NoDevice(Refusal):
    """It is no subscription of a browser, or push is not set up here."""

    code = "no_device"
    status = 422
    sentence = gettext_lazy("This browser did not say where to send. Reload the page and try again.")


@transaction.atomic
def add(actor: Actor, address: str, user_agent: str, *, at: datetime) -> ContactPoint:
    """This browser: its permission was asked for by the browser itself, so it counts at once.

    Whoever used it before is not reached there any more. Again changes nothing. Raises NoDevice, TooMany.
    """
    try:
        device = Device.read(address)
    except NotADevice as error:
        raise NoDevice(field="device") from error
    if not vapid.is_on():
        raise NoDevice(field="device")
    subscriber = actions.own(actor)
    there = list(subscriber.contact_points.all())
    point = next((one for one in there if one.channel == PUSH and one.address == device.address), None)
    if point and not point.gone_at:
        return point
    if point:
        point.delete()
    elif len(there) >= actions.MOST:
        raise actions.TooMany(field="device")
    _take_over(device.address, subscriber.pk)
    point = ContactPoint.objects.create(
        subscriber=subscriber,
        channel=PUSH,
        address=device.address,
        label=browsers.name(user_agent),
        verified_at=at,
    )
    record(Verb.CONTACT_ADDED, actor, point, at=at, channel=PUSH)
    record(Verb.CONTACT_VERIFIED, actor, point, at=at, channel=PUSH)
    return point


@transaction.atomic
def try_out(actor: Actor, point_id: int, *, at: datetime) -> ContactPoint:
    """Send one message there. Raises NotThere, also for what is no browser."""
    point = actions.held(actor, point_id)
    if point.channel != PUSH or point.gone_at:
        raise NotThere
    texts = {language.value: _test_words(language) for language in Language}
    single.send(point, texts, key=f"test {point.pk} {at.isoformat()}", at=at, expires_at=at + TEST_LASTS)
    return point


@transaction.atomic
@tenancy.across("a browser says that its address has changed")
def moved(old: str, new: str, *, at: datetime) -> None:
    """The browser's push service gave it another address; the old one, with its secret, is the proof of whose it is.

    The old one is retired, and what waits for it goes to the new one. What is no browser's, or nobody's, changes
    nothing.
    """
    try:
        before, after = Device.read(old).address, Device.read(new).address
    except NotADevice:
        return
    points = list(
        ContactPoint.objects.select_for_update().filter(channel=PUSH, address=before).order_by("pk")
    )
    if not points or before == after:
        return
    ContactPoint.objects.filter(channel=PUSH, address=after).delete()
    ContactPoint.objects.filter(pk__in=[point.pk for point in points]).update(address=after, gone_at=None)
    forwarding.forward(PUSH, before, after)
    for point in points:
        record(Verb.CONTACT_MOVED, None, point, at=at, channel=PUSH)


@tenancy.across("a browser is one person's")
def _take_over(address: str, subscriber_id: int) -> None:
    ContactPoint.objects.filter(channel=PUSH, address=address).exclude(subscriber=subscriber_id).delete()


def _test_words(language: Language) -> dict[str, str]:
    with translation.override(language):
        said = _("This is how an alert reaches you on this device. Nothing has happened.")
        return {
            "subject": _("Test message of %(site)s") % {"site": settings.SITE_NAME},
            "push": said,
            "page": f"{settings.PUBLIC_URL}{reverse('preferences:reached')}",
        }

"""Whose the sandbox's browsers are in the demo city, so that a push message has where to go: here, and nowhere else."""

from datetime import datetime
from threading import Condition

from django.conf import settings

from cityalert.sandbox.push import Browser
from cityalert.subscriptions.models import ContactPoint, Subscriber

_BROWSERS = {
    "avery": ("Chrome on Android", "Firefox on Windows"),
    "sam": ("Safari on iPhone",),
    "corin": ("Edge on Windows", "Chrome on Android"),
    "vera": ("Safari on iPad",),
    "bao": ("Safari on iPhone",),
    "noor": ("Chrome on Android",),
}


def equip(*, at: datetime) -> int:
    """One or two browsers for some of the cast; returns how many. Where the sandbox is elsewhere now, they follow."""
    count = 0
    for first_name, labels in _BROWSERS.items():
        own = Subscriber.objects.filter(user__email=f"{first_name}@cityalert.example").first()
        for number, label in enumerate(labels, 1) if own else ():
            browser = Browser(f"{first_name}-{number}", settings.SANDBOX_URL, Condition())
            ContactPoint.objects.update_or_create(
                subscriber=own,
                channel=ContactPoint.Channel.PUSH,
                label=label,
                defaults={"address": browser.subscription, "verified_at": at, "gone_at": None},
            )
            count += 1
    return count

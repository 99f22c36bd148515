"""Where a web hook's deliveries go: looked up when they are claimed, so that a new secret or address counts at once."""

from collections.abc import Collection, Mapping
from datetime import datetime

from cityalert.delivery.models import Hook


def resolve(addresses: Collection[str], *, at: datetime) -> Mapping[str, str]:
    """For each that is there and on: "url secret", and the secret before it while that still counts."""
    keys = {address.removeprefix(Hook.ADDRESS) for address in addresses}
    return {hook.address: _target(hook, at) for hook in Hook.objects.filter(key__in=keys, disabled_at=None)}


def _target(hook: Hook, at: datetime) -> str:
    both_sign = hook.old_until is not None and hook.old_until > at
    return " ".join([hook.url, hook.secret, *([hook.old_secret] if both_sign else [])])

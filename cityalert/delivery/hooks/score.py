"""How a web hook is doing: since when it fails, and when it has failed so long that it is switched off."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db.models import F
from django.db.models.functions import Coalesce

from cityalert.accounts import letters
from cityalert.audit.record import record
from cityalert.audit.verbs import Verb
from cityalert.delivery.models import Delivery, Hook
from cityalert.lib.language import Language
from partners.models import Membership
from partners.roles import PERMISSIONS, Permission

# As long as one message is tried; and often enough that one lost message does not switch it off.
LONG = timedelta(days=3)
OFTEN = 10


def keep(took: Collection[str], failed: Collection[str], *, at: datetime) -> None:
    """Of these addresses some took a message and some did not, in the transaction that says so of the messages."""
    well, ill = ({one.removeprefix(Hook.ADDRESS) for one in some} for some in (took, failed))
    Hook.objects.filter(key__in=well, failing_since__isnull=False).update(failing_since=None, failures=0)
    failing = Hook.objects.filter(key__in=ill - well)
    failing.update(failing_since=Coalesce("failing_since", at), failures=F("failures") + 1)
    hopeless = failing.filter(disabled_at=None, failing_since__lte=at - LONG, failures__gte=OFTEN)
    for hook in hopeless.select_for_update():
        switch_off(hook, at=at)
        record(Verb.HOOK_FAILED, None, hook, at=at, failures=hook.failures)
        _tell(hook, at)


def switch_off(hook: Hook, *, at: datetime) -> None:
    """Nothing more is sent there; what waited has failed, and can be sent again from the page."""
    Hook.objects.filter(pk=hook.pk).update(disabled_at=at)
    give_up(hook, at=at)


def give_up(hook: Hook, *, at: datetime) -> None:
    """What waits for it will not be sent."""
    waiting = Delivery.objects.filter(channel="webhook", address=hook.address, state="queued")
    waiting.update(state="failed", state_at=at, next_at=None, reason="the web hook is switched off or gone")


def _tell(hook: Hook, at: datetime) -> None:
    roles = [role for role, may in PERMISSIONS.items() if Permission.MANAGE in may]
    managers = Membership.objects.valid(at).filter(partner=hook.partner_id, role__in=roles)
    for member in managers.select_related("user"):
        facts = {"host": hook.host, "since": hook.failing_since}
        letters.post(
            "delivery/mail/hook_off", member.user.email, Language(member.user.language), facts, at=at
        )

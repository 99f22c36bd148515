"""What a partner's administrators do with its web hooks."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _

from cityalert.audit.record import record
from cityalert.audit.verbs import Verb
from cityalert.delivery.hooks import queries, score, signing
from cityalert.delivery.hooks.event import sample
from cityalert.delivery.models import Delivery, Hook, Notice, Recipient
from cityalert.delivery.priority import priority
from cityalert.lib import jobs, outbound, tenancy
from cityalert.lib.refusals import NotThere, Refusal
from cityalert.lib.severity import Severity
from cityalert.subscriptions.devices import trusted
from partners.actor import Actor
from partners.models import Partner

AT_MOST = 10
LONGEST = 1000
# How long the secret before still signs beside the new one, so that a receiver can change without losing anything.
BOTH_SIGN = timedelta(days=1)
# What was asked for by hand is not tried for days.
TRIED = timedelta(hours=1)
AGAIN = ("sent", "failed", "expired", "uncertain")


class NoAddress(Refusal):
    """It is not one we send to."""

    code = "no_address"
    status = 422
    sentence = _(
        "Write a web address that begins with https://, on port 443 or 8443, of a computer on the Internet."
    )


class TooManyHooks(Refusal):
    """So many are not looked after."""

    code = "too_many_hooks"
    sentence = _("You have ten web hooks. Remove one that is not used any more.")


class NotAgain(Refusal):
    """It waits already, or a newer message has taken its place."""

    code = "not_again"
    sentence = _("That message is on its way, or a newer one has taken its place: send that again.")


class SwitchedOff(Refusal):
    """Nothing is sent there."""

    code = "switched_off"
    sentence = _("The web hook is switched off. Switch it on first.")


@transaction.atomic
def add(actor: Actor, url: str, *, min_severity: int, exercises: bool, at: datetime) -> Hook:
    """A new one, with a secret that is shown once. Raises NotThere, NoAddress, TooManyHooks."""
    there = queries.visible_to(actor)
    url = checked(url)
    # One at a time for each partner, so that two presses do not make more than there may be.
    Partner.objects.select_for_update().get(pk=actor.partner_id)
    if there.count() >= AT_MOST:
        raise TooManyHooks(field="url")
    hook = Hook.objects.create(
        partner=actor.partner, url=url, secret=signing.fresh_secret(), min_severity=_severity(min_severity),
        exercises=exercises, made_at=at, made_by=actor.user,
    )  # fmt: skip
    record(Verb.HOOK_ADDED, actor, hook, at=at)
    return hook


@transaction.atomic
def change(
    actor: Actor, hook_id: UUID, url: str, *, min_severity: int, exercises: bool, is_on: bool, at: datetime
) -> Hook:
    """Where, what, and whether at all. Raises NotThere, NoAddress."""
    hook = _held(actor, hook_id)
    hook.url, hook.min_severity, hook.exercises = checked(url), _severity(min_severity), exercises
    if is_on and hook.disabled_at:
        hook.disabled_at, hook.failing_since, hook.failures = None, None, 0
    elif not is_on and not hook.disabled_at:
        hook.disabled_at = at
        score.give_up(hook, at=at)
    hook.save()
    record(
        Verb.HOOK_CHANGED, actor, hook, at=at, severity=hook.min_severity, exercises=exercises, is_on=is_on
    )
    return hook


@transaction.atomic
def renew_secret(actor: Actor, hook_id: UUID, *, at: datetime) -> Hook:
    """Another secret, shown once; for a day the one before signs too. Raises NotThere."""
    hook = _held(actor, hook_id)
    hook.old_secret, hook.old_until, hook.secret = hook.secret, at + BOTH_SIGN, signing.fresh_secret()
    hook.save(update_fields=["secret", "old_secret", "old_until"])
    record(Verb.HOOK_SECRET_RENEWED, actor, hook, at=at)
    return hook


@transaction.atomic
def remove(actor: Actor, hook_id: UUID, *, at: datetime) -> Hook:
    """Nothing more is sent there, and it is forgotten. Raises NotThere."""
    hook = _held(actor, hook_id)
    score.give_up(hook, at=at)
    record(Verb.HOOK_REMOVED, actor, hook, at=at)
    hook.delete()
    return hook


@transaction.atomic
def try_out(actor: Actor, hook_id: UUID, *, at: datetime) -> None:
    """Send a message that says it is a test. Raises NotThere, SwitchedOff."""
    hook = _held(actor, hook_id)
    if hook.disabled_at:
        raise SwitchedOff
    body = sample(hook.partner.name, at=at)
    topic = hook.address
    with tenancy.across("a test for one web hook"):
        notice = Notice.objects.create(
            key=f"{topic} {at.isoformat()}", partner=hook.partner, topic=topic, series=topic,
            texts={"en": {"webhook": body}}, severity=Severity.UNKNOWN, posted_at=at, expires_at=at + TRIED,
            fanned_out_at=at,
        )  # fmt: skip
        recipient = Recipient.objects.create(
            notice=notice, sender=hook.partner, kind=Recipient.Kind.SCREEN, partner=hook.partner, call_order=1,
            token=get_random_string(12),
        )  # fmt: skip
        Delivery.objects.create(
            notice=notice, sender=hook.partner, recipient=recipient, channel="webhook", address=hook.address,
            language="en", priority=priority(Severity.UNKNOWN, False), state_at=at, next_at=at, until=at + TRIED,
        )  # fmt: skip
    jobs.after_commit("delivery.send", "webhook")


@transaction.atomic
def send_again(actor: Actor, hook_id: UUID, delivery_id: int, *, at: datetime) -> None:
    """The same message with the same id once more. Raises NotThere, SwitchedOff, NotAgain.

    The one thing that moves a delivery back: a person of the receiver's wants it.
    """
    hook = _held(actor, hook_id)
    if hook.disabled_at:
        raise SwitchedOff
    with tenancy.across("a web hook's message once more"):
        of_hook = Delivery.objects.filter(channel="webhook", address=hook.address, pk=delivery_id)
        if not of_hook.exists():
            raise NotThere
        again = of_hook.filter(state__in=AGAIN, notice__superseded_at=None)
        if not again.update(state="queued", state_at=at, next_at=at, until=at + TRIED, reason=""):
            raise NotAgain
    record(Verb.HOOK_SENT_AGAIN, actor, hook, at=at, delivery=delivery_id)
    jobs.after_commit("delivery.send", "webhook")


def checked(url: str) -> str:
    """The address as it is stored. Whether its name leads inside is seen at each connection. Raises NoAddress."""
    url = url.strip()
    try:
        outbound.check(url, allow=trusted())
    except outbound.NotAllowed as error:
        raise NoAddress(field="url") from error
    if len(url) > LONGEST or not url.isascii() or not url.isprintable() or " " in url:
        raise NoAddress(field="url")
    return url


def _severity(value: int) -> Severity:
    if value not in Severity.values:
        raise NotThere
    return Severity(value)


def _held(actor: Actor, hook_id: UUID) -> Hook:
    queries.get_for(actor, hook_id)
    return Hook.objects.select_for_update(of=("self",)).select_related("partner").get(key=hook_id)

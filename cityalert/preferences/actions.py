"""What a person changes about how they are reached. Each concerns only their own contact points."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from cityalert.audit.record import record
from cityalert.audit.verbs import Verb
from cityalert.delivery import quiet
from cityalert.lib import phones, tenancy
from cityalert.lib.refusals import NotThere, Refusal
from cityalert.lib.severity import Severity
from cityalert.preferences import codes
from cityalert.preferences.models import Verification
from cityalert.subscriptions import times
from cityalert.subscriptions.actions import resume
from cityalert.subscriptions.models import ContactPoint, Subscriber
from cityalert.subscriptions.queries import has_stopped
from cityalert.subscriptions.times import Times
from partners.actor import Actor

Channel = ContactPoint.Channel
MOST = 10
# By a code that comes back; a browser is added by what it says itself, once the person let it.
TYPED = (Channel.SMS, Channel.EMAIL, Channel.VOICE)


class NoAddress(Refusal):
    """Nothing can be sent there."""

    code = "no_address"
    status = 422
    sentence = _("That is no address we can send to.")


class SaidStop(Refusal):
    """Whoever has it wants nothing from us."""

    code = "said_stop"
    sentence = _("Somebody sent STOP from there. Send START from it first, then add it again.")


class ThereAlready(Refusal):
    """It is in use."""

    code = "there_already"
    sentence = _("You are reached there already.")


class TooMany(Refusal):
    """Somebody who collects."""

    code = "too_many"
    sentence = _("Ten are enough: remove one that you do not use any more.")


class TooSoon(Refusal):
    """The last code is still on its way."""

    code = "too_soon"
    status = 429
    sentence = _("The last code may still be on its way. Wait a minute, then ask for another.")


class WrongCode(Refusal):
    """It was mistyped, or guessed."""

    code = "wrong_code"
    status = 422
    sentence = _("That is not the code. Look at the last message again.")


class CodeOver(Refusal):
    """Too late, or tried too often."""

    code = "code_over"
    sentence = _("That code does not hold any more. Send a new one.")


class TheLast(Refusal):
    """Without it no alert would come."""

    code = "the_last"
    sentence = _("It is the only way you are reached. Add another first.")


@transaction.atomic
def add(actor: Actor, channel: str, address: str, *, at: datetime) -> ContactPoint:
    """A new way to be reached: it counts once the code that is sent there has come back.

    Raises NoAddress, SaidStop, ThereAlready, TooMany, TooSoon.
    """
    address = _written(channel, address)
    subscriber = own(actor)
    points = {(point.channel, point.address.casefold()): point for point in subscriber.contact_points.all()}
    point = points.get((channel, address.casefold()))
    if point and point.stopped_at and channel == Channel.VOICE:
        # A key stopped the calls, and no key can undo it: who is called no more is asked here.
        resume(channel, address, at=at)
        return point
    if point:
        _check_waiting(point)
    if _is_stopped(channel, address):
        raise SaidStop(field="address")
    if point is None:
        if len(points) >= MOST:
            raise TooMany(field="address")
        is_known = (Channel.SMS, address) in points and points[Channel.SMS, address].verified_at is not None
        return _begin(actor, subscriber, channel, address, is_known=is_known, at=at)
    return send_again(actor, point.pk, at=at)


@transaction.atomic
def send_again(actor: Actor, point_id: int, *, at: datetime) -> ContactPoint:
    """Another code, a minute after the last. Raises NotThere, ThereAlready, TooSoon."""
    point = held(actor, point_id)
    if point.verified_at:
        raise ThereAlready
    last = Verification.objects.filter(point=point).first()
    if last and at < last.sent_at + codes.AGAIN:
        raise TooSoon
    codes.send(point, actor.user, at=at)
    return point


def verify(actor: Actor, point_id: int, code: str, *, at: datetime) -> ContactPoint:
    """The code came back: from now on it is used. Raises NotThere, WrongCode, CodeOver."""
    # A wrong guess is counted, so that the refusal comes after the commit.
    with transaction.atomic():
        point = held(actor, point_id)
        last = Verification.objects.select_for_update().filter(point=point).first()
        if last is None or not codes.holds(last, at):
            raise CodeOver
        is_right = codes.is_right(last, code)
        if is_right:
            last.delete()
            _verified(actor, point, at=at)
        else:
            last.wrong += 1
            last.save(update_fields=["wrong"])
    if not is_right:
        raise WrongCode
    return point


@transaction.atomic
def choose_times(actor: Actor, wanted: Times, *, at: datetime) -> None:
    """Quiet hours and language of the actor's own; what waits already follows them."""
    subscriber = own(actor)
    if times.choose(actor, subscriber, wanted, at=at):
        quiet.look_again(subscriber, at=at)


def _check_waiting(point: ContactPoint) -> None:
    """It is there already, and waits for its code. Raises ThereAlready, SaidStop."""
    if point.gone_at:
        raise ThereAlready(
            _("Nothing arrived there the last time. Remove it, then add it again."), field="address"
        )
    if point.verified_at:
        raise SaidStop if point.stopped_at else ThereAlready(field="address")


def _begin(
    actor: Actor, subscriber: Subscriber, channel: str, address: str, *, is_known: bool, at: datetime
) -> ContactPoint:
    point = ContactPoint.objects.create(subscriber=subscriber, channel=channel, address=address)
    record(Verb.CONTACT_ADDED, actor, point, at=at, channel=channel)
    if channel == Channel.VOICE:
        # It wakes people: unless they say otherwise, for what is severe.
        point.min_severity = Severity.SEVERE
        point.save(update_fields=["min_severity"])
        if is_known:
            return _verified(actor, point, at=at)
    codes.send(point, actor.user, at=at)
    return point


def _verified(actor: Actor, point: ContactPoint, *, at: datetime) -> ContactPoint:
    ContactPoint.objects.filter(pk=point.pk).update(verified_at=at, gone_at=None)
    record(Verb.CONTACT_VERIFIED, actor, point, at=at, channel=point.channel)
    point.verified_at, point.gone_at = at, None
    return point


@transaction.atomic
def hear_from(actor: Actor, point_id: int, severity: int, *, at: datetime) -> ContactPoint:
    """Use it only for what is at least as grave. Raises NotThere, also for what is no severity."""
    if severity not in Severity.values:
        raise NotThere
    point = held(actor, point_id)
    if point.min_severity != severity:
        point.min_severity = Severity(severity)
        point.save(update_fields=["min_severity"])
        record(Verb.CONTACT_CHANGED, actor, point, at=at, channel=point.channel, severity=severity)
    return point


@transaction.atomic
def remove(actor: Actor, point_id: int, *, at: datetime) -> ContactPoint:
    """Never use it again. Raises NotThere, TheLast, and SaidStop: a STOP is remembered."""
    point = held(actor, point_id)
    if point.stopped_at:
        raise SaidStop(_("It stays in the list so that your STOP is remembered: nothing is sent there."))
    if point.verified_at and not point.gone_at and not usable(actor).exclude(pk=point.pk).exists():
        raise TheLast
    record(Verb.CONTACT_REMOVED, actor, point, at=at, channel=point.channel)
    point.delete()
    return point


def usable(actor: Actor) -> "models.QuerySet[ContactPoint]":
    """The actor's own at which alerts come."""
    return usable_of(ContactPoint.objects.filter(subscriber__user=actor.user_id))


def usable_of(points: "models.QuerySet[ContactPoint]") -> "models.QuerySet[ContactPoint]":
    """Those of them at which alerts come."""
    return points.filter(verified_at__isnull=False, stopped_at=None, gone_at=None)


def _written(channel: str, address: str) -> str:
    """As it is stored. Raises NoAddress."""
    address = address.strip()
    if channel == Channel.SMS:
        number = phones.textable(address)
        if not number:
            raise NoAddress(
                _(
                    "That is no telephone in Canada or the United States that takes texts. Write it as 416-555-0123."
                ),
                field="address",
            )
        return number
    if channel == Channel.VOICE:
        number = phones.callable_(address)
        if not number:
            raise NoAddress(
                _("That is no telephone in Canada or the United States. Write it as 416-555-0123."),
                field="address",
            )
        return number
    if channel != Channel.EMAIL:
        raise NoAddress(field="channel")
    try:
        validate_email(address)
    except ValidationError as error:
        raise NoAddress(
            _("That is no e-mail address. Write it as name@example.ca."), field="address"
        ) from error
    return address


@tenancy.across("whether somebody said STOP there")
def _is_stopped(channel: str, address: str) -> bool:
    return has_stopped(channel, address)


def own(actor: Actor) -> Subscriber:
    """The actor as somebody who can be told, locked."""
    subscriber, _is_new = Subscriber.objects.get_or_create(
        user=actor.user, defaults={"language": actor.user.language}
    )
    return Subscriber.objects.select_for_update().get(pk=subscriber.pk)


def held(actor: Actor, point_id: int) -> ContactPoint:
    """One of the actor's own, locked. Raises NotThere."""
    own = ContactPoint.objects.select_for_update(of=("self",)).select_related("subscriber__user")
    point = own.filter(subscriber__user=actor.user_id, pk=point_id).first()
    if point is None:
        raise NotThere
    return point

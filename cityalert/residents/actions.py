"""What residents do: ask, show that the address is theirs, change what they hear, leave. Nobody signs in."""

import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cityalert.accounts import letters
from cityalert.audit.record import Who, record
from cityalert.audit.verbs import Verb
from cityalert.delivery import forgetting, quiet, single
from cityalert.lib import sms
from cityalert.lib.language import Language
from cityalert.lib.refusals import NotThere, Refusal
from cityalert.lib.sealed import mark
from cityalert.residents import brakes, reasons
from cityalert.residents.models import Asking, Reopening
from cityalert.subscriptions import actions as subscriptions
from cityalert.subscriptions import times, wishes
from cityalert.subscriptions.models import Consent, ContactPoint, Stop, Subscriber, WatchArea
from cityalert.subscriptions.times import Times
from cityalert.subscriptions.wishes import Wish

Channel = ContactPoint.Channel
CODE_LASTS, LINK_LASTS, KEPT = timedelta(minutes=10), timedelta(hours=24), timedelta(hours=24)
TRIES = 5
NOTHING: Wish = {"places": [], "topics": 0, "severity": 0}
PAUSES = {"week": timedelta(days=7), "month": timedelta(days=30), "long": timedelta(days=3650)}


class WrongCode(Refusal):
    """Mistyped, guessed, too late: whoever guesses learns nothing from which."""

    code = "wrong_code"
    status = 422
    sentence = gettext_lazy(
        "That is not the code, or it does not hold any more. Look at the last message, or begin anew."
    )


class TheLastPlace(Refusal):
    """Without a place nothing would ever come."""

    code = "the_last_place"
    sentence = gettext_lazy("It is your only place. Add another first, or stop everything.")


@transaction.atomic
def ask(  # noqa: PLR0913 - all are named, and the form says each once
    channel: str,
    address: str,
    language: Language,
    wish: Wish = NOTHING,
    *,
    agreed: dict[str, str] | None = None,
    subscriber: Subscriber | None = None,
    work: str | None = None,
    at: datetime,
) -> Asking:
    """Send a code or a link to an address, whoever's it is; what was asked for holds when it comes back.

    The same is done for every address. Where the brakes allow no more, nothing is sent and nothing else differs.
    """
    secret = f"{secrets.randbelow(1_000_000):06}" if channel == Channel.SMS else secrets.token_urlsafe(24)
    asking = Asking(
        channel=channel, address=address, language=language, wish=wish, agreed=agreed or {}, subscriber=subscriber,
        mark=mark(channel, address), prefix=mark(address[:8]) if channel == Channel.SMS else "",
        work=mark(work) if work else None, asked_at=at,
    )  # fmt: skip
    asking.digest = _digest(asking, secret)
    said_stop = Stop.objects.filter(mark=asking.mark, by_text=True).exists()
    is_old_work = bool(work) and Asking.objects.filter(work=asking.work).exists()
    if is_old_work:
        asking.work = None
    asking.was_sent = brakes.day(at, asking).leaves_room(channel) and not said_stop and not is_old_work
    asking.save(force_insert=True)
    if asking.was_sent:
        _send(asking, secret, at)
    return asking


def confirm_code(asking_id: str, typed: str, *, at: datetime) -> Subscriber:
    """The code came back. Raises WrongCode."""
    # A wrong guess is counted, so that the refusal comes after the commit.
    with transaction.atomic():
        held = Asking.objects.select_for_update().filter(
            pk=asking_id,
            channel=Channel.SMS,
            confirmed_at=None,
            wrong__lt=TRIES,
            asked_at__gt=at - CODE_LASTS,
        )
        asking = held.first()
        code = "".join(one for one in typed if one.isdigit())
        if asking and asking.was_sent and secrets.compare_digest(asking.digest, _digest(asking, code)):
            return _settle(asking, at)
        if asking:
            asking.wrong += 1
            asking.save(update_fields=["wrong"])
    raise WrongCode(field="code")


@transaction.atomic
def open_link(token: str, *, at: datetime) -> Subscriber:
    """The link in a mail was opened, once. Raises NotThere."""
    digest = mark("link", token)
    asking = Asking.objects.select_for_update().filter(
        digest=digest, confirmed_at=None, asked_at__gt=at - LINK_LASTS
    )
    found = asking.first()
    if found is None:
        raise NotThere
    return _settle(found, at)


@transaction.atomic
def change(subscriber: Subscriber, *, wish: Wish, language: Language, at: datetime) -> None:
    """Other topics, severity, language; places are added."""
    subscriber.language = language
    subscriber.save(update_fields=["language"])
    subscriber.contact_points.update(min_severity=wish["severity"])
    if wish["places"]:
        reasons.keep(subscriber, at=at)
    wishes.watch(subscriber, wish["places"], wish["topics"])
    record(Verb.RESIDENT_CHANGED, None, subscriber, at=at, what="wishes")


@transaction.atomic
def choose_times(subscriber: Subscriber, wanted: Times, *, at: datetime) -> None:
    """Quiet hours; what waits already follows them."""
    if times.choose(None, subscriber, wanted, at=at):
        quiet.look_again(subscriber, at=at)


@transaction.atomic
def drop_place(subscriber: Subscriber, place_id: int, *, at: datetime) -> None:
    """Watch it no more. Raises NotThere, TheLastPlace."""
    places = list(WatchArea.objects.select_for_update().filter(subscriber=subscriber))
    mine = next((one for one in places if one.pk == place_id), None)
    if mine is None:
        raise NotThere
    if len(places) == 1:
        raise TheLastPlace
    reasons.keep(subscriber, at=at)
    mine.delete()
    record(Verb.RESIDENT_CHANGED, None, subscriber, at=at, what="place removed")


@transaction.atomic
def pause(subscriber: Subscriber, how_long: str, *, at: datetime) -> None:
    """Tell nothing for a while; with an unknown length, or none, again from now on."""
    until = at + PAUSES[how_long] if how_long in PAUSES else None
    subscriber.watch_areas.update(resumes_at=until)
    record(Verb.RESIDENT_CHANGED, None, subscriber, at=at, what="paused" if until else "resumed")


@transaction.atomic
def leave(subscriber: Subscriber, *, at: datetime) -> None:
    """Stop everything, everywhere: all that was known of them is deleted."""
    record(Verb.RESIDENT_LEFT, None, subscriber, at=at)
    for point in list(subscriber.contact_points.all()):
        forgetting.stop(point.channel, point.address, at=at, by_text=False)
    Subscriber.objects.filter(pk=subscriber.pk, user=None).delete()


@transaction.atomic
def reopen(who: Who, *, at: datetime) -> None:
    """Send codes by text again: staff know why so few were typed in."""
    standing = brakes.day(at)
    reopening = Reopening.objects.create(by_id=who.user_id, at=at)
    record(Verb.CODES_REOPENED, who, reopening, at=at, due=standing.due, typed=standing.typed)


def forget(*, at: datetime) -> None:
    """Delete what was asked for a day ago, confirmed or not; and what providers say wants nothing more."""
    Asking.objects.filter(asked_at__lte=at - KEPT).delete()
    stopped = ContactPoint.objects.filter(subscriber__consents__isnull=False, stopped_at__isnull=False)
    for point in stopped.distinct():
        forgetting.stop(point.channel, point.address, at=at, by_text=True)


def _digest(asking: Asking, secret: str) -> str:
    # A code is short, and counts for one asking only; a link is found by what it holds.
    return mark("code", str(asking.pk), secret) if asking.channel == Channel.SMS else mark("link", secret)


def _send(asking: Asking, secret: str, at: datetime) -> None:
    language = Language(asking.language)
    if asking.channel == Channel.EMAIL:
        link = f"{settings.PUBLIC_URL}/subscribe/{language}/open/{secret}/"
        letters.post("residents/mail/open", asking.address, language, {"link": link}, at=at)
        return
    with translation.override(language):
        text = _(
            "%(code)s is your code for alerts of %(site)s. It holds for 10 minutes. Not you? Do nothing."
        )
        text = sms.gsm(text % {"code": secret, "site": settings.SITE_NAME})
    single.send_to(
        asking.channel, asking.address, language, {language.value: {"sms": text}},
        key=f"asking {asking.pk}", at=at, expires_at=at + CODE_LASTS,
    )  # fmt: skip


def _settle(asking: Asking, at: datetime) -> Subscriber:
    """The address is theirs: what they asked for holds, beside what they have."""
    there = Subscriber.objects.filter(
        user=None,
        consents__isnull=False,
        contact_points__channel=asking.channel,
        contact_points__address=asking.address,
    )
    subscriber = asking.subscriber or there.first()
    if subscriber is None:
        if not asking.agreed:
            raise NotThere(_("Nothing is subscribed at this address. Subscribe first."))
        subscriber = Subscriber.objects.create(language=asking.language)
        record(
            Verb.RESIDENT_SUBSCRIBED,
            None,
            subscriber,
            at=at,
            channel=asking.channel,
            consent=asking.agreed["version"],
        )
    if asking.agreed:
        Consent.objects.create(subscriber=subscriber, given_at=asking.asked_at, **asking.agreed)
    _attach(subscriber, asking, at)
    if asking.wish["places"]:
        reasons.keep(subscriber, at=at)
        wishes.watch(subscriber, asking.wish["places"], asking.wish["topics"])
    _close(asking, at)
    return subscriber


def _attach(subscriber: Subscriber, asking: Asking, at: datetime) -> None:
    Stop.objects.filter(mark=asking.mark).delete()
    elsewhere = ContactPoint.objects.filter(
        channel=asking.channel, address=asking.address, subscriber__consents__isnull=False
    ).exclude(subscriber=subscriber)
    subscriptions.forget(list(elsewhere.distinct()))
    point, is_new = ContactPoint.objects.get_or_create(
        subscriber=subscriber, channel=asking.channel, address=asking.address, defaults={"verified_at": at}
    )
    if is_new or asking.wish["places"]:
        point.min_severity = asking.wish["severity"] or wishes.of(subscriber)["severity"]
    point.verified_at, point.gone_at = point.verified_at or at, None
    point.save()


def _close(asking: Asking, at: datetime) -> None:
    """That it came back is counted for a day; what it said is not needed any more."""
    asking.confirmed_at, asking.address, asking.wish, asking.agreed = at, "", {}, {}
    asking.save()

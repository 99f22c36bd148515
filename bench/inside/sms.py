"""Claim, send, record: messages a second, against a bare client at the same concurrency. See `bench.stub`."""

import asyncio
import smtplib
from collections.abc import Sequence
from functools import partial
from time import perf_counter
from urllib.parse import urlencode

import aiohttp
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection

from bench import city, rounds, stub
from bench.inside import notices, workers
from bench.inside.amounts import per_second
from bench.rows import Row
from cityalert.delivery import claiming, fanout
from cityalert.delivery.channels import CHANNELS
from cityalert.delivery.channels.base import Message
from cityalert.delivery.channels.email import Connections
from cityalert.delivery.channels.sms_twilio import MAX_VALIDITY_S, status_url
from cityalert.lib import clock

IN_FLIGHT = CHANNELS["sms"].in_flight
# A mail server that keeps what it acknowledges writes it to a disk first.
MAIL_MS = 2
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def run(quick: bool) -> list[Row]:
    """Texts first, then mail."""
    count, times = (500, 3) if quick else (5_000, 5)
    with workers.ready() as ours:
        texts = rounds.medians(
            {"ours": partial(_through_the_pipeline, "sms", count, ours), "bare": partial(_bare_texts, count)},
            times,
        )
        mail = rounds.medians(
            {
                "ours": partial(_through_the_pipeline, "email", count, ours),
                "bare": partial(_bare_mail, count),
                "django": partial(_django_mail, count),
            },
            times,
        )
        stub.mails_take(MAIL_MS)
        on_disk = rounds.medians(
            {
                "ours": partial(_through_the_pipeline, "email", count, ours),
                "bare": partial(_bare_mail, count),
            },
            times,
        )
    city.empty_delivery()
    return [
        Row(
            f"texts, {IN_FLIGHT} in flight, claimed and recorded", per_second(texts["ours"]),
            "bare aiohttp", per_second(texts["bare"]), texts["ours"] / texts["bare"], "≥ 0.8",
        ),
        Row(
            f"e-mail to a server that takes {MAIL_MS} ms", per_second(on_disk["ours"]),
            "bare smtplib, one connection", per_second(on_disk["bare"]), on_disk["ours"] / on_disk["bare"], "≥ 0.9",
        ),
        Row(
            "e-mail to one that takes no time", per_second(mail["ours"]),
            "bare smtplib, one connection", per_second(mail["bare"]), mail["ours"] / mail["bare"], "",
        ),
        Row(
            "e-mail to one that takes no time", per_second(mail["ours"]),
            "Django's send_messages", per_second(mail["django"]), mail["ours"] / mail["django"], "≥ 1.5",
        ),
    ]  # fmt: skip


def _queued(channel: str, count: int) -> None:
    """So many messages are due on the channel, and nothing else."""
    city.empty_delivery()
    notice = notices.post(notices.by(channel, count), clock.now())
    assert fanout.fan_out(notice.pk, at=clock.now()) == count


def _through_the_pipeline(channel: str, count: int, by: workers.Workers) -> float:
    """What the workers do, task after task."""
    _queued(channel, count)
    began = perf_counter()
    handed = by.send_all(channel, in_flight=CHANNELS[channel].in_flight)
    took_s = perf_counter() - began
    assert handed == count, f"{count - handed} were not sent"
    return count / took_s


def _claimed(channel: str, count: int) -> list[Message]:
    """The same messages, for who sends them by hand."""
    _queued(channel, count)
    return claiming.claim(channel, at=clock.now(), limit=count)


def _bare_texts(count: int) -> float:
    """As many requests in flight, the forms made beforehand, the answers read and thrown away."""
    forms = _forms(count)
    began = perf_counter()
    asyncio.run(_post_all(forms))
    return count / (perf_counter() - began)


def _forms(count: int) -> list[bytes]:
    return [
        urlencode(
            {
                "To": message.address,
                "From": settings.TWILIO_FROM_NUMBER,
                "Body": message.text("sms"),
                "StatusCallback": status_url(message.attempt_id),
                "ValidityPeriod": MAX_VALIDITY_S,
            }
        ).encode()
        for message in _claimed("sms", count)
    ]


async def _post_all(forms: Sequence[bytes]) -> None:
    url = f"{settings.SANDBOX_URL}/2010-04-01/Accounts/{settings.TWILIO_ACCOUNT_SID}/Messages.json"
    waiting = iter(forms)
    login = aiohttp.encode_basic_auth(settings.TWILIO_ACCOUNT_SID, settings.TWILIO_AUTH_TOKEN)
    async with aiohttp.ClientSession(headers=FORM | {"Authorization": login}) as session:

        async def worker() -> None:
            for form in waiting:
                async with session.post(url, data=form) as response:
                    assert response.status == 201, await response.text()
                    await response.read()

        await asyncio.gather(*(worker() for _ in range(IN_FLIGHT)))


def _bare_mail(count: int) -> float:
    """One connection, the mails written beforehand."""
    line = Connections()
    mails = [(message.address, line.wire(message)) for message in _claimed("email", count)]
    began = perf_counter()
    with smtplib.SMTP(settings.EMAIL_HOST, settings.EMAIL_PORT) as connection:
        for address, wire in mails:
            connection.sendmail(settings.MAIL_FROM, [address], wire)
    return count / (perf_counter() - began)


def _django_mail(count: int) -> float:
    """Django's own: one connection, each message built as it is sent."""
    mails = [_mail(message) for message in _claimed("email", count)]
    began = perf_counter()
    sent = get_connection("django.core.mail.backends.smtp.EmailBackend").send_messages(mails)
    assert sent == count
    return count / (perf_counter() - began)


def _mail(message: Message) -> EmailMultiAlternatives:
    mail = EmailMultiAlternatives(message.texts["subject"], message.text("text"), to=[message.address])
    mail.attach_alternative(message.text("html"), "text/html")
    return mail

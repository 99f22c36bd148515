"""E-mail, by SMTP unless a provider is set up (`mail_api`).

The body is built once per notice and language, a few connections carry many messages.
"""

import asyncio
import smtplib
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from time import monotonic
from types import ModuleType
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.html import escape
from django.utils.translation import gettext as _

from cityalert.delivery.channels.base import ChannelError, Message, OutcomeUnknown

CONNECTIONS = 4

# Stand-ins inside the built message, replaced per person. Letters only, so that no encoding changes them.
TO, MESSAGE_ID, LINK, LEAVE, WHY, WHY_HTML = (
    "xToxHerex@to.invalid",
    "xMessagexIdxHerex@id.invalid",
    "https://link.invalid/xLinkxHerex",
    "https://link.invalid/xLeavexHerex",
    "xWhyxHerex",
    "xWhyxInxHtmlxHerex",
)


class Email:
    """Mail through `SMTP_URL`, or by a provider. Neither can be asked what it has sent."""

    name = "email"
    in_flight = CONNECTIONS
    can_look_up = False

    @property
    def providers(self) -> tuple[str, ...]:
        """Our own mail server, unless a provider is set up."""
        return (settings.MAIL_PROVIDER or "smtp",)

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Any]:
        """Connections that are opened as they are needed, and kept."""
        connections = _by_provider().Sessions() if settings.MAIL_PROVIDER else Connections()
        try:
            yield connections
        finally:
            await asyncio.to_thread(connections.close)

    async def send(self, line: Any, message: Message) -> str:
        """Hand one mail over; returns its Message-ID, the same for every try, or the provider's id."""
        connection, message_id = line.take(), _message_id(message)
        try:
            if settings.MAIL_PROVIDER:
                hand_over = _by_provider().hand_over
                return str(await asyncio.to_thread(hand_over, connection, message, message_id))
            await asyncio.to_thread(_hand_over, connection, message, line.wire(message))
        finally:
            line.give_back(connection)
        return message_id

    async def find(self, _line: object, _message: Message) -> str | None:
        """Always raises ChannelError."""
        raise ChannelError("a mail server cannot be asked")


def _by_provider() -> ModuleType:
    # Loaded only where a provider is set up: most cities have none.
    from cityalert.delivery.channels import mail_api

    return mail_api


class Connections:
    """SMTP connections at rest, and the messages built so far in this batch."""

    def __init__(self) -> None:
        self._idle: list[smtplib.SMTP] = []
        self._built: dict[tuple[str, str, bool, bool], bytes] = {}

    def take(self) -> smtplib.SMTP:
        """A connection nobody is using."""
        return self._idle.pop() if self._idle else smtplib.SMTP(timeout=settings.DELIVERY_TIMEOUT_S)

    def give_back(self, connection: smtplib.SMTP) -> None:
        """Keep it for the next message."""
        self._idle.append(connection)

    def wire(self, message: Message) -> bytes:
        """The bytes to send, this person's address, id and link put in."""
        # By what was said, never by where it lies in memory: another notice may come to lie there.
        said = message.message_key.rpartition(".")[0]
        key = (said, message.language, bool(message.leave), bool(message.why))
        template = self._built.get(key)
        if template is None:
            template = self._built[key] = _build(message)
        return (
            template.replace(TO.encode(), message.address.encode())
            .replace(MESSAGE_ID.encode(), _message_id(message).encode())
            .replace(LINK.encode(), message.link.encode())
            .replace(LEAVE.encode(), message.leave.encode())
            .replace(WHY_HTML.encode(), escape(message.why).encode())
            .replace(WHY.encode(), message.why.encode())
        )

    def close(self) -> None:
        """Say good-bye on all of them."""
        for connection in self._idle:
            _hang_up(connection)


def _build(message: Message) -> bytes:
    mail = EmailMessage(policy=SMTP.clone(cte_type="8bit", max_line_length=998))
    mail["From"] = settings.MAIL_FROM
    mail["To"] = TO
    mail["Subject"] = message.texts["subject"]
    mail["Date"] = format_datetime(message.started_at)
    mail["Message-ID"] = f"<{MESSAGE_ID}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail["Content-Language"] = message.language
    text, html = (message.texts[name].replace("{link}", LINK) for name in ("text", "html"))
    if message.leave:
        # RFC 8058: mail programs show a button of their own, which works with one press.
        mail["List-Unsubscribe"], mail["List-Unsubscribe-Post"] = f"<{LEAVE}>", "List-Unsubscribe=One-Click"
        with translation.override(message.language):
            why = _("Why you get this, and how to stop it:")
        text = f"{text.rstrip()}\n\n-- \n{why} {LEAVE}\n"
        html = html.replace("</body>", f'<p>{why} <a href="{LEAVE}">{LEAVE}</a></p></body>')
    if message.why:
        text = f"{text.rstrip()}\n\n{WHY}\n"
        html = html.replace("</body>", f"<p>{WHY_HTML}</p></body>")
    mail.set_content(text, cte="8bit")
    mail.add_alternative(html, subtype="html", cte="8bit")
    return mail.as_bytes()


def _message_id(message: Message) -> str:
    return f"{message.message_key}@{settings.MAIL_FROM.rpartition('@')[2]}"


def _hand_over(connection: smtplib.SMTP, message: Message, wire: bytes) -> None:
    """One transaction on a connection, opened if it is not. What failed before DATA was not sent."""
    deadline = monotonic() + settings.DELIVERY_TIMEOUT_S
    try:
        if connection.sock is None:
            _connect(connection)
        _allow_until(deadline, connection)
        _expect(connection.mail(settings.MAIL_FROM, ["BODY=8BITMIME"]), "sender")
        _allow_until(deadline, connection)
        _expect(connection.rcpt(message.address), "address")
        _allow_until(deadline, connection)
    except (OSError, smtplib.SMTPException) as error:
        _hang_up(connection)
        raise ChannelError("the mail server cannot be reached", pause_s=5) from error
    except ChannelError:
        _reset(connection)
        raise
    try:
        _expect(connection.data(wire), "text")
    except smtplib.SMTPDataError as error:
        _reset(connection)
        raise _refused(error.smtp_code, "text") from error
    except (OSError, smtplib.SMTPException) as error:
        _hang_up(connection)
        raise OutcomeUnknown(type(error).__name__) from error


def _allow_until(deadline: float, connection: smtplib.SMTP) -> None:
    """Let the next exchange take what is left of the time. Raises TimeoutError when nothing is."""
    left_s = deadline - monotonic()
    if left_s <= 0:
        raise TimeoutError
    if connection.sock is not None:
        connection.sock.settimeout(left_s)


def _connect(connection: smtplib.SMTP) -> None:
    connection.connect(settings.EMAIL_HOST, settings.EMAIL_PORT)
    connection.ehlo()
    if settings.EMAIL_USE_TLS:
        # The name is needed again by starttls, which checks the certificate against it.
        connection._host = settings.EMAIL_HOST  # type: ignore[attr-defined]
        connection.starttls(context=ssl.create_default_context())
        connection.ehlo()
    if settings.EMAIL_HOST_USER:
        connection.login(settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD)


def _expect(reply: tuple[int, bytes], what: str) -> None:
    if not 200 <= reply[0] < 300:
        raise _refused(reply[0], what)


def _refused(code: int, what: str) -> ChannelError:
    # 5xx on the address is about the person; on the sender it is about us, and worth another try.
    permanent = code >= 500 and what != "sender"
    return ChannelError(f"the mail server refused the {what} ({code})", permanent=permanent)


def _reset(connection: smtplib.SMTP) -> None:
    try:
        connection.rset()
    except (OSError, smtplib.SMTPException):
        _hang_up(connection)


def _hang_up(connection: smtplib.SMTP) -> None:
    try:
        if connection.sock is not None:
            connection.quit()
    except (OSError, smtplib.SMTPException):
        pass
    finally:
        connection.close()

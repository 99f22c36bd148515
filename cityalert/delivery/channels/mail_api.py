"""Mail by a provider's own API, through Anymail. SMTP, which needs no provider, is `email`."""

from typing import Any

import requests
from anymail import exceptions as anymail
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.utils.html import escape

from cityalert.delivery.channels.base import ChannelError, Message, OutcomeUnknown

_TAKEN = frozenset({"sent", "queued"})


class Sessions:
    """Sessions at rest, each with its connection kept alive: one is used by one thread at a time."""

    def __init__(self) -> None:
        self._idle: list[Any] = []

    def take(self) -> Any:
        """One that nobody is using, open."""
        if self._idle:
            return self._idle.pop()
        backend = get_connection()
        backend.open()
        return backend

    def give_back(self, backend: Any) -> None:
        """Keep it for the next message."""
        self._idle.append(backend)

    def close(self) -> None:
        """Close them all."""
        for backend in self._idle:
            backend.close()


def hand_over(backend: Any, message: Message, message_id: str) -> str:
    """Hand one mail to the provider; returns its id there. Raises ChannelError or OutcomeUnknown."""
    mail = _built(backend, message, message_id)
    try:
        backend.send_messages([mail])
    except anymail.AnymailInvalidAddress as error:
        raise ChannelError("no address of mail", is_gone=True) from error
    except anymail.AnymailRecipientsRefused as error:
        raise ChannelError("the provider refuses the address", permanent=True) from error
    except anymail.AnymailAPIError as error:
        raise _failed(error) from error
    said = mail.anymail_status  # type: ignore[attr-defined]
    if not _TAKEN & set(said.status or ()):
        raise ChannelError(
            f"the provider says: {', '.join(sorted(map(str, said.status or ())))}", permanent=True
        )
    return str(said.message_id)


def _built(backend: Any, message: Message, message_id: str) -> EmailMultiAlternatives:
    headers = {"Message-ID": f"<{message_id}>", "Auto-Submitted": "auto-generated"}
    mail = EmailMultiAlternatives(
        message.texts["subject"],
        f"{message.text('text').rstrip()}\n\n{message.why}\n" if message.why else message.text("text"),
        settings.MAIL_FROM,
        [message.address],
        headers={**headers, "Content-Language": message.language},
        connection=backend,
    )
    html = message.text("html")
    if message.why:
        html = html.replace("</body>", f"<p>{escape(message.why)}</p></body>")
    mail.attach_alternative(html, "text/html")
    # Comes back with each of the provider's news; nobody is followed by pictures and changed links.
    mail.metadata = {"attempt": str(message.attempt_id)}  # type: ignore[attr-defined]
    mail.track_opens = mail.track_clicks = False  # type: ignore[attr-defined]
    return mail


def _failed(error: anymail.AnymailAPIError) -> ChannelError | OutcomeUnknown:
    status = error.status_code
    if status is None:
        # Only what never had a connection was certainly not taken.
        never_connected = isinstance(error.__cause__, requests.ConnectTimeout)
        if never_connected or "NewConnectionError" in repr(error.__cause__):
            return ChannelError("the mail provider cannot be reached", pause_s=5)
        return OutcomeUnknown(type(error.__cause__ or error).__name__)
    if status >= 500:
        return OutcomeUnknown(f"the mail provider answered {status}")
    # About us, not about the person: too many at once, or the account.
    pause_s = {429: 1, 401: 15, 402: 15, 403: 15}.get(status, 0)
    return ChannelError(f"the mail provider refused it ({status})", permanent=not pause_s, pause_s=pause_s)

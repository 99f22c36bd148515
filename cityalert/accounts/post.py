"""Mail about one's account: password resets and notices. What is sent of alerts goes through `delivery`."""

import logging
from concurrent.futures import Future, ThreadPoolExecutor

from django.core.mail import EmailMessage

logger = logging.getLogger(__name__)

# The page that asks for a password reset must take the same time whether or not the address is known, and
# must not fail with the mail server. Not through Celery: the mail holds a token, and Redis holds no content.
# A mail lost with the process is asked for again.
_carrier = ThreadPoolExecutor(max_workers=2, thread_name_prefix="account-mail")


def hand_over(message: EmailMessage) -> Future[None]:
    """Send, meanwhile. Failures are logged without the address."""
    return _carrier.submit(_send, message)


def _send(message: EmailMessage) -> None:
    try:
        message.send()
    except OSError as error:  # smtplib's exceptions are OSErrors too
        logger.warning("a mail about an account was not sent: %s", type(error).__name__)

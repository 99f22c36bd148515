"""When somebody wants to be told, in which language. Members and residents choose the same."""

from dataclasses import dataclass, fields
from datetime import datetime, time
from typing import Self

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cityalert.audit.record import Who, record
from cityalert.audit.verbs import Verb
from cityalert.lib.language import Language
from cityalert.lib.refusals import Refusal
from cityalert.lib.severity import Severity
from cityalert.subscriptions.models import Subscriber


@dataclass(frozen=True)
class Times:
    """Quiet from one time of day until another by the clock of a zone (empty: the city's); None: never quiet.

    From `wakes_from` on, quiet hours do not count. What is minor comes gathered, in one mail a day, at `digest_at`.
    """

    language: str = Language.EN
    zone: str = ""
    quiet_from: time | None = None
    quiet_until: time | None = None
    wakes_from: int = Severity.SEVERE
    digest_at: time | None = None

    @classmethod
    def of(cls, subscriber: Subscriber) -> Self:
        """As they are."""
        return cls(**{field.name: getattr(subscriber, field.name) for field in fields(cls)})


class NoMail(Refusal):
    """A digest is a mail."""

    code = "no_mail"
    sentence = _("The mail of the day needs an e-mail address. Add one first.")


@transaction.atomic
def choose(who: Who | None, subscriber: Subscriber, times: Times, *, at: datetime) -> bool:
    """From now on so; False if it was so already. `who` is None for residents, who have no account. Raises NoMail."""
    mail = subscriber.contact_points.filter(
        channel="email", verified_at__isnull=False, stopped_at=None, gone_at=None
    )
    if times.digest_at and not mail.exists():
        raise NoMail(field="digest_at")
    changed = [f.name for f in fields(Times) if getattr(subscriber, f.name) != getattr(times, f.name)]
    for name in changed:
        setattr(subscriber, name, getattr(times, name))
    if changed:
        subscriber.save(update_fields=changed)
        record(Verb.REACH_CHANGED, who, subscriber, at=at, what=changed)
    return bool(changed)

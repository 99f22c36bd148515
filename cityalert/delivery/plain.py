"""Something plain, said to the people of some partners: a line, a few more, and the page where it goes on."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation

from cityalert.delivery import outbox
from cityalert.delivery.audience import Audience
from cityalert.delivery.models import Notice
from cityalert.lib import sms
from cityalert.lib.language import Language
from cityalert.lib.severity import Severity
from partners.roles import TOLD_BY_DEFAULT

# Whoever acts for several of them hears it once.
_MEMBERS = """
    SELECT DISTINCT ON (s.id) 'member' AS kind, m.partner_id, s.id AS subscriber_id, 1::smallint AS call_order
    FROM partners_membership m
    JOIN partners_partner p ON p.id = m.partner_id AND p.is_active
    JOIN accounts_user u ON u.id = m.user_id AND u.is_active
    JOIN subscriptions_subscriber s ON s.user_id = m.user_id
    WHERE m.partner_id = ANY(%(partners)s::uuid[]) AND m.role = ANY(%(roles)s::text[])
      AND (cardinality(%(people)s::bigint[]) = 0 OR m.user_id = ANY(%(people)s::bigint[]))
      AND m.is_active AND m.valid_from <= %(at)s AND (m.valid_until IS NULL OR m.valid_until > %(at)s)
    ORDER BY s.id, m.partner_id"""


@dataclass(frozen=True)
class Said:
    """What is said in one language: a line, more of it, and the page where it goes on."""

    subject: str
    lines: list[str]
    path: str


def members_of(
    partners: Collection[UUID],
    at: datetime,
    *,
    roles: Sequence[str] = TOLD_BY_DEFAULT,
    people: Collection[int] = (),
) -> Audience:
    """The members of these partners, of some roles, at a moment; of them only some people (keys of users), if any."""
    params = {"partners": list(partners), "roles": list(roles), "people": list(people), "at": at}
    return Audience(_MEMBERS, params)


def tell(  # noqa: PLR0913 - all are named where it matters
    key: str,
    topic: str,
    partner_id: UUID | None,
    audience: Audience,
    say: Callable[[], Said],
    *,
    severity: Severity,
    lasts: timedelta,
    at: datetime,
) -> Notice:
    """Say it once under a key, in the caller's transaction. `say` is asked in each language.

    `partner_id` is whose word it is; None: the network's, and nobody sees how far it came.
    """
    return outbox.post(
        key=key,
        partner_id=partner_id,
        topic=topic,
        series=topic,
        texts={language: texts(language, say) for language in Language.values},
        cards={},
        severity=severity,
        audience=audience,
        at=at,
        expires_at=at + lasts,
    )


def texts(language: str, say: Callable[[], Said], marked: Callable[[], str] = str) -> dict[str, str]:
    """What each kind of channel says of it, as `outbox.post` takes it. `marked` says EXERCISE, TEST or nothing."""
    with translation.override(language), timezone.override(settings.TIME_ZONE):
        said, mark = say(), marked()
        url = f"{settings.PUBLIC_URL}{said.path}"
        subject = f"[{mark}] {said.subject}" if mark else said.subject
        context = {"subject": subject, "lines": said.lines, "url": url, "language": language}
        first = f"{mark} – {mark}: {said.subject}" if mark else said.subject
        return {
            "sms": f"{sms.fit(sms.gsm(' '.join([first, *said.lines])), f' {url}', at_most=2)} {url}",
            "subject": subject,
            "text": render_to_string("delivery/mail/plain.txt", context).strip() + "\n",
            "html": render_to_string("delivery/mail/plain.html", context),
            **({"mark": mark} if mark else {}),
        }

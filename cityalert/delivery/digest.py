"""The mail of the day: what is minor, gathered for whoever wants it so. Whoever wants which is `subscriptions`'.

A delivery by the channel `digest` stands in the queue until its time of day; no sender takes it. Then all that stands
there for one person becomes one mail. Whoever is told the same gets the same notice, written once for all of them.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import uuid4

from django.conf import settings
from django.db import connection, transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cityalert.delivery.models import Notice
from cityalert.delivery.outbox import FRESH_LINK
from cityalert.delivery.priority import priority
from cityalert.lib import jobs
from cityalert.lib.language import Language
from cityalert.lib.severity import Severity

CHANNEL = "digest"
TOPIC = f"{Notice.ABOUT_CONTACT}digest"
# As what the delivery `e` was heard, or will be: what was in a mail of the day was heard by mail.
HEARD_BY = f"CASE e.channel WHEN '{CHANNEL}' THEN 'email' ELSE e.channel END"
# A mail server that is down may come back.
LASTS = timedelta(hours=12)

# One step of the transaction: taken once, whoever else looks.
_TAKE = """
    UPDATE delivery_delivery d SET state = 'sent', state_at = %(at)s, next_at = NULL, provider_id = %(batch)s
    FROM delivery_recipient r, delivery_notice n
    WHERE r.id = d.recipient_id AND n.id = d.notice_id AND n.superseded_at IS NULL AND n.expires_at > %(at)s
      AND r.acknowledged_at IS NULL AND d.id IN (
          SELECT q.id FROM delivery_delivery q
          WHERE q.channel = 'digest' AND q.state = 'queued' AND q.next_at <= %(at)s FOR UPDATE SKIP LOCKED)
"""

# What was taken, by person: the gravest first.
_BY_PERSON = """
    SELECT r.subscriber_id, r.kind, min(r.partner_id::text)::uuid AS partner_id, d.address, d.language,
        array_agg(d.notice_id ORDER BY n.severity DESC, d.notice_id) AS notices
    FROM delivery_delivery d JOIN delivery_recipient r ON r.id = d.recipient_id
    JOIN delivery_notice n ON n.id = d.notice_id
    WHERE d.channel = 'digest' AND d.state = 'sent' AND d.provider_id = %(batch)s AND d.state_at = %(at)s
    GROUP BY r.subscriber_id, r.kind, d.address, d.language
"""

_TO_EACH = f"""
    WITH told AS (SELECT * FROM ({_BY_PERSON}) person WHERE notices = %(notices)s::bigint[]),
    recipient AS (
        INSERT INTO delivery_recipient (notice_id, kind, partner_id, subscriber_id, call_order, token)
        SELECT %(notice)s, kind, partner_id, subscriber_id, 1, {FRESH_LINK} FROM told RETURNING id, subscriber_id
    )
    INSERT INTO delivery_delivery
        (notice_id, recipient_id, channel, address, language, priority, is_correction, state, state_at, next_at)
    SELECT %(notice)s, r.id, 'email', t.address, t.language, %(priority)s, false, 'queued', %(at)s, %(at)s
    FROM told t JOIN recipient r ON r.subscriber_id = t.subscriber_id
"""

# From then on what was gathered knows its mail: should that fail, it is found (`ungathered`).
_GONE_WITH = f"""
    UPDATE delivery_delivery d SET provider_id = %(key)s
    FROM delivery_recipient r, ({_BY_PERSON}) person
    WHERE r.id = d.recipient_id AND r.subscriber_id = person.subscriber_id
      AND d.channel = 'digest' AND d.provider_id = %(batch)s AND person.notices = %(notices)s::bigint[]
"""


def can_wait(severity: int, *, is_exercise: bool, can_be_read: bool) -> bool:
    """What is minor, real, and has a page on which it can be read later, can wait for the mail of the day."""
    return severity <= Severity.MINOR and not is_exercise and can_be_read


def gathers(notice: Notice) -> bool:
    """Is it of that kind?"""
    has_page = bool(notice.texts.get("en", {}).get("read"))
    return can_wait(notice.severity, is_exercise=notice.is_exercise, can_be_read=has_page)


@transaction.atomic
def send_due(*, at: datetime) -> int:
    """Make what is due into mails, one for each person; returns how many."""
    batch, written = f"digest {uuid4()}", 0
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, {"at": at, "batch": batch})
        if not cursor.rowcount:
            return 0
        cursor.execute(f"SELECT DISTINCT notices FROM ({_BY_PERSON}) person", {"at": at, "batch": batch})
        for number, (notices,) in enumerate(cursor.fetchall()):
            notice = _post(f"{batch} {number}", notices, at)
            cursor.execute(
                _TO_EACH,
                {
                    "at": at, "batch": batch, "notices": notices, "notice": notice.pk,
                    "priority": priority(Severity.MINOR, False),
                },
            )  # fmt: skip
            written += cursor.rowcount
            cursor.execute(_GONE_WITH, {"at": at, "batch": batch, "notices": notices, "key": notice.key})
    jobs.after_commit("delivery.send", "email")
    return written


def _post(key: str, notice_ids: Sequence[int], at: datetime) -> Notice:
    found = Notice.objects.in_bulk(notice_ids)
    gathered = [found[pk].texts for pk in notice_ids]
    return Notice.objects.create(
        key=key,
        topic=TOPIC,
        series=key,
        texts={one.value: _words(one, [texts[one] for texts in gathered]) for one in Language},
        severity=Severity.MINOR,
        posted_at=at,
        expires_at=at + LASTS,
        fanned_out_at=at,
    )


def _words(language: Language, said: Sequence[Mapping[str, str]]) -> dict[str, str]:
    with translation.override(language):
        count = ngettext("%(n)s minor alert", "%(n)s minor alerts", len(said)) % {"n": len(said)}
        context = {
            "said": said,
            "title": _("%(count)s of the day") % {"count": count},
            "site_name": settings.SITE_NAME,
            "city_name": settings.CITY_NAME,
        }
        return {
            "subject": f"{context['title']} ({settings.SITE_NAME})",
            "text": render_to_string("delivery/mail/digest.txt", context).strip() + "\n",
            "html": render_to_string("delivery/mail/digest.html", context),
        }

"""Telling people of what they have not read: at once who is named, after a while everybody, once until they look.

What of it goes into a text message, a mail or a push message, its label says (`lib.exits`).
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F, Max, Min
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cityalert.delivery import aside
from cityalert.lib import sms
from cityalert.lib.exits import ADDRESSEE, Answer, Exit, Item, may
from cityalert.lib.language import Language
from cityalert.lib.severity import Severity
from cityalert.lib.tlp import Tlp
from cityalert.messaging import queries
from cityalert.messaging.models import Conversation, Post, ReadMark

# Whoever sits before the page reads it by themselves; whoever does not is told once, of all that has gathered.
PATIENCE = timedelta(minutes=2)
LASTS = timedelta(hours=12)
_AT_ONCE = 50


def tell_named(post: Post, users: Iterable[int], *, at: datetime) -> None:
    """Tell those who are named in a post, muted or not, in the transaction of the post."""
    named = set(users)
    if not named:
        return
    everybody = queries.everybody_since(post.conversation, at=at)
    people = [(user, partner) for user, partner, _since in everybody if user in named]
    if people:
        key = f"named:{post.conversation_id}:{post.position}"
        texts = words(post.conversation, [post], is_named=True)
        _tell(post.conversation, people, texts, key, Severity.MODERATE, post.position, at=at)


def tell_due(*, at: datetime) -> int:
    """Tell of what has waited long enough; returns in how many conversations. Run again it says nothing again."""
    due = Conversation.objects.filter(
        last_position__gt=F("told_position"), posts__position__gt=F("told_position")
    )
    due = due.annotate(oldest=Min("posts__posted_at")).filter(oldest__lte=at - PATIENCE)
    return sum(_tell_of(key, at=at) for key in due.values_list("pk", flat=True)[:_AT_ONCE])


@transaction.atomic
def _tell_of(key: UUID, *, at: datetime) -> bool:
    held = Conversation.objects.select_for_update(skip_locked=True).filter(pk=key).first()
    if held is None:
        return False
    waited = Post.objects.filter(
        conversation=held, position__gt=held.told_position, posted_at__lte=at - PATIENCE
    )
    until = waited.aggregate(until=Max("position"))["until"]
    if until is None:
        return False
    posts = list(waited.filter(position__lte=until, deleted_at=None).order_by("position"))
    Conversation.objects.filter(pk=key).update(told_position=until)
    people = _unaware(held, posts, until, at=at)
    if people:
        texts = words(held, posts, is_named=False)
        _tell(held, people, texts, f"talk:{key}:{until}", Severity.MINOR, until, at=at)
    return bool(people)


def _unaware(held: Conversation, posts: list[Post], until: int, *, at: datetime) -> list[tuple[int, UUID]]:
    """Who has not read up to there, did not say all of it, wants to be told, and was not told since they looked."""
    marks = {(one.user_id, one.partner_id): one for one in ReadMark.objects.filter(conversation=held)}
    unaware = []
    for user_id, partner_id, since in queries.everybody_since(held, at=at):
        mark = marks.get((user_id, partner_id))
        if mark and (mark.is_muted or mark.position >= until or mark.told_position > mark.position):
            continue
        read = max(mark.position if mark else 0, since)
        if any(one.position > read and one.author_id != user_id for one in posts):
            unaware.append((user_id, partner_id))
    return unaware


def _tell(
    conversation: Conversation,
    people: list[tuple[int, UUID]],
    texts: Mapping[str, Mapping[str, str]],
    key: str,
    severity: Severity,
    position: int,
    *,
    at: datetime,
) -> None:
    aside.tell(
        people,
        texts,
        key=key,
        about=f"conversation:{conversation.pk}",
        severity=severity,
        at=at,
        expires_at=at + LASTS,
    )
    for user_id, partner_id in people:
        mark, _new = ReadMark.objects.get_or_create(
            conversation=conversation, user_id=user_id, partner_id=partner_id
        )
        ReadMark.objects.filter(pk=mark.pk, told_position__lt=position).update(told_position=position)


def words(conversation: Conversation, posts: list[Post], *, is_named: bool) -> dict[str, dict[str, str]]:
    """What each channel says of these posts, per language. Of what is marked RED not even what it is about."""
    item = Item(Tlp.strictest(*(post.tlp for post in posts)) if posts else Tlp(conversation.tlp))
    page = f"{settings.PUBLIC_URL}{reverse('messaging:detail', args=[conversation.pk])}"
    said: dict[str, dict[str, str]] = {}
    for language in Language.values:
        with translation.override(language):
            by = {
                exit_: _lines(conversation, posts, item, exit_, is_named)
                for exit_ in (Exit.SMS, Exit.EMAIL, Exit.PUSH)
            }
            head, body = by[Exit.EMAIL]
            text = f"TLP:{item.label}\n\n{head}\n{body}\n\n{page}\n\n--\nTLP:{item.label}\n"
            said[language] = {
                "sms": _sms(by[Exit.SMS][0], page),
                "subject": f"[TLP:{item.label}] {head}",
                "push": by[Exit.PUSH][1] or by[Exit.PUSH][0],
                "text": text,
                "html": render_to_string(
                    "messaging/mail.html", {"label": item.label, "head": head, "body": body, "page": page}
                ),
                "voice": by[Exit.SMS][0],
                "read": page,
                "page": page,
            }
    return said


def _lines(
    conversation: Conversation, posts: list[Post], item: Item, exit_: Exit, is_named: bool
) -> tuple[str, str]:
    """What it is, and what was said last."""
    if may(item, ADDRESSEE, exit_) is not Answer.WHOLE:
        return _("Something for you alone, marked TLP:%(label)s. Sign in to read it.") % {
            "label": item.label
        }, ""
    if is_named:
        head = _("You are named in “%(subject)s”") % {"subject": conversation.subject}
    else:
        n = len(posts)
        head = ngettext("%(n)d new message in “%(subject)s”", "%(n)d new messages in “%(subject)s”", n) % {
            "n": n,
            "subject": conversation.subject,
        }
    last = posts[-1].text if posts else ""
    return head, last if len(last) <= 280 else f"{last[:280].rstrip()}…"


def _sms(head: str, page: str) -> str:
    text = sms.gsm(" ".join(f"{settings.SITE_NAME}: {head}".split()))
    return sms.fit(text, f" {page}", at_most=2) + f" {page}"

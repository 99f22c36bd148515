"""What each kind of channel says, in each language. Delivery puts the reader's own link in place of `{link}`."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import pgettext

from cityalert.alerts import content, event, marking, sharing
from cityalert.alerts.models import Alert, Info
from cityalert.alerts.vocabulary import Ending, MsgType, Status, mark_of
from cityalert.lib import sms
from cityalert.lib.exits import Exit
from cityalert.lib.language import Language
from cityalert.lib.severity import Severity

LINK = "{link}"
MAX_SEGMENTS = 2


def example_link() -> str:
    """As long as the link that will stand there: delivery's tokens have twelve letters."""
    return f"{settings.PUBLIC_URL}/a/7qk2m4vx9bte/"


def public_page(alert: Alert, language: str) -> str:
    """Where everybody may read it, and what becomes of it."""
    return f"{settings.PUBLIC_URL}{reverse('public:alert', args=[language, alert.pk])}"


def alert_page(alert: Alert) -> str:
    """Its path for whoever signs in."""
    return reverse("alerts:detail", args=[alert.pk])


def texts(alert: Alert) -> dict[str, dict[str, str]]:
    """Per language {"sms", "voice", "push", "subject", "text", "html"}, and the page ("read").

    `{link}` stands where the reader's own will be. What a partner's programs are told is the same in both: "webhook".
    What is not real has its "mark" beside them, for the page behind the link.
    """
    said = {}
    for language in Language.values:
        with translation.override(language), timezone.override(ZoneInfo(settings.TIME_ZONE)):
            mail = _context(alert, language, Exit.EMAIL)
            said[language] = {
                "sms": _sms(alert, _context(alert, language, Exit.SMS)["words"]),
                "subject": _subject(alert, mail["words"]),
                "push": _push(alert, _context(alert, language, Exit.PUSH)),
                "voice": _voice(alert, _context(alert, language, Exit.VOICE)),
                "text": render_to_string("alerts/notice/mail.txt", mail).strip() + "\n",
                "html": render_to_string("alerts/notice/mail.html", mail),
            }
            said[language]["read"] = mail["public_page"] or f"{settings.PUBLIC_URL}{alert_page(alert)}"
            if told := event.event(alert):
                said[language]["webhook"] = told
            if alert.status != Status.ACTUAL:
                said[language]["mark"] = mark_of(alert.status)
    return said


def short_texts(alert: Alert, words: Info) -> dict[str, str]:
    """{"sms", "subject"} of these words, in the language that is spoken at this moment."""
    return {"sms": _sms(alert, words), "subject": _subject(alert, words)}


def cards(alert: Alert) -> dict[str, dict[str, Any]]:
    """Per language what a dashboard shows, frozen: data for the tray and the map, and the card as HTML."""
    shown = {}
    for language in Language.values:
        with translation.override(language), timezone.override(ZoneInfo(settings.TIME_ZONE)):
            context = _context(alert, language, Exit.SCREEN)
            card = _card(alert, context)
            card["html"] = render_to_string("alerts/_card.html", {**context, "card": card})
            shown[language] = card
    return shown


def _card(alert: Alert, context: Mapping[str, Any]) -> dict[str, Any]:
    words, area = context["words"], None if context["is_pointer"] else alert.area
    return {
        "id": str(alert.pk),
        "series": str(alert.series),
        "replaces": sorted(str(one.pk) for one in alert.references.all()),
        "topic": alert.topic,
        "msg_type": alert.msg_type,
        "status": alert.status,
        "severity": Severity(alert.severity).slug,
        "severity_word": str(Severity(alert.severity).label),
        "urgency": alert.urgency,
        "headline": words.headline,
        "instruction": words.instruction,
        "area_desc": context["place"],
        "sender": alert.partner.name,
        "published_at": alert.published_at.isoformat() if alert.published_at else None,
        "expires_at": alert.expires_at.isoformat() if alert.expires_at else None,
        "bounds": [round(degrees, 6) for degrees in area.extent] if area else None,
    }


def _context(alert: Alert, language: str, exit_: Exit) -> Mapping[str, Any]:
    said = marking.said(alert, language, exit_)
    found = said.words
    # Only the link we put there ourselves is one.
    plain = {name: getattr(found, name).replace(LINK, "(link)") for name in content.WORDS}
    words = Info(language=found.language, is_machine_translated=found.is_machine_translated, **plain)
    return {
        "alert": alert,
        "words": words,
        "place": said.place,
        "is_pointer": said.is_pointer,
        "tlp": alert.tlp,
        "partner": alert.partner,
        "severity": Severity(alert.severity),
        "mark": mark_of(alert.status),
        "kind_of_message": " ".join(marks(alert)),
        "link": LINK,
        "public_page": public_page(alert, language) if sharing.is_for_all(alert) else "",
        "site_name": settings.SITE_NAME,
        "city_name": settings.CITY_NAME,
    }


def marks(alert: Alert) -> list[str]:
    """The words nobody may miss: that it is no real alert, that it replaces an earlier one.

    What was sent by mistake is marked as cancelled; that it was a mistake its headline says.
    """
    endings = {
        MsgType.UPDATE: pgettext("mark", "UPDATE"),
        MsgType.CANCEL: pgettext("mark", "CANCELLED"),
        Ending.ALL_CLEAR: pgettext("mark", "ALL CLEAR"),
    }
    kind = Ending.ALL_CLEAR if alert.ending == Ending.ALL_CLEAR else MsgType(alert.msg_type)
    return [word for word in (mark_of(alert.status), endings.get(kind, "")) if word]


def _subject(alert: Alert, words: Info) -> str:
    before = "".join(f"[{mark}] " for mark in (*marks(alert), marking.subject_label(alert)) if mark)
    return f"{before}{words.headline} ({alert.partner.short_name})"


def _push(alert: Alert, context: Mapping[str, Any]) -> str:
    """What stands below the subject on a locked screen: what to do, and where."""
    mark = mark_of(alert.status)
    words, place = context["words"], "" if context["is_pointer"] else alert.area_desc
    lines = [f"{mark} – {mark}" if mark else "", words.instruction or words.description, place]
    return "\n".join(line for line in lines if line)


def _sms(alert: Alert, words: Info) -> str:
    """One line: that it is an exercise, twice, who says it, what kind it is, what happened, what to do, the link.

    What to do is cut first, then what happened, so that it stays within two segments; the link is whole. That a
    machine translated it is said where there is room: what to do is worth more, and the page behind the link says it.
    """
    mark = mark_of(alert.status)
    every = marks(alert)
    twice = [f"{mark} – {mark}"] if mark else []
    start = " ".join([*twice, alert.partner.short_name, *(every[1:] if mark else every)])
    headline = words.headline.rstrip(".")
    text = sms.gsm(" ".join(f"{start}: {headline}. {words.instruction}".split()))
    if words.is_machine_translated:
        by_machine = pgettext("mark", "auto transl.")
        marked = f"{text} ({by_machine})"
        if sms.segments(f"{marked} {example_link()}") <= MAX_SEGMENTS:
            text = marked
    return sms.fit(text, f" {example_link()}", at_most=MAX_SEGMENTS) + f" {LINK}"


def _voice(alert: Alert, context: Mapping[str, Any]) -> str:
    """To be spoken: that it is an exercise, who says it, what kind it is, what happened, where, what to do."""
    mark = mark_of(alert.status)
    kinds = [one.capitalize() for one in marks(alert) if one != mark]
    parts = [f"{mark}. {mark}" if mark else "", alert.partner.name, *kinds]
    words, place = context["words"], "" if context["is_pointer"] else alert.area_desc
    parts += [words.headline, place, words.instruction, mark]
    return " ".join(f"{' '.join(one.split()).rstrip('.')}." for one in parts if one.strip())

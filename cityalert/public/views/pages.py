"""The pages everybody may read. They are the same for everybody, so any of them may be kept and shown again."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.http import require_safe

from cityalert.alerts.models import Alert
from cityalert.lib import clock
from cityalert.lib.language import Language
from cityalert.lib.refusals import NotThere
from cityalert.public import drawing, pictures, queries, reading, standing
from cityalert.public.addresses import page_of, whole
from cityalert.public.answers import answer, page


@require_safe
def choose(request: HttpRequest) -> HttpResponse:
    """To the reader's language."""
    asked = translation.get_language_from_request(request)
    language = asked if asked in Language.values else Language.EN.value
    response = HttpResponseRedirect(reverse("public:current", args=[language]))
    response["Vary"] = "Accept-Language"
    response["Cache-Control"] = "no-store"
    return response


@require_safe
def current(request: HttpRequest, language: str) -> HttpResponse:
    """All that is going on, on a map and as a list; and what ended within a day."""
    at = clock.now()
    going_on, over = queries.current(at), queries.over(at)
    context = {
        **_map(going_on, language),
        "alerts": [reading.read(one, language, at) for one in going_on],
        "over": [reading.read(one, language, at) for one in over],
        "as_of": _minute(at),
        "address": whole(reverse("public:current", args=[language])),
        "translations": _translations("public:current"),
    }
    return answer(request, page("public/current.html", context, language), language=language)


@require_safe
def feeds(request: HttpRequest, language: str) -> HttpResponse:
    """Which feeds there are, and how to use them."""
    context = {"translations": _translations("public:feeds")}
    return answer(request, page("public/feeds.html", context, language), language=language)


@require_safe
def alert(request: HttpRequest, language: str, alert_id: UUID) -> HttpResponse:
    """One version. What took its place stands above everything else."""
    at = clock.now()
    try:
        found = queries.get(alert_id)
    except NotThere:
        return _not_there(request, language)
    newest = queries.newest(found)
    context = {
        **_map([found], language),
        "one": reading.read(found, language, at),
        "newest": reading.read(newest, language, at) if newest.pk != found.pk else None,
        "as_of": _minute(at),
        "address": page_of(found, language),
        "picture": whole(reverse("public:card", args=[language, found.pk])),
        "translations": _translations("public:alert", found.pk),
    }
    return answer(request, page("public/alert.html", context, language), language=language)


@require_safe
def card(request: HttpRequest, language: str, alert_id: UUID) -> HttpResponse:
    """Its picture for social networks."""
    try:
        found = queries.get(alert_id)
    except NotThere:
        return _not_there(request, language)
    picture = pictures.card(found, standing.of(found, clock.now()), language)
    return answer(request, picture, content_type="image/png", language=language)


def _not_there(request: HttpRequest, language: str) -> HttpResponse:
    """The same, byte for byte, for what is not public and for what never was."""
    return answer(request, page("public/not_there.html", {}, language), language=language, status=404)


def _map(alerts: list[Alert], language: str) -> dict[str, Any]:
    areas = [one.area for one in alerts if one.area]
    frame = drawing.around(areas, 800, 500)
    return {
        "frame": frame,
        "ground": list(drawing.ground(frame)),
        # The gravest is drawn last, above the others.
        "areas": [
            reading.Area(one, language, drawing.outline(one.area, frame))
            for one in reversed(alerts)
            if one.area
        ],
        "collection": reading.collection(alerts, language),
    }


def _minute(at: datetime) -> datetime:
    """Whole minutes: within one, the page's bytes stay the same."""
    return timezone.localtime(at).replace(second=0, microsecond=0)


def _translations(name: str, *args: object) -> list[tuple[str, str]]:
    return [(code, whole(reverse(name, args=[code, *args]))) for code in Language.values]

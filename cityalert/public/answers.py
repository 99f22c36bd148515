"""Answers that anybody may keep: how long, and how a reader asks whether they are still true."""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.cache import get_conditional_response
from django.utils.http import http_date

from cityalert.lib.language import Language

# How long a browser, or a cache on the way, may show it without asking. See docs/public-pages-and-feeds.md.
MAX_AGE_S = 5


def page(template: str, context: Mapping[str, Any], language: str) -> str:
    """A page that is the same for everybody: it knows neither the reader nor their session."""
    other = next(value for value in Language.values if value != language)
    frame = {
        "site_name": settings.SITE_NAME,
        "city_name": settings.CITY_NAME,
        "basemap_style_url": settings.BASEMAP_STYLE_URL,
        "language": language,
        "other_language": other,
    }
    with translation.override(language):
        return render_to_string(template, {**frame, **context})


def answer(
    request: HttpRequest,
    body: str | bytes,
    *,
    content_type: str = "text/html; charset=utf-8",
    language: str = "",
    status: int = 200,
    changed_at: datetime | None = None,
    is_private: bool = False,
) -> HttpResponse:
    """The body, or that it is still what the reader has."""
    response = HttpResponse(body, content_type=content_type, status=status)
    etag = f'"{sha256(response.content).hexdigest()[:32]}"'
    response["ETag"] = etag
    response["Cache-Control"] = f"{'private' if is_private else 'public'}, max-age={MAX_AGE_S}"
    if language:
        response["Content-Language"] = language
    changed = int(changed_at.timestamp()) if changed_at else None
    if changed is not None:
        response["Last-Modified"] = http_date(changed)
    if status != 200:
        return response
    return get_conditional_response(request, etag, changed, response) or response

"""The pages as an app on a phone: its manifest, its service worker, and the page for when there is no network."""

import json
from functools import cache
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET

from cityalert.lib.language import Language
from cityalert.lib.refusals import NotThere

# What the page without network needs.
FILES = (
    "css/tokens.css", "css/base.css", "css/components.css", "css/layouts.css",
    "js/theme.js", "js/offline.js", "js/kept.js", "favicon.svg",
)  # fmt: skip
COLOUR = "#1b222b"


@require_GET
@cache_control(no_cache=True)
def service_worker(_request: HttpRequest) -> HttpResponse:
    """One script, for not every browser knows modules here. It changes when anything it keeps does."""
    return HttpResponse(_script(), content_type="text/javascript; charset=utf-8")


@require_GET
@cache_control(max_age=3600, public=True)
def manifest(_request: HttpRequest) -> HttpResponse:
    """What a phone shows for it."""
    icons = [
        {
            "src": static(f"app/icon-{size}.png"),
            "sizes": f"{size}x{size}",
            "type": "image/png",
            "purpose": purpose,
        }
        for size, purpose in ((192, "any"), (512, "any"), (512, "maskable"))
    ]
    facts = {
        "id": "/",
        "name": f"{settings.SITE_NAME} {settings.CITY_NAME}",
        "short_name": settings.SITE_NAME,
        "description": _("Alerts that concern you, and a way to say that you have them."),
        "lang": translation.get_language(),
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": COLOUR,
        "theme_color": COLOUR,
        "icons": icons,
    }
    return HttpResponse(json.dumps(facts), content_type="application/manifest+json")


@require_GET
@cache_control(no_cache=True)
def offline(request: HttpRequest, language: str) -> HttpResponse:
    """The same for everybody: what it shows is kept on the device."""
    if language not in Language.values:
        raise NotThere
    with translation.override(language):
        return render(request, "web/offline.html", {"language": language})


@cache
def _script() -> str:
    kept, worker = (_source(f"js/{name}.js") for name in ("kept", "service-worker"))
    pages = {language: reverse("web:offline", args=[language]) for language in Language.values}
    shell = {
        "files": [*pages.values(), *(static(name) for name in FILES)],
        "offline": pages,
        "moved": reverse("preferences:device_moved"),
        "icon": static("app/icon-192.png"),
        "badge": static("app/badge-96.png"),
    }
    # The names of files hold what is in them; the page itself does not.
    page = Path(settings.BASE_DIR, "templates/web/offline.html").read_text(encoding="utf-8")
    whole = json.dumps(shell) + kept + worker + page + "".join(_source(name) for name in FILES)
    shell["version"] = sha256(whole.encode()).hexdigest()[:12]
    return f"const SHELL = {json.dumps(shell)};\n{kept.replace('export ', '')}\n{worker}"


def _source(name: str) -> str:
    found = finders.find(name)
    return Path(str(found)).read_text(encoding="utf-8")

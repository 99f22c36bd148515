"""Pages that belong to no feature: the language, the style guide, and whether we are well."""

from django.conf import settings
from django.contrib.admin.views.decorators import staff_member_required
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from cityalert.lib.language import Language


@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Speak this language from now on: in this browser, and to this person wherever they sign in."""
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure()):
        back = "/"
    response = HttpResponseRedirect(back)
    language = request.POST.get("language", "")
    if language in Language.values:
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            max_age=365 * 24 * 3600,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
        if request.user.is_authenticated:
            request.user.language = language
            request.user.save(update_fields=["language"])
    return response


@staff_member_required
def styleguide(request: HttpRequest) -> HttpResponse:
    """Every component, as it is."""
    return render(request, "web/styleguide.html")


@never_cache
@require_GET
def healthz(_request: HttpRequest) -> HttpResponse:
    """200 while pages can be served. Redis is not asked: without it we are slower, not ill."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"ok": True})

"""Is this still right? The page behind the link in a business's mail. It is open: the link is the proof.

Looking changes nothing, for mail scanners look too; a press does, once.
"""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from cityalert.accounts.throttle import throttled
from cityalert.businesses import records
from cityalert.businesses.actions import NotUsable
from cityalert.businesses.confirming import answering, veil
from cityalert.businesses.forms import CorrectionForm
from cityalert.businesses.models import Asking
from cityalert.lib import clock, tenancy
from cityalert.lib.forms import posted
from cityalert.lib.refusals import NotThere


@never_cache
@require_GET
def answered(request: HttpRequest) -> HttpResponse:
    """Thank you: the same for everybody, whatever was answered."""
    return render(request, "businesses/answered.html")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@throttled("still-right", "30/m/ip")
@tenancy.across("a business's own link")
def still_right(request: HttpRequest, token: str) -> HttpResponse:
    """What is kept of the business; all right, or not, or never ask again."""
    try:
        asking = answering.by_token(token, at=clock.now())
        with translation.override(_language(request, asking)):
            return _safe(_page(request, token, asking))
    except NotThere:
        return _safe(render(request, "businesses/still_right_over.html", status=404))


def _page(request: HttpRequest, token: str, asking: Asking) -> HttpResponse:
    press, at = request.POST.get("press", ""), clock.now()
    form = CorrectionForm(
        posted(request) if press == "changed" else None,
        fields=answering.fields(asking),
        record=records.of(asking.business),
        veiled=answering.veiled(asking),
    )
    if press == "right":
        answering.confirm(token, at=at)
    elif press == "stop":
        answering.stop(token, at=at)
    elif press == "changed":
        try:
            answering.propose(token, form.typed(), request.POST.get("note", ""), at=at)
        except NotUsable as refusal:
            form.refuse(refusal)
            return _show(request, asking, form, status=422)
    else:
        return _show(request, asking, form, status=422 if request.method == "POST" else 200)
    return redirect("businesses:answered")


def _show(request: HttpRequest, asking: Asking, form: CorrectionForm, *, status: int) -> HttpResponse:
    context = {
        "asking": asking,
        "business": asking.business,
        "people": veil.people(records.of(asking.business), answering.veiled(asking)),
        "form": form,
        "note": request.POST.get("note", ""),
    }
    return render(request, "businesses/still_right.html", context, status=status)


def _language(request: HttpRequest, asking: Asking) -> str:
    """What this browser has said; else what the mail was in."""
    is_said = settings.LANGUAGE_COOKIE_NAME in request.COOKIES
    return (translation.get_language() or "en") if is_said else asking.language


def _safe(response: HttpResponse) -> HttpResponse:
    """The address holds the link: it is told to nobody else."""
    # Not no-referrer: then a browser names no origin when the form is sent, and the form is refused.
    response["Referrer-Policy"] = "same-origin"
    response["X-Robots-Tag"] = "noindex"
    return response

"""The page on which people say how they are reached."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from cityalert.accounts.throttle import throttled
from cityalert.lib import clock
from cityalert.lib.refusals import NotThere, Refusal
from cityalert.lib.severity import Severity
from cityalert.preferences import actions, queries
from cityalert.subscriptions.models import ContactPoint
from partners.middleware import Request, actor_required

# Each code costs a text. What is refused counts too, so that there is room for slips.
CODES = "30/d/user"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@actor_required
@throttled("contact_codes", CODES, looking=False)
def overview(request: Request) -> HttpResponse:
    """How one is reached, and a form for another way."""
    if request.method != "POST":
        return _page(request)
    channel, address = request.POST.get("channel", ""), request.POST.get("address", "")

    def add() -> str:
        actions.add(request.actor, channel, address, at=clock.now())
        return _("A code is on its way there. Type it in below.")

    return _do(request, add)


@require_POST
@actor_required
@throttled("contact_codes", CODES)
def send_again(request: Request, point_id: int) -> HttpResponse:
    """Another code."""

    def again() -> str:
        actions.send_again(request.actor, point_id, at=clock.now())
        return _("A new code is on its way. The earlier one does not count any more.")

    return _do(request, again, point_id)


@require_POST
@actor_required
def verify(request: Request, point_id: int) -> HttpResponse:
    """The code came back."""

    def check() -> str:
        point = actions.verify(request.actor, point_id, request.POST.get("code", ""), at=clock.now())
        return _("Confirmed: alerts reach you at %(address)s from now on.") % {"address": point.address}

    return _do(request, check, point_id)


@require_POST
@actor_required
def hear_from(request: Request, point_id: int) -> HttpResponse:
    """From which severity on it is used."""
    wanted = request.POST.get("severity", "")

    def change() -> str:
        severity = int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) == 1 else -1
        actions.hear_from(request.actor, point_id, severity, at=clock.now())
        return _("Changed.")

    return _do(request, change, point_id)


@require_POST
@actor_required
def remove(request: Request, point_id: int) -> HttpResponse:
    """Not there any more."""

    def away() -> str:
        point = actions.remove(request.actor, point_id, at=clock.now())
        return _("Removed. No further alert is sent to %(address)s.") % {"address": point.address}

    return _do(request, away, point_id)


def _do(request: Request, act: Callable[[], str], point_id: int | None = None) -> HttpResponse:
    """Say what was done; or show the page with the refusal where it belongs, and what was typed."""
    try:
        said = act()
    except NotThere:
        raise
    except Refusal as refusal:
        return _page(request, refusal, point_id)
    messages.success(request, said)
    return redirect("preferences:reached")


def _page(request: Request, refusal: Refusal | None = None, point_id: int | None = None) -> HttpResponse:
    context = {
        "reached": queries.reached(request.actor, clock.now()),
        "channels": ContactPoint.Channel.choices,
        "severities": [(severity.value, _from(severity)) for severity in Severity],
        "typed": request.POST,
        "refusal": refusal,
        "refused_point": point_id,
    }
    return render(request, "preferences/reached.html", context, status=refusal.status if refusal else 200)


def _from(severity: Severity) -> str:
    if severity == Severity.UNKNOWN:
        return _("every alert")
    if severity == Severity.EXTREME:
        return _("extreme danger only")
    return _("%(severity)s and graver") % {"severity": severity.label}

"""Duty in people's own calendars: one page to make and close the address, and what calendars read."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cityalert.accounts.throttle import throttled
from cityalert.duty import calendars
from cityalert.lib import clock, ical
from partners.middleware import Request, actor_required


@require_GET
@never_cache
@throttled("duty_calendar", "600/h/ip")
def feed(_request: HttpRequest, token: str) -> HttpResponse:
    """One member's duty, for whoever has the address."""
    return HttpResponse(calendars.of_address(token, at=clock.now()), content_type=ical.TYPE)


@require_GET
@actor_required
def rota(request: Request) -> HttpResponse:
    """Who is on duty when, as a file."""
    answer = HttpResponse(calendars.rota(request.actor, at=clock.now()), content_type=ical.TYPE)
    answer["Content-Disposition"] = 'attachment; filename="duty.ics"'
    return answer


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@actor_required
def own(request: Request) -> HttpResponse:
    """One's own feed. A new address is shown in the answer, and never again."""
    address = ""
    if request.method == "POST":
        secret = calendars.open_(request.actor, at=clock.now())
        address = settings.PUBLIC_URL + reverse("duty:calendar", args=[secret])
    return render(request, "duty/calendar.html", {"own": calendars.own(request.actor), "address": address})


@require_POST
@actor_required
def close(request: Request) -> HttpResponse:
    """It opens nothing any more."""
    calendars.close(request.actor, at=clock.now())
    messages.success(request, _("The address is closed. Calendars that had it show nothing new."))
    return redirect("duty:own_calendar")

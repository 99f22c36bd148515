"""Events by the month, and in people's own calendars: one page to make and close the address, and what they read."""

from datetime import date

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cityalert.accounts.throttle import throttled
from cityalert.dossiers import calendars, months, queries
from cityalert.dossiers.leave import may_write
from cityalert.lib import clock, ical
from partners.middleware import Request, actor_required


@require_GET
@actor_required
def month(request: Request) -> HttpResponse:
    """One month, day by day; `?month=2026-12`."""
    at = clock.now()
    first = months.read(request.GET.get("month", "")) or timezone.localdate(at).replace(day=1)
    begins_at, ends_at = months.stretch(first, timezone.get_current_timezone())
    found = queries.between(request.actor, begins_at, ends_at)
    context = {
        "at": at,
        "first": first,
        "before": (before := months.shifted(first, -1)),
        "before_key": months.written(before),
        "after": (after := months.shifted(first, 1)),
        "after_key": months.written(after),
        "weeks": months.weeks(first, found, timezone.get_current_timezone()),
        "today": timezone.localdate(at),
        "count": len(found),
        "weekdays": [date(2026, 6, day) for day in range(1, 8)],  # begins with a Monday
        "may_write": may_write(request.actor),
    }
    return render(request, "dossiers/month.html", context)


@require_GET
@never_cache
@throttled("event_calendar", "600/h/ip")
def feed(_request: HttpRequest, token: str) -> HttpResponse:
    """One member's events, for whoever has the address."""
    return HttpResponse(calendars.of_address(token, at=clock.now()), content_type=ical.TYPE)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@actor_required
def own(request: Request) -> HttpResponse:
    """One's own feed. A new address is shown in the answer, and never again."""
    address = ""
    if request.method == "POST":
        secret = calendars.open_(request.actor, at=clock.now())
        address = settings.PUBLIC_URL + reverse("dossiers:calendar", args=[secret])
    context = {"own": calendars.own(request.actor), "address": address}
    return render(request, "dossiers/calendar.html", context)


@require_POST
@actor_required
def close(request: Request) -> HttpResponse:
    """It opens nothing any more."""
    calendars.close(request.actor, at=clock.now())
    messages.success(request, _("The address is closed. Calendars that had it show nothing new."))
    return redirect("dossiers:own_calendar")

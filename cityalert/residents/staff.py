"""The network's look at codes by text: what was sent, what came back, and a button when the breaker has shut."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cityalert.lib import clock
from cityalert.residents import actions
from cityalert.residents.brakes import LEAST_SHARE, day
from partners.middleware import StaffRequest, staff_required


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def brakes(request: StaffRequest) -> HttpResponse:
    """Today's texts; a press opens the form again."""
    at = clock.now()
    if request.method == "POST":
        actions.reopen(request.staff, at=at)
        messages.success(request, _("Codes are sent by text again. They are counted from now on."))
        return redirect("residents:brakes")
    return render(request, "residents/brakes.html", {"day": day(at), "least": round(100 * LEAST_SHARE)})

"""The auditor's page, for those who run the installation."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from cityalert.auditor import queries
from cityalert.auditor.models import Round
from cityalert.lib import clock
from partners.middleware import StaffRequest, staff_required


@require_GET
@staff_required
def latest(request: StaffRequest) -> HttpResponse:
    """What the last round found, and how the last day was."""
    at, last = clock.now(), Round.objects.first()
    context = {
        "last": last,
        "is_silent": last is None or at - last.at > queries.SILENT_AFTER,
        "promises": queries.promises(last) if last else [],
        "hours": queries.hours(at=at),
    }
    return render(request, "auditor/latest.html", context)

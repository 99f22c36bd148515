"""The page on which those who run the installation see how channels and providers do."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from cityalert.delivery import health
from cityalert.lib import clock
from partners.middleware import StaffRequest, staff_required


@require_GET
@staff_required
def channels(request: StaffRequest) -> HttpResponse:
    """What waits, what fails, who rests: now, and over the last hour."""
    at = clock.now()
    context = {"at": at, "channels": health.channels(at=at), "providers": health.providers(at=at)}
    return render(request, "web/channels.html", context)

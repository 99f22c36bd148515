"""The directory's alarms, for those who run the installation."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from cityalert.directory import actions, queries
from cityalert.lib import clock
from partners.middleware import StaffRequest, staff_required

SHOWN = 100


@require_GET
@staff_required
def alarms(request: StaffRequest) -> HttpResponse:
    """Who looked as nobody looks who needs something."""
    return render(request, "directory/alarms.html", {"alarms": queries.alarms()[:SHOWN]})


@require_POST
@staff_required
def lift(request: StaffRequest, alarm_id: int) -> HttpResponse:
    """Open it to them again."""
    actions.lift(request.staff, alarm_id, request.POST.get("note", ""), at=clock.now())
    messages.success(request, _("The directory is open to them again."))
    return redirect("directory_staff:alarms")

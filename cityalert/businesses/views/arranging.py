"""The board and its committees, and the BIA's own fields."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cityalert.businesses import actions, leave, overview, queries
from cityalert.businesses.forms import CustomFieldForm, SeatForm
from cityalert.businesses.reach import silence
from cityalert.businesses.views.keeping import today
from cityalert.lib import clock
from cityalert.lib.refusals import Refusal
from partners.middleware import Request, actor_required


@require_http_methods(["GET", "POST"])
@actor_required
def board(request: Request) -> HttpResponse:
    """Who sits on the board and the committees, and filling a seat."""
    at, businesses = clock.now(), queries.visible_to(request.actor).filter(archived_at=None)
    form = SeatForm(request.POST if request.method == "POST" else None, businesses=businesses)
    if request.method == "POST":
        leave.need_change(request.actor)
        if form.is_valid():
            actions.fill_seat(request.actor, form.save(commit=False), at=at)
            messages.success(request, _("The seat is filled."))
            return redirect("businesses:board")
    silent = silence(request.actor.partner_id)
    context = {
        "form": form,
        "bodies": overview.bodies(request.actor, silent, today=today(), at=at),
        "figures": overview.figures(request.actor, silent, today=today(), at=at),
        "may_change": leave.may_change(request.actor),
    }
    return render(request, "businesses/board.html", context, status=422 if form.errors else 200)


@require_POST
@actor_required
def leave_seat(request: Request, seat_id: int) -> HttpResponse:
    """A seat ends today."""
    actions.leave_seat(request.actor, seat_id, today=today(), at=clock.now())
    messages.success(request, _("The seat has ended today."))
    return redirect("businesses:board")


@require_http_methods(["GET", "POST"])
@actor_required
def fields(request: Request) -> HttpResponse:
    """What else the BIA writes down of every business."""
    leave.need_change(request.actor)
    form = CustomFieldForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.add_field(
                request.actor, form.cleaned_data["label"], form.cleaned_data["kind"], at=clock.now()
            )
        except Refusal as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            messages.success(request, _("The field is there."))
            return redirect("businesses:fields")
    context = {"form": form, "fields": queries.custom_fields(request.actor)}
    return render(request, "businesses/fields.html", context, status=422 if form.errors else 200)


@require_POST
@actor_required
def remove_field(request: Request, field_id: int) -> HttpResponse:
    """Take a field away."""
    actions.remove_field(request.actor, field_id, at=clock.now())
    messages.success(request, _("The field is gone."))
    return redirect("businesses:fields")

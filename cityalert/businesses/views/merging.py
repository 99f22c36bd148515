"""Businesses written down twice: suggestions, two side by side, one out of them, and back."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cityalert.businesses import leave
from cityalert.businesses.actions import NotUsable
from cityalert.businesses.merging import actions, suggesting, union
from cityalert.lib import clock
from partners.middleware import Request, actor_required


@require_GET
@actor_required
def suggested(request: Request) -> HttpResponse:
    """Which may be one; and what was merged lately."""
    leave.need_change(request.actor)
    context = {
        "found": suggesting.suggestions(request.actor),
        "merges": suggesting.merges(request.actor),
        "may_change": True,
    }
    return render(request, "businesses/doubles.html", context)


@require_http_methods(["GET", "POST"])
@actor_required
def merge(request: Request, one_id: UUID, other_id: UUID) -> HttpResponse:
    """Two side by side, with a choice for each value; pressing makes them one."""
    leave.need_change(request.actor)
    one, other = suggesting.two(request.actor, one_id, other_id)
    things = suggesting.compare(request.actor, one, other)
    known = {thing.name for thing in things}
    choices = {
        name: said
        for name, said in request.POST.items()
        if name in known and said in (union.ONE, union.OTHER)
    }
    faults: list[str] = []
    if request.method == "POST":
        try:
            held = actions.merge(request.actor, one.pk, other.pk, choices, at=clock.now())
        except NotUsable as refusal:
            faults = [str(sentence) for sentence in refusal.detail.values()]
        else:
            messages.success(
                request,
                _("%(name)s is one business now. It can be undone for a month.") % {"name": held.name},
            )
            return redirect("businesses:detail", one.pk)
    context = {
        "one": one,
        "other": other,
        "things": [(thing, choices.get(thing.name, thing.chosen)) for thing in things],
        "seats": [seat for each in (one, other) for seat in each.seats.all()],
        "faults": faults,
    }
    return render(request, "businesses/merge.html", context, status=422 if faults else 200)


@require_POST
@actor_required
def are_two(request: Request, one_id: UUID, other_id: UUID) -> HttpResponse:
    """They are two."""
    actions.are_two(request.actor, one_id, other_id, at=clock.now())
    messages.success(request, _("They stay two, and are not suggested again."))
    return redirect("businesses:doubles")


@require_POST
@actor_required
def undo(request: Request, merge_id: UUID) -> HttpResponse:
    """Two again."""
    try:
        actions.undo(request.actor, merge_id, at=clock.now())
    except actions.CannotUndo as refusal:
        messages.error(request, str(refusal.sentence))
    else:
        messages.success(request, _("Undone. They are two again, each as it was."))
    return redirect("businesses:doubles")

"""Asking businesses whether what is kept is still right: the BIA's side."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from cityalert.businesses import leave
from cityalert.businesses.confirming import answering, asking, overview
from cityalert.businesses.models import Asking
from cityalert.lib import clock
from cityalert.lib.refusals import Refusal
from partners.middleware import Request, actor_required


@require_GET
@actor_required
def asked(request: Request) -> HttpResponse:
    """Who was asked, who said what, who is silent."""
    leave.need_look(request.actor)
    state = request.GET.get("state", "")
    context = {
        "figures": overview.figures(request.actor, at=clock.now()),
        "proposals": overview.proposals(request.actor),
        "page": overview.page(request.actor, state, request.GET.get("page", "")),
        "state": state if state in Asking.State.values else "",
        "may_change": leave.may_change(request.actor),
    }
    return render(request, "businesses/asked.html", context)


@require_POST
@actor_required
def ask_some(request: Request) -> HttpResponse:
    """Ask the next of those who are due."""
    count = asking.ask_some(request.actor, at=clock.now())
    words = ngettext("%(n)d business is asked.", "%(n)d businesses are asked.", count) % {"n": count}
    messages.success(request, words if count else _("Nobody is due to be asked."))
    return redirect("businesses:asked")


@require_POST
@actor_required
def yearly(request: Request) -> HttpResponse:
    """Have them asked by itself, or no longer."""
    wanted = request.POST.get("wanted") == "yes"
    asking.ask_yearly(request.actor, wanted=wanted, at=clock.now())
    messages.success(
        request,
        _("Everybody is asked once a year from now on.")
        if wanted
        else _("Nobody is asked by itself any more."),
    )
    return redirect("businesses:asked")


@require_POST
@actor_required
def ask_one(request: Request, business_id: UUID) -> HttpResponse:
    """Ask this one now."""
    try:
        asking.ask_one(request.actor, business_id, at=clock.now())
    except (asking.AskedLately, asking.NobodyToAsk) as refusal:
        messages.error(request, str(refusal.sentence))
    else:
        messages.success(request, _("They are asked."))
    return redirect("businesses:detail", business_id)


@require_POST
@actor_required
def accept(request: Request, asking_id: UUID) -> HttpResponse:
    """Take over what a business said."""
    try:
        business = answering.accept(request.actor, asking_id, at=clock.now())
    except Refusal as refusal:
        if refusal.status in {403, 404}:
            raise
        messages.error(request, " ".join([str(refusal), *map(str, refusal.detail.values())]))
    else:
        messages.success(request, _("Taken over: %(name)s.") % {"name": business.name})
    return redirect("businesses:asked")


@require_POST
@actor_required
def decline(request: Request, asking_id: UUID) -> HttpResponse:
    """Leave it as it is."""
    business = answering.decline(request.actor, asking_id, at=clock.now())
    messages.success(request, _("Left as it was: %(name)s.") % {"name": business.name})
    return redirect("businesses:asked")

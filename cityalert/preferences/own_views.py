"""The pages beside the numbers and addresses: when one is told, what one watches, who stands in, whether it works."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from cityalert.accounts.throttle import throttled
from cityalert.alerts.topics import chosen
from cityalert.lib import clock
from cityalert.lib.forms import posted
from cityalert.lib.refusals import Refusal
from cityalert.preferences import actions, queries, trying, watching
from cityalert.preferences.forms import AwayForm, TimesForm
from cityalert.preferences.places import PlacesForm
from cityalert.subscriptions import away
from partners.middleware import Request, actor_required

# Each sends a text and makes a call.
TRIALS = "10/d/user"
# Each place is looked up.
PLACES = "60/h/user"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@actor_required
def when(request: Request) -> HttpResponse:
    """Quiet hours, and the language."""
    form = TimesForm(posted(request), now=queries.own_times(request.actor))
    if form.is_valid():
        try:
            actions.choose_times(request.actor, form.times(), at=clock.now())
            messages.success(request, _("Saved."))
            return redirect("preferences:when")
        except Refusal as refusal:
            form.refuse(refusal)
    return render(request, "preferences/when.html", {"form": form}, status=422 if form.is_bound else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@actor_required
@throttled("contact_trials", TRIALS, looking=False)
def trial(request: Request) -> HttpResponse:
    """One press tries every way; the page shows which came."""
    if request.method == "POST":
        try:
            trying.send(request.actor, at=clock.now())
            messages.success(request, _("On its way. This page shows where it comes."))
        except Refusal as refusal:
            messages.error(request, str(refusal.sentence))
        return redirect("preferences:trial")
    page = "preferences/_trial.html" if request.htmx else "preferences/trial.html"
    return render(request, page, {"trial": trying.last_trial(request.actor)})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@actor_required
def leave(request: Request) -> HttpResponse:
    """Away for a time: who stands in."""
    at = clock.now()
    form = AwayForm(posted(request), colleagues=away.stand_ins(request.actor, at))
    if form.is_valid():
        clean = form.cleaned_data
        try:
            away.leave(request.actor, clean["begins_at"], clean["ends_at"], clean["stand_in"], at=at)
            messages.success(request, _("Saved. You are back by yourself when it is over."))
            return redirect("preferences:away")
        except Refusal as refusal:
            form.refuse(refusal)
    context = {"form": form, "absence": away.absence(request.actor, at), "at": at}
    return render(request, "preferences/away.html", context, status=422 if form.is_bound else 200)


@require_POST
@actor_required
def come_back(request: Request) -> HttpResponse:
    """There again."""
    away.come_back(request.actor, at=clock.now())
    messages.success(request, _("You are back: alerts come to you again."))
    return redirect("preferences:away")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@actor_required
@throttled("places", PLACES, looking=False)
def places(request: Request) -> HttpResponse:
    """What one watches, and for what."""
    at, watched = clock.now(), watching.own(request.actor)
    topics = watched[0].topics if watched else 0
    form = PlacesForm(
        posted(request),
        at=at,
        needs_place=not watched,
        sites=watching.own_sites(request.actor),
        initial={"topics": [int(one) for one in chosen(topics)]},
    )
    if form.is_valid():
        try:
            watching.watch(request.actor, form.places, form.chosen_topics(), at=at)
            messages.success(request, _("Saved."))
            return redirect("preferences:places")
        except Refusal as refusal:
            form.refuse(refusal)
    context = {"form": form, "places": watched}
    return render(request, "preferences/places.html", context, status=422 if form.is_bound else 200)


@require_POST
@actor_required
def drop_place(request: Request, place_id: int) -> HttpResponse:
    """Watch it no more."""
    watching.drop(request.actor, place_id, at=clock.now())
    messages.success(request, _("Removed."))
    return redirect("preferences:places")

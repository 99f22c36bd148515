"""Pages on which a partner's managers say who is on duty when; its other members may look, and leave a note."""

from collections.abc import Callable
from itertools import groupby

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cityalert.duty import actions, hours, picture, queries, rotation
from cityalert.duty.forms import HoursForm, SwapForm, TurnsForm
from cityalert.lib import clock
from cityalert.lib.forms import posted
from cityalert.lib.refusals import NotThere, Refusal
from cityalert.lib.zones import Zone
from partners import premises
from partners.middleware import Request, actor_required
from partners.models import Membership
from partners.roles import Permission


@require_http_methods(["GET", "HEAD", "POST"])
@actor_required
def overview(request: Request) -> HttpResponse:
    """The next seven days, everybody's week, and who is on duty now. What is posted is the zone."""
    at, may_manage = clock.now(), request.actor.may(Permission.MANAGE)
    if request.method == "POST":
        zone = request.POST.get("zone", "")
        if not may_manage or zone not in ("", *Zone.values):
            raise NotThere
        actions.set_zone(request.actor, Zone(zone) if zone else None, at=at)
        messages.success(request, _("Saved."))
        return redirect("duty:roster")
    schedule = queries.schedule_of(request.actor.partner_id, at - rotation.BEFORE)
    members = queries.roster(request.actor, at)
    now = rotation.on_duty(schedule, at)
    names = {one.pk: one.user.name for one in members}
    context = {
        "rows": [(one, _said(one), one.pk in now) for one in members],
        "says_anything": schedule.says_anything,
        "week": picture.of(schedule, names, at),
        "turns": queries.turns(request.actor),
        "swaps": queries.swaps(request.actor, at),
        "notes": queries.notes(request.actor),
        "zone": schedule.zone,
        "clock_zone": schedule.clock.key,
        "at": at,
        "zones": Zone.choices,
        "may_manage": may_manage,
        "may_answer": request.actor.may(Permission.ANSWER),
    }
    return render(request, "duty/roster.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@actor_required
def hours_of(request: Request, membership_id: int) -> HttpResponse:
    """One member's week."""
    at = clock.now()
    _may_manage(request)
    membership = queries.on_roster(request.actor, membership_id, at)
    stretches = [one.stretch for one in membership.duties.all()]
    form = HoursForm(posted(request), stretches=stretches)
    if form.is_bound and form.is_valid():
        actions.set_hours(request.actor, membership, form.cleaned_data["stretches"], at=at)
        messages.success(request, _("Saved."))
        return redirect("duty:roster")
    context = {"membership": membership, "form": form}
    return render(request, "duty/hours.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@actor_required
def new_turns(request: Request) -> HttpResponse:
    """Members who take turns."""
    return _turns(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@actor_required
def turns(request: Request, turns_id: int) -> HttpResponse:
    """Turns that there are."""
    return _turns(request, turns_id)


def _turns(request: Request, turns_id: int | None) -> HttpResponse:
    at = clock.now()
    _may_manage(request)
    kept = next((one for one in queries.turns(request.actor) if one.pk == turns_id), None)
    if turns_id is not None and kept is None:
        raise NotThere
    members = queries.roster(request.actor, at)
    layer, name = (kept.layer, kept.name) if kept else (None, "")
    form = TurnsForm(posted(request), members=members, layer=layer, name=name)

    def save() -> None:
        said = form.cleaned_data
        actions.set_turns(request.actor, turns_id, said["name"], said["layer"], at=at)

    if form.is_bound and form.is_valid() and _done(form, save):
        messages.success(request, _("Saved."))
        return redirect("duty:roster")
    return render(
        request, "duty/turns.html", {"form": form, "kept": kept}, status=422 if form.errors else 200
    )


@require_POST
@actor_required
def remove_turns(request: Request, turns_id: int) -> HttpResponse:
    """They take turns no more."""
    actions.remove_turns(request.actor, turns_id, at=clock.now())
    messages.success(request, _("Removed."))
    return redirect("duty:roster")


@require_http_methods(["GET", "HEAD", "POST"])
@actor_required
def swap(request: Request) -> HttpResponse:
    """One takes another's place for a time."""
    at = clock.now()
    _may_manage(request)
    schedule = queries.schedule_of(request.actor.partner_id, at)
    form = SwapForm(posted(request), members=queries.roster(request.actor, at), clock=schedule.clock)

    def save() -> None:
        actions.swap(request.actor, form.cleaned_data["swap"], form.cleaned_data["note"], at=at)

    if form.is_bound and form.is_valid() and _done(form, save):
        messages.success(request, _("Saved."))
        return redirect("duty:roster")
    return render(request, "duty/swap.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
@actor_required
def remove_swap(request: Request, swap_id: int) -> HttpResponse:
    """It is as it was."""
    actions.remove_swap(request.actor, swap_id, at=clock.now())
    messages.success(request, _("Removed."))
    return redirect("duty:roster")


@require_POST
@actor_required
def note(request: Request) -> HttpResponse:
    """What whoever comes should know."""
    actions.hand_over(request.actor, request.POST.get("text", ""), at=clock.now())
    messages.success(request, _("Your note stands on the page for whoever comes."))
    return redirect("duty:roster")


def _may_manage(request: Request) -> None:
    if not request.actor.may(Permission.MANAGE):
        raise NotThere


def _done(form: SwapForm | TurnsForm, save: Callable[[], None]) -> bool:
    """Do it; or say above the form why not."""
    try:
        save()
    except NotThere:
        raise
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


def _said(membership: Membership) -> list[tuple[str, str]]:
    """The week in few words: days in a row with the same hours together."""
    week = hours.week(one.stretch for one in membership.duties.all())
    said = []
    for periods, days in groupby(range(7), key=week.get):
        if periods:
            names = [str(premises.WEEKDAYS[day]) for day in days]
            said.append((" – ".join(dict.fromkeys([names[0], names[-1]])), premises.write_day(periods)))
    return said

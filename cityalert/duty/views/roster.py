"""Pages on which a partner's managers say who is on duty when; its other members may look."""

from itertools import groupby

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cityalert.duty import actions, hours, queries
from cityalert.duty.forms import HoursForm
from cityalert.lib import clock
from cityalert.lib.refusals import NotThere
from partners import premises
from partners.middleware import Request, actor_required
from partners.models import Membership
from partners.roles import Permission


@require_http_methods(["GET", "HEAD", "POST"])
@actor_required
def overview(request: Request) -> HttpResponse:
    """Everybody's week, and who is on duty now. What is posted is the zone."""
    at, may_manage = clock.now(), request.actor.may(Permission.MANAGE)
    if request.method == "POST":
        zone = request.POST.get("zone", "")
        if not may_manage or zone not in ("", *hours.Zone.values):
            raise NotThere
        actions.set_zone(request.actor, hours.Zone(zone) if zone else None, at=at)
        messages.success(request, _("Saved."))
        return redirect("duty:roster")
    zone = queries.zone_of(request.actor.partner_id)
    minute = hours.minute_of_week(at, zone)
    rows = [
        (one, _said(one), any(held.stretch.holds(minute) for held in one.duties.all()))
        for one in queries.roster(request.actor, at)
    ]
    context = {
        "rows": rows,
        "says_hours": any(days for _one, days, _now in rows),
        "zone": zone,
        "clock": "{:02}:{:02}".format(*divmod(minute % hours.DAY, 60)),
        "zones": hours.Zone.choices,
        "may_manage": may_manage,
    }
    return render(request, "duty/roster.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@actor_required
def hours_of(request: Request, membership_id: int) -> HttpResponse:
    """One member's week."""
    at = clock.now()
    if not request.actor.may(Permission.MANAGE):
        raise NotThere
    membership = queries.on_roster(request.actor, membership_id, at)
    stretches = [one.stretch for one in membership.duties.all()]
    form = HoursForm(request.POST if request.method == "POST" else None, stretches=stretches)
    if form.is_bound and form.is_valid():
        actions.set_hours(request.actor, membership, form.cleaned_data["stretches"], at=at)
        messages.success(request, _("Saved."))
        return redirect("duty:roster")
    context = {"membership": membership, "form": form}
    return render(request, "duty/hours.html", context, status=422 if form.errors else 200)


def _said(membership: Membership) -> list[tuple[str, str]]:
    """The week in few words: days in a row with the same hours together."""
    week = hours.week(one.stretch for one in membership.duties.all())
    said = []
    for periods, days in groupby(range(7), key=week.get):
        if periods:
            names = [str(premises.WEEKDAYS[day]) for day in days]
            said.append((" – ".join(dict.fromkeys([names[0], names[-1]])), premises.write_day(periods)))
    return said

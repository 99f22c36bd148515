"""The network's pages: who is on it, what waits, and shutting somebody out. For those who run the installation."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cityalert.accounts import step_up
from cityalert.agreements import queries as agreements
from cityalert.audit import queries as audit
from cityalert.joining import queries
from cityalert.joining.forms import ApproachForm, ReasonForm
from cityalert.joining.models import Approach
from cityalert.joining.states import State
from cityalert.joining.views.sponsoring import send
from cityalert.lib import clock
from cityalert.lib.forms import posted
from cityalert.lib.refusals import Refusal
from partners import standing
from partners.middleware import StaffRequest, staff_required
from partners.models import Partner


@require_GET
@staff_required
def overview(request: StaffRequest) -> HttpResponse:
    """Every partner with its state and agreements, and how much waits."""
    partners = list(queries.partners())
    standings = agreements.standings([partner.pk for partner in partners], clock.now())
    rows = [(one, list(filter(_concerns_us, standings[one.pk]))) for one in partners]
    context = {
        "rows": rows,
        "waiting": queries.queue().filter(state=State.VETTING).count(),
        "returned": queries.queue().filter(state=State.RETURNED).count(),
        "unsigned": agreements.awaiting_network().count(),
        "active": sum(partner.is_active for partner in partners),
        "suspended": sum(partner.suspended_at is not None for partner in partners),
    }
    return render(request, "joining/hub.html", context)


@require_GET
@staff_required
def partner(request: StaffRequest, partner_id: UUID) -> HttpResponse:
    """One partner, as the network sees it."""
    return _partner(request, queries.get_partner(partner_id))


@require_POST
@staff_required
def suspend(request: StaffRequest, partner_id: UUID) -> HttpResponse:
    """Shut it out, with a reason."""
    return _switch(request, partner_id, standing.suspend, _("Suspended. Its members are out."))


@require_POST
@staff_required
def reinstate(request: StaffRequest, partner_id: UUID) -> HttpResponse:
    """Let it in again, with a reason."""
    return _switch(request, partner_id, standing.reinstate, _("Reinstated. Its members may act again."))


@require_GET
@staff_required
def queue(request: StaffRequest) -> HttpResponse:
    """What waits for us, what waits for the applicant, what was decided, whom we invited."""
    waiting = list(queries.queue())
    context = {
        "waiting": [one for one in waiting if one.state == State.VETTING],
        "returned": [one for one in waiting if one.state == State.RETURNED],
        "decided": queries.decided()[:100],
        "approaches": Approach.objects.select_related("sponsor", "made_by").filter(application=None)[:100],
    }
    return render(request, "joining/queue.html", context)


@require_http_methods(["GET", "POST"])
@staff_required
def approach(request: StaffRequest) -> HttpResponse:
    """Ask an organisation to apply."""
    form = ApproachForm(posted(request))
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            send(request.staff, form)
        except Refusal as refusal:
            form.refuse(refusal)
            status = refusal.status
        else:
            messages.success(request, _("Sent. They apply by the link in the mail."))
            return redirect("joining:queue")
    return render(request, "joining/invite.html", {"form": form}, status=status)


def _switch(request: StaffRequest, partner_id: UUID, verb: Callable[..., Partner], done: str) -> HttpResponse:
    found, at = queries.get_partner(partner_id), clock.now()
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _partner(request, found, form=form, status=422)
    try:
        step_up.require(request, code=request.POST.get("code"), at=at)
        verb(request.staff, found, form.cleaned_data["reason"], at=at)
    except Refusal as refusal:
        form.refuse(refusal)
        return _partner(request, found, form=form, refusal=refusal, status=refusal.status)
    messages.success(request, done)
    return redirect("joining:partner", found.pk)


def _partner(
    request: StaffRequest,
    found: Partner,
    *,
    form: ReasonForm | None = None,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    at = clock.now()
    context = {
        "partner": found,
        "standings": agreements.standings([found.pk], at)[found.pk],
        "members": found.memberships.select_related("user").order_by("role", "user__name"),
        "history": audit.timeline(found),
        "form": form or ReasonForm(),
        "asks_code": not step_up.fresh(request, at),
        "code_fault": refusal if refusal and refusal.field == "code" else None,
        "passkey_url": step_up.passkey_url(),
    }
    return render(request, "joining/partner.html", context, status=status)


def _concerns_us(standing: agreements.Standing) -> bool:
    """Whether the list says more of it than that all is in force."""
    return standing.state in {"ending", "expired"} or bool(standing.waiting) or standing.needs_attention

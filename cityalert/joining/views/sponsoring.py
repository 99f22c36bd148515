"""A partner's pages: whom it was asked to vouch for, and whom it asked to apply."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cityalert.agreements import queries as agreements
from cityalert.agreements.rules import Act
from cityalert.joining import actions, queries
from cityalert.joining.forms import ApproachForm, VouchForm
from cityalert.lib import clock
from cityalert.lib.forms import posted
from cityalert.lib.language import Language
from cityalert.lib.refusals import NotThere, Refusal
from partners.actor import Actor, Staff
from partners.middleware import Request, actor_required


@require_GET
@actor_required
def overview(request: Request) -> HttpResponse:
    """What the partner was asked, what it answered, and whom it invited."""
    return _overview(request)


@require_POST
@actor_required
def answer(request: Request, sponsorship_id: UUID) -> HttpResponse:
    """Vouch, or decline."""
    sponsorship = queries.get_asked(request.actor, sponsorship_id)
    form = VouchForm(request.POST, auto_id=f"id_{sponsorship_id}_%s")
    status = 422
    if form.is_valid():
        is_confirmed = request.POST.get("answer") == "yes"
        try:
            actions.answer(
                request.actor,
                sponsorship,
                is_confirmed=is_confirmed,
                how=form.cleaned_data["words"],
                at=clock.now(),
            )
        except NotThere:
            raise
        except Refusal as refusal:
            form.refuse(refusal)
            status = refusal.status
        else:
            messages.success(request, _("Thank you. The network goes on checking."))
            return redirect("joining:sponsoring")
    return _overview(request, failed=(sponsorship_id, form), status=status)


@require_http_methods(["GET", "POST"])
@actor_required
def approach(request: Request) -> HttpResponse:
    """Ask an organisation to apply, and stand behind it."""
    queries.approaches_of(request.actor)  # raises NotThere for who may not
    form = ApproachForm(posted(request), initial={"language": request.actor.language})
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            send(request.actor, form)
        except Refusal as refusal:
            form.refuse(refusal)
            status = refusal.status
        else:
            messages.success(request, _("Sent. They apply by the link in the mail."))
            return redirect("joining:sponsoring")
    return render(request, "joining/sponsor_invite.html", {"form": form}, status=status)


def send(actor: Actor | Staff, form: ApproachForm) -> None:
    """What the form says, to the action."""
    clean = form.cleaned_data
    actions.approach(
        actor,
        clean["name"],
        clean["kind"],
        (clean["contact_name"], clean["contact_email"]),
        language=Language(clean["language"]),
        at=clock.now(),
    )


def _overview(
    request: Request, *, failed: tuple[UUID, VouchForm] | None = None, status: int = 200
) -> HttpResponse:
    failed_id, failed_form = failed or (None, None)
    asked = list(queries.asked_of(request.actor))
    is_open = [one for one in asked if one.answered_at is None]
    context = {
        "asked": [
            (one, failed_form if one.pk == failed_id else VouchForm(auto_id=f"id_{one.pk}_%s"))
            for one in is_open
        ],
        "answered": [one for one in asked if one.answered_at is not None],
        "approaches": queries.approaches_of(request.actor),
        "may_sponsor": agreements.allows(request.actor.partner, Act.SPONSOR, at=clock.now()),
    }
    return render(request, "joining/sponsoring.html", context, status=status)

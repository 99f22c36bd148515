"""A partner's pages: what is signed, the texts, and signing."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from cityalert.accounts import step_up
from cityalert.agreements import actions, queries
from cityalert.agreements.forms import SignForm
from cityalert.agreements.models import Agreement
from cityalert.lib import clock
from cityalert.lib.refusals import NotThere, Refusal
from partners.middleware import Request, actor_required
from partners.roles import Permission


@require_GET
@actor_required
def overview(request: Request) -> HttpResponse:
    """How the partner stands with each kind, and all that it ever signed."""
    context = {
        "standings": queries.standing(request.actor, clock.now()),
        "history": queries.history(request.actor),
        "may_sign": request.actor.may(Permission.SIGN),
    }
    return render(request, "agreements/list.html", context)


@require_GET
@actor_required
def read(request: Request, agreement_id: UUID) -> HttpResponse:
    """One text, with the form under it where it can be signed."""
    return _show(request, queries.get(agreement_id), None)


@require_POST
@actor_required
def sign(request: Request, agreement_id: UUID) -> HttpResponse:
    """Sign for the partner, with a second factor shown just now."""
    agreement, at = queries.get(agreement_id), clock.now()
    if not request.actor.may(Permission.SIGN):
        raise NotThere
    form = SignForm(request.POST)
    if not form.is_valid():
        return _show(request, agreement, form, status=422)
    clean = form.cleaned_data
    try:
        step_up.require(request, code=request.POST.get("code"), at=at)
        actions.sign(
            request.actor, agreement, sha256=clean["sha256"], name=clean["name"], role=clean["role"], at=at
        )
    except Refusal as refusal:
        form.refuse(refusal)
        return _show(request, agreement, form, refusal=refusal, status=refusal.status)
    messages.success(request, _("Signed. It is in force once the network has signed, too."))
    return redirect("agreements:list")


@require_GET
@actor_required
def text(_request: Request, agreement_id: UUID) -> HttpResponse:
    """The bytes that were signed, to keep: their SHA-256 is the one that stands under each signature."""
    return as_file(queries.get(agreement_id))


def as_file(agreement: Agreement) -> HttpResponse:
    """The whole text as a file."""
    name = f"agreement-{agreement.kind}-{agreement.version}.txt"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(agreement.whole.encode(), content_type="text/plain; charset=utf-8", headers=headers)


def _show(
    request: Request,
    agreement: Agreement,
    form: SignForm | None,
    *,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    at = clock.now()
    standing = next(one for one in queries.standing(request.actor, at) if one.kind == agreement.kind)
    may_sign = request.actor.may(Permission.SIGN) and standing.can_be_signed
    context = {
        "agreement": agreement,
        "standing": standing,
        "is_current": standing.agreement == agreement,
        "form": form or SignForm(initial={"name": request.user.name, "sha256": agreement.sha256}),
        "may_sign": may_sign and standing.agreement == agreement,
        "asks_code": not step_up.fresh(request, at),
        "code_fault": refusal if refusal and refusal.field == "code" else None,
        "passkey_url": step_up.passkey_url(),
    }
    return render(request, "agreements/read.html", context, status=status)

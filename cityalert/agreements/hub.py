"""The network's pages: publishing a text, and signing beside a partner. For those who run the installation."""

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cityalert.accounts import step_up
from cityalert.agreements import actions, queries
from cityalert.agreements.forms import CountersignForm, PublishForm
from cityalert.agreements.models import Agreement
from cityalert.agreements.rules import Kind, stopped_without
from cityalert.lib import clock
from cityalert.lib.refusals import Refusal
from partners.middleware import StaffRequest, staff_required

# How long partners have to sign a text that is published today, unless staff say otherwise.
TIME_TO_SIGN = timedelta(days=30)


@require_GET
@staff_required
def overview(request: StaffRequest) -> HttpResponse:
    """The texts, what waits for the network's signature, and what ends soon."""
    return _overview(request)


@require_POST
@staff_required
def countersign(request: StaffRequest, signing_id: UUID) -> HttpResponse:
    """Sign for the network."""
    at = clock.now()
    signing = queries.get_signing(signing_id)
    form = CountersignForm(request.POST)
    refusal: Refusal | None = None
    if form.is_valid():
        try:
            step_up.require(request, code=request.POST.get("code"), at=at)
            actions.countersign(request.staff, signing, role=form.cleaned_data["role"], at=at)
        except Refusal as refused:
            refusal = refused
            form.refuse(refused)
        else:
            messages.success(request, _("Signed for the network. It is in force."))
            return redirect("agreements:hub")
    status = refusal.status if refusal else 422
    return _overview(request, failed=(signing_id, form), refusal=refusal, status=status)


@require_http_methods(["GET", "POST"])
@staff_required
def publish(request: StaffRequest) -> HttpResponse:
    """Publish a new version. What was signed stays as it was."""
    at = clock.now()
    if request.method == "GET":
        return _form(request, PublishForm(initial=_initial(request)))
    form = PublishForm(request.POST)
    if not form.is_valid():
        return _form(request, form, status=422)
    try:
        step_up.require(request, code=request.POST.get("code"), at=at)
        actions.publish(request.staff, **form.values(), at=at)
    except Refusal as refusal:
        form.refuse(refusal)
        return _form(request, form, refusal=refusal, status=refusal.status)
    messages.success(request, _("Published. Partners can sign it from now on."))
    return redirect("agreements:hub")


@require_GET
@staff_required
def read(request: StaffRequest, agreement_id: UUID) -> HttpResponse:
    """One text, as it was published."""
    agreement = queries.get(agreement_id)
    return render(request, "agreements/hub_read.html", {"agreement": agreement})


def _overview(
    request: StaffRequest,
    *,
    failed: tuple[UUID, CountersignForm] | None = None,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    at = clock.now()
    failed_id, failed_form = failed or (None, None)
    waiting = [
        (signing, failed_form if signing.pk == failed_id else CountersignForm(auto_id=f"id_{signing.pk}_%s"))
        for signing in queries.awaiting_network()
    ]
    current = queries.current()
    context = {
        "kinds": [(kind, current.get(kind), stopped_without(kind)) for kind in Kind],
        "waiting": waiting,
        "failed": failed_id,
        "ending": queries.ending(at),
        "versions": Agreement.objects.select_related("published_by"),
        **_step_up(request, refusal),
    }
    return render(request, "agreements/hub.html", context, status=status)


def _form(
    request: StaffRequest, form: PublishForm, *, refusal: Refusal | None = None, status: int = 200
) -> HttpResponse:
    context = {"form": form, **_step_up(request, refusal)}
    return render(request, "agreements/publish.html", context, status=status)


def _initial(request: StaffRequest) -> dict[str, object]:
    """The next version begins as the text there is."""
    kind = request.GET.get("kind", "")
    latest = queries.current().get(Kind(kind)) if kind in Kind.values else None
    initial: dict[str, object] = {"required_on": timezone.localdate(clock.now() + TIME_TO_SIGN)}
    if latest:
        initial |= {name: getattr(latest, name) for name in ("kind", "text_en", "text_fr", "valid_months")}
    return initial


def _step_up(request: StaffRequest, refusal: Refusal | None) -> dict[str, object]:
    return {
        "asks_code": not step_up.fresh(request, clock.now()),
        "code_fault": refusal if refusal and refusal.field == "code" else None,
        "passkey_url": step_up.passkey_url(),
    }

"""One application on the network's side: the list, and each act on it from the same page."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from cityalert.accounts import step_up
from cityalert.joining import actions, checklist, queries
from cityalert.joining.forms import (
    ApproveForm,
    CallBackForm,
    IdentityForm,
    ReasonForm,
    SponsorForm,
)
from cityalert.joining.models import Application, Check
from cityalert.joining.states import State
from cityalert.lib import clock
from cityalert.lib.forms import RefusableForm
from cityalert.lib.refusals import NotThere, Refusal
from partners.actor import Staff
from partners.middleware import StaffRequest, staff_required


@dataclass(frozen=True)
class Act:
    """Something done from the page: its form, what it calls, and what is said afterwards."""

    form: type[RefusableForm]
    call: Callable[[Staff, Application, dict[str, Any], datetime], object]
    done: str | Promise
    steps_up: bool = False


ACTS = {
    "call-back": Act(
        CallBackForm,
        lambda staff, one, said, at: actions.call_back(staff, one, said, called_at=said["called_at"], at=at),
        _("The call is written down."),
    ),
    "identity": Act(
        IdentityForm,
        lambda staff, one, said, at: actions.identity(
            staff, one, Check.Kind(said["kind"]), said["found"], at=at
        ),
        _("Written down."),
    ),
    "sponsor": Act(
        SponsorForm,
        lambda staff, one, said, at: actions.ask(staff, one, said["partner"], at=at),
        _("The partner was asked."),
    ),
    "exception": Act(
        ReasonForm,
        lambda staff, one, said, at: actions.except_sponsor(staff, one, said["reason"], at=at),
        _("Written down. Somebody else has to approve."),
    ),
    "return": Act(
        ReasonForm,
        lambda staff, one, said, at: actions.return_to_applicant(staff, one, said["reason"], at=at),
        _("Returned. The applicant has a mail."),
    ),
    "refuse": Act(
        ReasonForm,
        lambda staff, one, said, at: actions.refuse(staff, one, said["reason"], at=at),
        _("Refused. The applicant has a mail."),
        steps_up=True,
    ),
    "approve": Act(
        ApproveForm,
        lambda staff, one, said, at: actions.approve(
            staff, one, short_name=said["short_name"], network_role=said["network_role"], at=at
        ),
        _("Approved. Their first owner is invited."),
        steps_up=True,
    ),
}


@require_GET
@staff_required
def detail(request: StaffRequest, application_id: UUID) -> HttpResponse:
    """The application, the list, and what can be done."""
    return _show(request, queries.get(application_id))


@require_POST
@staff_required
def act(request: StaffRequest, application_id: UUID, act: str) -> HttpResponse:
    """Do one of `ACTS`; a refusal stands beside what was typed."""
    application, wanted, at = queries.get(application_id), ACTS.get(act), clock.now()
    if wanted is None:
        raise NotThere
    form = wanted.form(request.POST, auto_id=f"id_{act}_%s")
    if not form.is_valid():
        return _show(request, application, failed=(act, form), status=422)
    try:
        if wanted.steps_up:
            step_up.require(request, code=request.POST.get("code"), at=at)
        wanted.call(request.staff, application, form.cleaned_data, at)
    except Refusal as refusal:
        form.refuse(refusal)
        return _show(request, application, failed=(act, form), refusal=refusal, status=refusal.status)
    messages.success(request, str(wanted.done))
    return redirect("joining:application", application.pk)


def _show(
    request: StaffRequest,
    application: Application,
    *,
    failed: tuple[str, RefusableForm] | None = None,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    at = clock.now()
    found = checklist.of(application, at)
    partners, others = queries.alike(application)
    context = {
        "application": application,
        "list": found,
        "done": sum(item.is_done for item in found.items),
        "forms": _forms(application, failed, at),
        "failed": failed[0] if failed else "",
        "alike_partners": partners,
        "alike_others": others,
        "is_name_taken": any(one.name_skeleton == application.name_skeleton for one in partners),
        "history": queries.history(application),
        "is_open": application.state == State.VETTING,
        "needs_other": found.is_complete and not found.other_than(request.staff.user),
        "asks_code": not step_up.fresh(request, at),
        "code_fault": refusal if refusal and refusal.field == "code" else None,
        "passkey_url": step_up.passkey_url(),
    }
    return render(request, "joining/application.html", context, status=status)


def _forms(
    application: Application, failed: tuple[str, RefusableForm] | None, at: datetime
) -> dict[str, RefusableForm]:
    initial = {"call-back": {"called_at": at}, "approve": {"short_name": application.name[:40]}}
    forms = {
        key.replace("-", "_"): one.form(auto_id=f"id_{key}_%s", initial=initial.get(key))
        for key, one in ACTS.items()
    }
    if failed:
        forms[failed[0].replace("-", "_")] = failed[1]
    return forms

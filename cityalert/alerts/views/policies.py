"""The page where a partner's people read who has to approve, and its managers change it."""

from typing import ClassVar

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from cityalert.accounts import step_up
from cityalert.alerts import actions, readiness
from cityalert.alerts.actions.policies import FIELDS
from cityalert.alerts.approvals import ApprovalPolicy
from cityalert.lib import clock
from cityalert.lib.forms import posted
from cityalert.lib.refusals import NotThere, Refusal
from cityalert.lib.severity import Severity
from partners.middleware import Request, actor_required
from partners.roles import Permission

_NEVER = gettext_lazy("never")
_SEVERITIES = [("", _NEVER), *((each.value, each.label) for each in reversed(Severity))]


class PolicyForm(forms.ModelForm):  # type: ignore[type-arg]
    """From which severity and which size on; nothing means never."""

    class Meta:
        model = ApprovalPolicy
        fields: ClassVar[list[str]] = list(FIELDS)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        for name, field in self.fields.items():
            field.widget.attrs["class"] = "input"
            if name.endswith("severity"):
                field.widget.choices = _SEVERITIES
            else:
                field.widget.attrs["placeholder"] = _NEVER

    def _post_clean(self) -> None:
        """The instance stays as it is: only `actions.change_policy` changes a policy."""


@require_http_methods(["GET", "HEAD", "POST"])
@actor_required
def policy(request: Request) -> HttpResponse:
    """Who has to approve what."""
    at, may_change = clock.now(), request.actor.may(Permission.MANAGE)
    if request.method == "POST" and not may_change:
        raise NotThere
    form = PolicyForm(posted(request), instance=readiness.policy_of(request.actor.partner_id))
    code_fault: Refusal | None = None
    if form.is_bound and form.is_valid():
        try:
            step_up.require(request, code=request.POST.get("code"), at=at)
            actions.change_policy(request.actor, form.cleaned_data, at=at)
        except NotThere:
            raise
        except Refusal as refusal:
            code_fault = refusal if refusal.field == "code" else None
            if code_fault is None:
                form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, _("Kept."))
            return redirect("alerts:policy")
    context = {
        "form": form,
        "policy": form.instance,
        "may_change": may_change,
        "asks_code": not step_up.fresh(request, at),
        "code_fault": code_fault,
        "passkey_url": step_up.passkey_url(),
    }
    is_refused = code_fault is not None or bool(form.errors)
    return render(request, "alerts/policy.html", context, status=422 if is_refused else 200)

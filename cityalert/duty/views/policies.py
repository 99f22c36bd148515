"""Pages on which a partner's managers say how its people are called until somebody answers."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cityalert.duty import actions, queries, wording
from cityalert.duty.forms import PolicyForm
from cityalert.duty.steps import Step, Whom
from cityalert.lib import clock
from cityalert.lib.forms import posted
from cityalert.lib.refusals import NotThere
from cityalert.lib.severity import Severity
from partners.middleware import Request, actor_required

# What a policy begins as: nobody waits longer than they do without one, and the silent are asked once more.
_FIRST = (Step(0, Whom.FIRST), Step(3, Whom.TOLD), Step(5, Whom.DEPUTIES))


@require_GET
@actor_required
def overview(request: Request) -> HttpResponse:
    """Every policy as a line of time, and whom it would call now."""
    at = clock.now()
    kept = list(queries.policies(request.actor))
    shown = []
    for policy in kept:
        said = [step.said for step in policy.steps.all()]
        people = queries.callable_people(request.actor, policy.from_severity, at)
        shown.append((Severity(policy.from_severity), _lines(said), wording.preview(said, people, at)))
    taken = {policy.from_severity for policy in kept}
    context = {"shown": shown, "others": [one for one in reversed(Severity) if one not in taken], "at": at}
    return render(request, "duty/policies.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@actor_required
def policy(request: Request, severity: str) -> HttpResponse:
    """The steps for alerts from one severity on."""
    at, wanted = clock.now(), _severity(severity)
    kept = queries.policies(request.actor).filter(from_severity=wanted).first()
    said = [step.said for step in kept.steps.all()] if kept else list(_FIRST)
    form = PolicyForm(posted(request), said=said)
    if form.is_bound and form.is_valid():
        try:
            actions.set_policy(request.actor, wanted, form.cleaned_data["steps"], at=at)
        except actions.StepsRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Kept. Alerts that are under way go on as they began."))
            return redirect("duty:policies")
    context = {"form": form, "severity": wanted, "is_kept": kept is not None}
    return render(request, "duty/policy.html", context, status=422 if form.errors else 200)


@require_POST
@actor_required
def remove(request: Request, severity: str) -> HttpResponse:
    """Be called like everybody who says nothing."""
    actions.remove_policy(request.actor, _severity(severity), at=clock.now())
    messages.success(request, _("Removed."))
    return redirect("duty:policies")


def _severity(slug: str) -> Severity:
    found = {one.slug: one for one in Severity}.get(slug)
    if found is None:
        raise NotThere
    return found


def _lines(said: list[Step]) -> list[wording.Line]:
    return [wording.line(step) for step in said]

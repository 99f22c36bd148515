"""Saved audiences: taking one while composing, saving what is chosen, and the page where they are kept in order."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from cityalert.alerts import actions, audience_words, queries, sharing
from cityalert.alerts.actions.audiences import AudienceName, AudienceNameTaken
from cityalert.alerts.views.drafts import draft_for, keep, show_preview
from cityalert.lib import clock
from cityalert.lib.refusals import NotThere, Refusal
from partners.middleware import Request, actor_required
from partners.roles import Permission


@require_POST
@actor_required
def take(request: Request, alert_id: UUID) -> HttpResponse:
    """Address the draft to a saved audience."""
    alert, at = draft_for(request, alert_id), clock.now()
    if not request.POST.get("audience"):
        return show_preview(request, keep(request, alert, at))
    saved = queries.audience_for(request.actor, request.POST["audience"])
    known = {group.pk for group in queries.groups_to_choose(alert)}
    if not known.issuperset(saved.audience_groups):
        # Without it, the audience would be wider than its name says.
        raise sharing.GroupGone(
            _("A group of this audience is not there any more. Choose anew, and save it.")
        )
    data = request.POST.copy()
    for name in audience_words.FIELDS:
        value = getattr(saved, name)
        data.setlist(name, [str(one) for one in value] if isinstance(value, list) else [str(value)])
    return show_preview(request, keep(request, alert, at, data), is_addressed=True, taken=saved)


@require_POST
@actor_required
def save(request: Request, alert_id: UUID) -> HttpResponse:
    """Keep the draft, and whom it is for under a name."""
    at = clock.now()
    draft = keep(request, draft_for(request, alert_id), at)
    name = request.POST.get("audience_name", "")
    more = {"is_addressed": True, "audience_name": name}
    if not draft.is_sound:
        return show_preview(request, draft, **more)
    try:
        saved = actions.save_audience(request.actor, name, draft.alert, at=at)
    except AudienceName as refusal:
        response = show_preview(request, draft, **more, audience_fault=refusal.sentence)
        response.status_code = refusal.status
        return response
    return show_preview(request, draft, is_addressed=True, taken=saved)


@require_GET
@actor_required
def list_(request: Request) -> HttpResponse:
    """All that the partner has saved, in words."""
    return _page(request)


@require_POST
@actor_required
def change(request: Request, audience_id: UUID) -> HttpResponse:
    """Rename it, make it the default or not, delete it: `do` says which."""
    actor, at, do = request.actor, clock.now(), request.POST.get("do")
    if not actor.may(Permission.DRAFT):
        raise NotThere
    try:
        if do == "delete":
            actions.delete_audience(actor, audience_id, at=at)
        elif do in {"default", "no-default"}:
            actions.make_default(actor, audience_id, is_default=do == "default", at=at)
        else:
            actions.rename_audience(actor, audience_id, request.POST.get("name", ""), at=at)
    except (AudienceName, AudienceNameTaken) as refusal:
        return _page(request, refusal=refusal, at_fault=audience_id)
    messages.success(request, _("Kept."))
    return redirect("alerts:audiences")


def _page(request: Request, *, refusal: Refusal | None = None, at_fault: UUID | None = None) -> HttpResponse:
    if not request.actor.may(Permission.DRAFT):
        raise NotThere
    saved = list(queries.audiences(request.actor))
    names = queries.names_of_groups(key for one in saved for key in one.audience_groups)
    rows = [
        (one, audience_words.sentence(one, [names[key] for key in one.audience_groups if key in names]))
        for one in saved
    ]
    context = {"rows": rows, "refusal": refusal, "at_fault": at_fault, "typed": request.POST.get("name", "")}
    return render(request, "alerts/audiences.html", context, status=refusal.status if refusal else 200)

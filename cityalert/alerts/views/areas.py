"""Saved areas: taking one while composing, saving what is drawn, and the page where they are kept in order."""

import json
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from cityalert.alerts import actions, prepared
from cityalert.alerts.actions.areas import AreaName
from cityalert.alerts.views.drafts import draft_for, keep, show_preview
from cityalert.geo.metres import area_km2
from cityalert.lib import clock
from cityalert.lib.refusals import NotThere
from partners.middleware import Request, actor_required
from partners.roles import Permission

_IN_WORDS = ("area_desc", "area_desc_fr")


@require_POST
@actor_required
def take(request: Request, alert_id: UUID) -> HttpResponse:
    """Let the draft apply where a saved area is."""
    alert, at = draft_for(request, alert_id), clock.now()
    if not request.POST.get("saved_area"):
        return show_preview(request, keep(request, alert, at))
    saved = prepared.area(request.actor.partner_id, request.POST["saved_area"])
    data = request.POST.copy()
    data["shapes"] = json.dumps(saved.shapes)
    for name in _IN_WORDS:
        data[name] = data.get(name) or getattr(saved, name)
    draft = keep(request, alert, at, data, saved_area=saved)
    said = [draft.form[name].as_widget(attrs={"hx-swap-oob": "true"}) for name in _IN_WORDS]
    return show_preview(request, draft, placed=saved, place_in_words=said)


@require_POST
@actor_required
def save(request: Request, alert_id: UUID) -> HttpResponse:
    """Keep the draft, and its area under a name."""
    at = clock.now()
    draft = keep(request, draft_for(request, alert_id), at)
    name = request.POST.get("area_name", "")
    if not draft.is_sound:
        return show_preview(request, draft, area_name=name)
    try:
        saved = actions.save_area(request.actor, name, draft.alert, at=at)
    except AreaName as refusal:
        response = show_preview(request, draft, area_name=name, area_fault=refusal.sentence, shelf=True)
        response.status_code = refusal.status
        return response
    return show_preview(request, draft, shelf=True, shelved=saved)


@require_GET
@actor_required
def list_(request: Request) -> HttpResponse:
    """All that the partner has saved."""
    if not request.actor.may(Permission.DRAFT):
        raise NotThere
    saved = prepared.areas(request.actor.partner_id).select_related("made_by")
    rows = [(one, area_km2(one.area)) for one in saved]
    return render(request, "alerts/areas.html", {"rows": rows})


@require_POST
@actor_required
def retire(request: Request, key: str) -> HttpResponse:
    """Offer it no more."""
    actions.retire_area(request.actor, key, at=clock.now())
    messages.success(request, _("Retired. Alerts that took it stay as they are."))
    return redirect("alerts:areas")

"""Alerts of others: the list, one of them, its bytes; bringing one in, and starting a draft from it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cityalert.alerts.vocabulary import Status
from cityalert.exchange import actions, facts, leave, queries
from cityalert.exchange.cap.opening import CapRefused
from cityalert.exchange.cap.reading import read
from cityalert.exchange.cap.writing import write
from cityalert.exchange.forms import UploadForm
from cityalert.exchange.models import External
from cityalert.geo.codec import geojson
from cityalert.lib import clock
from cityalert.lib.forms import posted
from cityalert.lib.severity import Severity
from partners.middleware import Request, actor_required
from partners.roles import Permission

PAGE = 50


@require_GET
@actor_required
def listed(request: Request) -> HttpResponse:
    """What came in, the latest first."""
    found = queries.visible_to(request.actor)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "at": clock.now(), **_may(request)}
    return render(request, "exchange/list.html", context)


@require_http_methods(["GET", "POST"])
@actor_required
def upload(request: Request) -> HttpResponse:
    """Bring one in."""
    leave.need_bring(request.actor)
    form = UploadForm(posted(request), request.FILES or None)
    if form.is_bound and form.is_valid():
        clean = form.cleaned_data
        try:
            taken = actions.upload(request.actor, clean["raw"], clean["name"], at=clock.now())
        except CapRefused as refused:
            form.add_error("file" if clean["name"] else "text", str(refused))
        else:
            if taken.quarantined:
                messages.warning(
                    request, _("It cannot be used as it is. It waits here; these are the reasons.")
                )
                return redirect("exchange:kept", taken.quarantined.pk)
            assert taken.external is not None  # noqa: S101 - one of the two
            if not taken.is_new:
                messages.info(request, _("This alert was here already."))
            return redirect("exchange:detail", taken.external.pk)
    status = 422 if form.is_bound else 200
    return render(request, "exchange/upload.html", {"form": form, **_may(request)}, status=status)


@require_GET
@actor_required
def detail(request: Request, external_id: UUID) -> HttpResponse:
    """One of them, with all that it says and all that was odd about it."""
    actor = request.actor
    external = queries.get_for(actor, external_id)
    reading = read(bytes(external.raw))
    notes = external.said()
    context = {
        "external": external,
        "document": reading.document,
        "infos": [(info, facts.of_info(info)) for info in reading.document.infos],
        "message": facts.of_message(reading.document, reading.version),
        "severity": Severity(external.severity),
        "mark": "" if external.status == Status.ACTUAL else external.status,
        "put_right": [note for note in notes if not note.code.startswith("cp_")],
        "broken": [note for note in notes if note.code.startswith("cp_")],
        "predecessors": queries.predecessors(actor, external),
        "starts": queries.drafts_from(actor, external),
        "features": _features(external),
        "at": clock.now(),
        **_may(request),
    }
    return render(request, "exchange/detail.html", context)


@require_GET
@actor_required
def raw(request: Request, external_id: UUID) -> HttpResponse:
    """The bytes as they came: to be kept, never shown as a page."""
    external = queries.get_for(request.actor, external_id)
    return as_file(bytes(external.raw), f"{external.pk}-as-received.xml")


@require_GET
@actor_required
def cap(request: Request, external_id: UUID) -> HttpResponse:
    """As CAP 1.2 in good order: what was read, written by us. A signature does not survive that."""
    external = queries.get_for(request.actor, external_id)
    return as_file(write(read(bytes(external.raw)).document), f"{external.pk}.xml")


@require_POST
@actor_required
def draft(request: Request, external_id: UUID) -> HttpResponse:
    """Begin an alert of our own with its words."""
    alert, left_out = actions.start_draft(request.actor, external_id, at=clock.now())
    messages.success(request, _("A draft with these words. Nothing is sent until you publish it."))
    for sentence in left_out:
        messages.warning(request, _("Not taken over: %(why)s") % {"why": sentence})
    return redirect("alerts:compose", alert.pk)


def as_file(content: bytes, name: str) -> HttpResponse:
    """To be saved, whatever it says it is."""
    response = HttpResponse(content, content_type="application/octet-stream")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _may(request: Request) -> dict[str, Any]:
    actor = request.actor
    return {
        "may_bring": actor.may(Permission.DRAFT),
        "may_arrange": leave.may_arrange(actor),
        "ns": "exchange",
    }


def _features(external: External) -> dict[str, Any]:
    if external.area is None:
        return {"type": "FeatureCollection", "features": []}
    says = external.headline_fr if get_language() == "fr" and external.headline_fr else external.headline
    properties = {
        "id": str(external.pk),
        "severity": Severity(external.severity).slug,
        "label": says,
        "exercise": external.status != Status.ACTUAL,
        "draft": True,
    }
    feature = {"type": "Feature", "geometry": geojson(external.area), "properties": properties}
    return {"type": "FeatureCollection", "features": [feature]}

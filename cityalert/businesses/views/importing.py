"""The pages of an import: upload, columns, preview, apply, undo."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cityalert.businesses import leave, queries, storing
from cityalert.businesses.importing import actions
from cityalert.businesses.importing.actions import ChangedSince, ColumnsUnclear, NumbersClash
from cityalert.businesses.importing.diff import Diff, Kind
from cityalert.businesses.models import Import
from cityalert.businesses.reading import fold
from cityalert.lib import clock
from cityalert.lib.refusals import NotThere, Refusal
from cityalert.lib.tables import TableRefused, read_upload
from partners.middleware import Request, actor_required

PAGE = 100
_SAMPLES = 3


@require_http_methods(["GET", "POST"])
@actor_required
def upload(request: Request) -> HttpResponse:
    """Choose a file; and what was imported before."""
    leave.need_change(request.actor)
    fault = ""
    if request.method == "POST":
        file = request.FILES.get("file")
        if file is None:
            fault = _("Choose a file first.")
        else:
            try:
                table = read_upload(file, actions.LIMITS)
            except TableRefused as refused:
                fault = str(refused)
            else:
                batch = actions.stage(request.actor, file.name or "", table, at=clock.now())
                known = actions.remembered(request.actor)
                sure = "name" in batch.columns.values() and all(fold(one) in known for one in batch.header)
                return redirect("businesses:preview" if sure else "businesses:columns", batch.pk)
    done = Import.objects.filter(partner=request.actor.partner_id).defer("rows").select_related("by")[:20]
    context = {"fault": fault, "imports": done, "last": actions.last(request.actor), "at": clock.now()}
    return render(request, "businesses/import.html", context, status=422 if fault else 200)


@require_http_methods(["GET", "POST"])
@actor_required
def columns(request: Request, batch_id: UUID) -> HttpResponse:
    """Which column is what."""
    batch, fault = _staged(request, batch_id), ""
    chosen = batch.columns
    if request.method == "POST":
        chosen = {
            heading: request.POST.get(f"column-{n}", "") for n, heading in enumerate(batch.header, start=1)
        }
        try:
            actions.choose(
                request.actor, batch.pk, chosen, keeps_blank="keeps_blank" in request.POST,
                archives_missing="archives_missing" in request.POST,
            )  # fmt: skip
        except ColumnsUnclear as refused:
            fault = str(refused)
        else:
            return redirect("businesses:preview", batch.pk)
    heads = [
        {
            "name": f"column-{n}",
            "heading": heading,
            "field": chosen.get(heading, ""),
            "samples": [row[1][n - 1] for row in batch.rows if row[1][n - 1]][:_SAMPLES],
        }
        for n, heading in enumerate(batch.header, start=1)
    ]
    context = {
        "batch": batch,
        "heads": heads,
        "fields": queries.fields(request.actor).values(),
        "fault": fault,
    }
    return render(request, "businesses/import_columns.html", context, status=422 if fault else 200)


@require_GET
@actor_required
def preview(request: Request, batch_id: UUID) -> HttpResponse:
    """What the file would do. Nothing is written."""
    return _preview(request, _staged(request, batch_id))


@require_POST
@actor_required
def apply(request: Request, batch_id: UUID) -> HttpResponse:
    """Do it."""
    try:
        batch = actions.apply(
            request.actor, batch_id, fingerprint=request.POST.get("fingerprint", ""), at=clock.now()
        )
    except (ChangedSince, NumbersClash) as refused:
        return _preview(request, _staged(request, batch_id), refusal=refused)
    messages.success(
        request, _("Imported: %(new)d new, %(changed)d changed. It can be undone below.") % batch.counts
    )
    return redirect("businesses:import")


@require_POST
@actor_required
def undo(request: Request, batch_id: UUID) -> HttpResponse:
    """As it was before."""
    actions.undo(request.actor, batch_id, at=clock.now())
    messages.success(request, _("Undone. Everything is as it was before the import."))
    return redirect("businesses:import")


@require_POST
@actor_required
def give_up(request: Request, batch_id: UUID) -> HttpResponse:
    """Forget the file."""
    actions.give_up(request.actor, batch_id)
    messages.success(request, _("Nothing was imported."))
    return redirect("businesses:import")


def _staged(request: Request, batch_id: UUID) -> Import:
    leave.need_change(request.actor)
    staged = Import.objects.filter(
        partner=request.actor.partner_id, pk=batch_id, state=Import.State.STAGED, expires_at__gt=clock.now()
    )
    batch = staged.first()
    if batch is None:
        raise NotThere
    return batch


def _preview(request: Request, batch: Import, refusal: Refusal | None = None) -> HttpResponse:
    if "name" not in batch.columns.values():
        return redirect("businesses:columns", batch.pk)
    found = actions.difference(request.actor, batch, list(storing.whole(queries.visible_to(request.actor))))
    shown = request.GET.get("show", "")
    kinds = [Kind(shown)] if shown in Kind.values else _to_look_at(batch)
    pages = Paginator(sorted(found.of(*kinds), key=lambda entry: kinds.index(entry.kind)), PAGE)
    context: dict[str, Any] = {
        "batch": batch,
        "counts": [(kind, found.counts[kind]) for kind in Kind],
        "shown": shown,
        "page": pages.get_page(request.GET.get("page")),
        "fields": queries.fields(request.actor),
        "fingerprint": found.fingerprint,
        "sum": _sum(batch, found),
        "refusal": refusal,
    }
    return render(
        request, "businesses/import_preview.html", context, status=refusal.status if refusal else 200
    )


def _to_look_at(batch: Import) -> list[Kind]:
    """What happens to something; businesses that only are not in the file have a page of their own."""
    kinds = [Kind.REFUSED, Kind.CHANGED, Kind.NEW]
    return [*kinds, Kind.MISSING] if batch.archives_missing else kinds


def _sum(batch: Import, found: Diff) -> dict[str, int]:
    counts = found.counts
    archived = counts[Kind.MISSING] if batch.archives_missing else 0
    return {
        "new": counts[Kind.NEW],
        "changed": counts[Kind.CHANGED],
        "archived": archived,
        "all": counts[Kind.NEW] + counts[Kind.CHANGED] + archived,
    }

"""Pages about a file of sites: bring it, look at what it would do, confirm, undo."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cityalert.geo import queries as geo
from cityalert.lib import clock
from cityalert.lib.refusals import NotThere
from cityalert.lib.tables import TableRefused, csv_bytes, read_upload
from partners.middleware import Request, actor_required
from partners.models import Placing
from partners.roles import Permission
from partners.sites import placing, queries
from partners.sites.forms import FileForm
from partners.sites.placing import Line, Verdict

# What needs a look comes first; the page stays light.
SHOWN = 300
# Degrees beyond the city's outline.
_NEAR = 0.5
_ORDER = [
    Verdict.REFUSED, Verdict.OUTSIDE, Verdict.WAITING, Verdict.CHANGED, Verdict.NEW, Verdict.SAME,
]  # fmt: skip


@require_http_methods(["GET", "POST"])
@actor_required
def bring(request: Request) -> HttpResponse:
    """Choose a file; nothing is placed by it."""
    _check(request)
    form = FileForm(request.POST, request.FILES) if request.method == "POST" else FileForm()
    if form.is_bound and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            if upload is None:
                raise TableRefused(_("Choose a CSV or XLSX file."))
            table = read_upload(upload, placing.LIMITS)
            prepared = placing.prepare(request.actor, table, at=clock.now())
        except TableRefused as refused:
            form.add_error("file", str(refused))
        else:
            return redirect("sites:placing", prepared.pk)
    context = {
        "form": form,
        "most": placing.LIMITS.max_rows,
        "last_placing": queries.last_placing(request.actor),
    }
    return render(request, "partners/sites/bring.html", context, status=422 if form.errors else 200)


@require_GET
@actor_required
def template(request: Request) -> HttpResponse:
    """A file to begin with."""
    _check(request)
    rows = [
        ("King Bay Tower", "66 Wellington St W", 43.6479, -79.3817),
        ("Annex", "King St W & Bay St", "", ""),
    ]
    content = csv_bytes(["name", "address", "lat", "lon"], rows)
    return HttpResponse(
        content,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="sites.csv"'},
    )


@require_GET
@actor_required
def preview(request: Request, placing_id: UUID) -> HttpResponse:
    """What a file would do, or did."""
    return _page(request, _placing(request, placing_id))


@require_POST
@actor_required
def look_up(request: Request, placing_id: UUID) -> HttpResponse:
    """The next address that waits; a service takes one question a second."""
    found = _placing(request, placing_id)
    placing.look_up(request.actor, found, at=clock.now())
    found.refresh_from_db()
    return _page(request, found) if request.htmx else redirect("sites:placing", found.pk)


@require_POST
@actor_required
def confirm(request: Request, placing_id: UUID) -> HttpResponse:
    """Do it."""
    found = _placing(request, placing_id)
    with_outside = "with_outside" in request.POST
    done = placing.confirm(request.actor, found, with_outside=with_outside, at=clock.now())
    n = sum(1 for _line in placing.placed(done))
    messages.success(request, ngettext("%(n)d site was placed.", "%(n)d sites were placed.", n) % {"n": n})
    return redirect("sites:list")


@require_POST
@actor_required
def undo(request: Request, placing_id: UUID) -> HttpResponse:
    """Take it back."""
    kept = placing.undo(request.actor, _placing(request, placing_id), at=clock.now())
    text = _("The file was undone.")
    if kept:
        text += " " + ngettext(
            "%(n)d site stays: it was changed or used since.",
            "%(n)d sites stay: they were changed or used since.",
            kept,
        ) % {"n": kept}
    messages.success(request, text)
    return redirect("sites:list")


def _check(request: Request) -> None:
    if not request.actor.may(Permission.MANAGE):
        raise NotThere


def _placing(request: Request, placing_id: UUID) -> Placing:
    _check(request)
    return queries.placing_for(request.actor, placing_id)


def _page(request: Request, found: Placing) -> HttpResponse:
    lines = sorted(placing.lines(found), key=lambda line: (_ORDER.index(Verdict(line.verdict)), line.number))
    counted, placed = placing.counts(found), [line for line in lines if line.lat is not None]
    near = _near_the_city(placed)
    context = {
        "placing": found,
        "lines": lines[:SHOWN],
        "more": max(0, len(lines) - SHOWN),
        "counts": [(value, value.label, counted[value]) for value in _ORDER if counted[value]],
        "to_place": counted[Verdict.NEW] + counted[Verdict.CHANGED],
        "outside": counted[Verdict.OUTSIDE],
        "waiting": counted[Verdict.WAITING],
        "far": len(placed) - len(near),
        "map": {"type": "FeatureCollection", "features": [_feature(line) for line in near]},
    }
    name = "partners/sites/_placing.html" if request.htmx else "partners/sites/placing.html"
    return render(request, name, context)


def _near_the_city(placed: list[Line]) -> list[Line]:
    """Those that one map can show together: of a street and of another country it would show neither."""
    west, south, east, north = geo.city().extent
    return [
        line
        for line in placed
        if west - _NEAR < (line.lon or 0) < east + _NEAR and south - _NEAR < (line.lat or 0) < north + _NEAR
    ]


def _feature(line: Line) -> dict[str, object]:
    return {
        "type": "Feature",
        "id": str(line.number),
        "geometry": {"type": "Point", "coordinates": [line.lon, line.lat]},
        "properties": {"id": str(line.number), "name": line.name, "text": line.label, "state": "none"},
    }

"""The membership table, one business, and changing it."""

import json
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cityalert.businesses import actions, calldown, leave, listing, overview, queries, records
from cityalert.businesses.forms import BusinessForm
from cityalert.businesses.freshness import Level
from cityalert.businesses.listing import Asked
from cityalert.businesses.models import Business, Function
from cityalert.businesses.reach import silence
from cityalert.businesses.standing import Standing
from cityalert.lib import clock, days
from cityalert.lib.refusals import Refusal
from cityalert.lib.tables import csv_bytes, xlsx_bytes
from partners.middleware import Request, actor_required

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def today() -> date:
    """The city's present day."""
    return timezone.localdate(clock.now())


@require_GET
@actor_required
def table(request: Request) -> HttpResponse:
    """The membership: search, filter, sort. Fragments get the rows alone."""
    asked, at, silent = Asked.of(request.GET.dict()), clock.now(), silence(request.actor.partner_id)
    page = listing.page(request.actor, asked, silent, today=today(), at=at)
    context: dict[str, Any] = {"page": page, "asked": asked, "points": overview.points(page.lines)}
    if request.htmx:
        answer = render(request, "businesses/_rows.html", context)
        answer["HX-Trigger-After-Settle"] = "map-refresh"
        return answer
    context |= {
        **listing.choices(request.actor),
        "may_change": leave.may_change(request.actor),
        "standings": Standing.choices,
        "levels": Level.choices,
        "functions": Function.choices,
        "figures": overview.figures(request.actor, silent, today=today(), at=at),
    }
    return render(request, "businesses/list.html", context)


@require_GET
@actor_required
def export(request: Request, kind: str) -> HttpResponse:
    """The table as it is filtered, to take away. Read back by the import it changes nothing."""
    asked, at = Asked.of(request.GET.dict()), clock.now()
    silent = silence(request.actor.partner_id)
    found = listing.rows(request.actor, asked, silent, today=today(), at=at).prefetch_related("contacts")
    fields = queries.fields(request.actor)
    header = [field.full_label for field in fields.values()]
    kept = (records.of(business) for business in found.iterator(chunk_size=1000))
    lines = ([record.get(name, "") for name in fields] for record in kept)
    content = csv_bytes(header, lines) if kind == "csv" else xlsx_bytes(header, lines, title=_("Businesses"))
    answer = HttpResponse(content, content_type="text/csv; charset=utf-8" if kind == "csv" else XLSX)
    answer["Content-Disposition"] = f'attachment; filename="businesses-{today():%Y-%m-%d}.{kind}"'
    return answer


@require_GET
@actor_required
def call_down(request: Request) -> HttpResponse:
    """The table as it is filtered, as a list to call from. `?group=` street or tag, `?paper=` letter or a4."""
    asked, at = Asked.of(request.GET.dict()), clock.now()
    silent = silence(request.actor.partner_id)
    found = listing.rows(request.actor, asked, silent, today=today(), at=at).prefetch_related("contacts")
    group, paper = request.GET.get("group", ""), request.GET.get("paper", "")
    content = calldown.pdf(
        request.actor.partner.name,
        found,
        way=group if group in calldown.WAYS else "street",
        paper=paper if paper in calldown.PAPERS else "letter",
        at=timezone.localtime(at),
    )
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="call-down-{today():%Y-%m-%d}.pdf"'
    return answer


@require_http_methods(["GET", "POST"])
@actor_required
def add(request: Request) -> HttpResponse:
    """A new business."""
    leave.need_change(request.actor)
    form = BusinessForm(
        request.POST if request.method == "POST" else None, fields=queries.fields(request.actor)
    )
    if request.method == "POST":
        try:
            business = actions.add(request.actor, form.typed(), at=clock.now())
        except Refusal as refusal:
            return _again(request, form, refusal)
        messages.success(request, _("Added."))
        return redirect("businesses:detail", business.pk)
    return render(request, "businesses/form.html", {"form": form})


@require_GET
@actor_required
def detail(request: Request, business_id: UUID) -> HttpResponse:
    """One business with its contacts."""
    business = queries.get_for(request.actor, business_id)
    at = clock.now()
    line = listing.line(business, silence(request.actor.partner_id), today=today(), at=at)
    context = {
        "business": business,
        "line": line,
        "contacts": overview.contacts(line, at=at),
        "asked": business.askings.select_related("by").first(),
        "custom": overview.custom(request.actor, business),
        "seats": business.seats.all(),
        "may_change": leave.may_change(request.actor),
        "points": overview.points([line]),
        "at": at,
    }
    return render(request, "businesses/detail.html", context)


@require_http_methods(["GET", "POST"])
@actor_required
def edit(request: Request, business_id: UUID) -> HttpResponse:
    """Change a business."""
    business = queries.get_for(request.actor, business_id)
    leave.need_change(request.actor)
    fields, record = queries.fields(request.actor), records.of(business)
    form = BusinessForm(request.POST if request.method == "POST" else None, fields=fields, record=record)
    context = {"business": business, "version": request.POST.get("version") or actions.version(business)}
    if request.method == "POST":
        seen = request.POST.get("version")
        try:
            actions.change(request.actor, business, form.typed(), seen=seen, at=clock.now())
        except Refusal as refusal:
            return _again(request, form, refusal, **context)
        messages.success(request, _("Saved."))
        return redirect("businesses:detail", business.pk)
    return render(request, "businesses/form.html", {"form": form, **context})


@require_POST
@actor_required
def archive(request: Request, business_id: UUID) -> HttpResponse:
    """Out of the lists."""
    actions.archive(request.actor, queries.get_for(request.actor, business_id), at=clock.now())
    messages.success(request, _("Archived. It can be restored at any time."))
    return redirect("businesses:detail", business_id)


@require_POST
@actor_required
def restore(request: Request, business_id: UUID) -> HttpResponse:
    """Back again."""
    actions.restore(request.actor, queries.get_for(request.actor, business_id), at=clock.now())
    messages.success(request, _("Restored."))
    return redirect("businesses:detail", business_id)


@require_POST
@actor_required
def renew(request: Request, business_id: UUID) -> HttpResponse:
    """Paid for another year."""
    business = queries.get_for(request.actor, business_id)
    renewed: Business = actions.renew(request.actor, business, today=today(), at=clock.now())
    words = _("Renewed until %(day)s.") % {"day": days.day(renewed.lapses_on or today())}
    if request.htmx:
        again = queries.get_for(request.actor, business_id)
        line = listing.line(again, silence(request.actor.partner_id), today=today(), at=clock.now())
        answer = render(request, "businesses/_row.html", {"line": line, "may_change": True})
        answer["HX-Trigger"] = json.dumps({"toast": words})
        return answer
    messages.success(request, words)
    return redirect("businesses:detail", business_id)


def _again(request: Request, form: BusinessForm, refusal: Refusal, **context: Any) -> HttpResponse:
    """The form with what was typed and what is wrong; refusals that are not about the form pass."""
    if refusal.status in {403, 404}:
        raise refusal
    form.refuse(refusal)
    return render(request, "businesses/form.html", {"form": form, **context}, status=refusal.status)

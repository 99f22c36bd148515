"""What is written into dossiers: the frame by its host, parts by everybody who takes part."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from cityalert.accounts.throttle import throttled
from cityalert.alerts import queries as alerts
from cityalert.dossiers import actions, inviting, parts, queries
from cityalert.dossiers.forms import DossierForm, PartForm
from cityalert.dossiers.kinds import ONE, Kind
from cityalert.dossiers.leave import may_host, may_write
from cityalert.dossiers.models import Dossier, Part
from cityalert.geo.shapes import ShapeRefused
from cityalert.lib import clock
from cityalert.lib.forms import posted
from cityalert.lib.refusals import NotThere, Refusal
from partners.middleware import Request, actor_required


@require_http_methods(["GET", "HEAD", "POST"])
@actor_required
def new(request: Request) -> HttpResponse:
    """A new dossier."""
    if not may_write(request.actor):
        raise NotThere
    form = DossierForm(posted(request))
    if form.is_valid():
        try:
            dossier = actions.open_dossier(request.actor, form.cleaned_data, at=clock.now())
            return redirect("dossiers:detail", dossier.pk)
        except (actions.NotPlanned, ShapeRefused) as refusal:
            _refuse(form, refusal)
    return render(request, "dossiers/frame.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@actor_required
def change(request: Request, dossier_id: UUID) -> HttpResponse:
    """Another frame, by its host."""
    dossier = queries.get_for(request.actor, dossier_id)
    if not may_host(request.actor, dossier):
        raise NotThere
    form = DossierForm(posted(request), of=dossier)
    if form.is_valid():
        try:
            actions.change(request.actor, dossier, form.cleaned_data, at=clock.now())
            return redirect("dossiers:detail", dossier.pk)
        except (actions.NotPlanned, ShapeRefused) as refusal:
            _refuse(form, refusal)
    context = {"form": form, "dossier": dossier}
    return render(request, "dossiers/frame.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@actor_required
@throttled("dossier_parts", "240/h/user", looking=False)
def add(request: Request, dossier_id: UUID, kind: str) -> HttpResponse:
    """A new part of a kind."""
    dossier = queries.get_for(request.actor, dossier_id)
    if kind not in Kind.values or not may_write(request.actor):
        raise NotThere
    return _part(request, dossier, Kind(kind))


@require_http_methods(["GET", "HEAD", "POST"])
@actor_required
@throttled("dossier_parts", "240/h/user", looking=False)
def part(request: Request, part_id: UUID) -> HttpResponse:
    """One of the partner's own parts, to be changed."""
    found = queries.part_for(request.actor, part_id)
    if found.partner_id != request.actor.partner_id or not may_write(request.actor):
        raise NotThere
    return _part(request, found.dossier, Kind(found.kind), found)


def _part(request: Request, dossier: Dossier, kind: Kind, of: Part | None = None) -> HttpResponse:
    form = PartForm(
        posted(request), request.FILES or None, actor=request.actor, dossier=dossier, kind=kind, of=of
    )
    if form.is_valid():
        try:
            if of:
                parts.change(request.actor, of, form.cleaned_data, at=clock.now())
            else:
                parts.add(request.actor, dossier, kind, form.cleaned_data, at=clock.now())
            return _at(dossier, kind)
        except (parts.NotKept, parts.TooMany) as refusal:
            form.refuse(refusal)
    context = {"form": form, "dossier": dossier, "part": of, "one": ONE[kind], "kind": kind}
    return render(request, "dossiers/part.html", context, status=422 if form.errors else 200)


@require_POST
@actor_required
def remove(request: Request, part_id: UUID) -> HttpResponse:
    """It is no longer shown."""
    gone = parts.remove(request.actor, queries.part_for(request.actor, part_id), at=clock.now())
    messages.success(request, _("Removed."))
    return _at(gone.dossier, Kind(gone.kind))


@require_POST
@actor_required
def tick(request: Request, part_id: UUID) -> HttpResponse:
    """Done, manned; or no longer."""
    ticked = queries.part_for(request.actor, part_id)
    parts.tick(request.actor, ticked, is_on=request.POST.get("on") == "1", at=clock.now())
    return _at(ticked.dossier, Kind(ticked.kind))


@require_POST
@actor_required
@throttled("dossier_invite", "60/h/user")
def invite(request: Request, dossier_id: UUID) -> HttpResponse:
    """More partners take part."""
    dossier = queries.get_for(request.actor, dossier_id)
    many = inviting.invite(request.actor, dossier, request.POST.getlist("partner")[:500], at=clock.now())
    said = ngettext(
        "%(n)d partner takes part now, and is told.", "%(n)d partners take part now, and are told.", many
    )
    messages.success(request, said % {"n": many})
    return redirect("dossiers:detail", dossier.pk)


@require_POST
@actor_required
def dismiss(request: Request, dossier_id: UUID, partner_id: UUID) -> HttpResponse:
    """One takes part no longer."""
    dossier = queries.get_for(request.actor, dossier_id)
    inviting.dismiss(request.actor, dossier, partner_id, at=clock.now())
    messages.success(request, _("It takes part no longer."))
    return redirect("dossiers:detail", dossier.pk)


@require_POST
@actor_required
def tie(request: Request, dossier_id: UUID) -> HttpResponse:
    """An alert belongs to the event."""
    dossier = queries.get_for(request.actor, dossier_id)
    alert = alerts.get_for(request.actor, request.POST.get("alert", ""))
    actions.tie(request.actor, dossier, alert, at=clock.now())
    messages.success(request, _("The alert belongs to the event, with every version to come."))
    return redirect("dossiers:detail", dossier.pk)


@require_POST
@actor_required
def close(request: Request, dossier_id: UUID) -> HttpResponse:
    """Over, and talked through."""
    dossier = queries.get_for(request.actor, dossier_id)
    actions.close(request.actor, dossier, request.POST.get("lesson", ""), at=clock.now())
    messages.success(request, _("Closed. Everybody who took part can still read it."))
    return redirect("dossiers:detail", dossier.pk)


@require_POST
@actor_required
def reopen(request: Request, dossier_id: UUID) -> HttpResponse:
    """There is more to say after all."""
    dossier = queries.get_for(request.actor, dossier_id)
    actions.reopen(request.actor, dossier, at=clock.now())
    return redirect("dossiers:detail", dossier.pk)


def _at(dossier: Dossier, kind: Kind) -> HttpResponse:
    """Back to where it stands."""
    return redirect(f"{reverse('dossiers:detail', args=[dossier.pk])}#{kind.value}")


def _refuse(form: DossierForm, refusal: Refusal) -> None:
    """A shape's refusal speaks of the map."""
    if isinstance(refusal, ShapeRefused):
        form.add_error("shapes", str(refusal.sentence))
    else:
        form.refuse(refusal)

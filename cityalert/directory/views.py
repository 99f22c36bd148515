"""Pages of the directory, for those who act for a partner."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cityalert.agreements.queries import AgreementMissing
from cityalert.directory import actions, budget, queries
from cityalert.directory.actions import Paused, TooVague
from cityalert.directory.budget import BudgetSpent
from cityalert.directory.forms import EntryForm, LiaisonForm, SearchForm
from cityalert.directory.search import PAGE, PAGES
from cityalert.lib import clock
from cityalert.lib.refusals import NotThere, Refusal
from partners.middleware import Request, actor_required
from partners.models import Membership, Partner
from partners.roles import Permission

# Said on the page, above what was typed.
_SAID = (AgreementMissing, BudgetSpent, Paused, TooVague)


@require_GET
@actor_required
def search(request: Request) -> HttpResponse:
    """Look for a partner; the page alone looks for nobody."""
    at, asked = clock.now(), any(request.GET.get(name) for name in ("q", "near", "kind", "sector", "on_call"))
    form = SearchForm(request.GET if asked else None, at=at)
    context: dict[str, object] = {"form": form, "asked": False}
    status = 200
    if asked and form.is_valid():
        query = form.cleaned_data["query"]
        try:
            hits = actions.search(request.actor, query, at=at)
        except _SAID as refused:
            context["refused"], status = str(refused), refused.status
        else:
            more = len(hits) > PAGE and query.page < PAGES
            context |= {"asked": True, "hits": hits[:PAGE], "query": query}
            context |= {
                "next": _page(request, query.page + 1) if more else "",
                "is_cut": len(hits) > PAGE and not more,
            }
    elif asked:
        status = 422
    context |= {"budget": budget.left(request.actor, at), "divisions": queries.divisions()}
    context |= {"may_manage": request.actor.may(Permission.MANAGE)}
    return render(request, "directory/search.html", context, status=status)


@require_GET
@actor_required
def partner(request: Request, partner_id: UUID) -> HttpResponse:
    """What a partner publishes."""
    at = clock.now()
    listing = actions.open_partner(request.actor, partner_id, at=at)
    return render(
        request, "directory/partner.html", {"listing": listing, "budget": budget.left(request.actor, at)}
    )


@require_POST
@actor_required
def contact(request: Request, partner_id: UUID, contact_id: int) -> HttpResponse:
    """Show one number."""
    shown = actions.show_contact(request.actor, partner_id, contact_id, at=clock.now())
    name = "directory/_contact.html" if request.htmx else "directory/contact.html"
    return render(request, name, {"contact": shown, "partner_id": partner_id, "is_shown": True})


@require_GET
@actor_required
def liaison(request: Request) -> HttpResponse:
    """The liaison officers of a division."""
    at, actor = clock.now(), request.actor
    divisions = queries.divisions()
    wanted = _uuid(request.GET.get("division", ""))
    chosen = divisions.filter(pk=wanted).first() if wanted else None
    context: dict[str, object] = {
        "divisions": divisions,
        "chosen": chosen,
        **_liaison_desk(request, _liaison_form(request)),
    }
    status = 200
    if chosen:
        try:
            context["officers"] = actions.find_liaisons(actor, chosen.pk, at=at)
        except _SAID as refused:
            context["refused"], status = str(refused), refused.status
    return render(request, "directory/liaison.html", context, status=status)


@require_POST
@actor_required
def name_liaison(request: Request) -> HttpResponse:
    """The police name one more."""
    form = _liaison_form(request)
    if form is None:
        raise NotThere
    if form.is_valid():
        clean = form.cleaned_data
        try:
            actions.name_liaison(
                request.actor, clean["member"], clean["division"], clean["phone"], at=clock.now()
            )
        except Refusal as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Named."))
            return redirect("directory:liaison")
    return render(
        request,
        "directory/liaison.html",
        {"divisions": queries.divisions(), **_liaison_desk(request, form)},
        status=422,
    )


@require_POST
@actor_required
def remove_liaison(request: Request, liaison_id: int) -> HttpResponse:
    """And take one away."""
    actions.remove_liaison(request.actor, liaison_id, at=clock.now())
    messages.success(request, _("Removed."))
    return redirect("directory:liaison")


@require_http_methods(["GET", "POST"])
@actor_required
def entry(request: Request) -> HttpResponse:
    """What we publish ourselves."""
    if not request.actor.may(Permission.MANAGE):
        raise NotThere
    ours, contacts = queries.entry_of(request.actor), list(queries.contacts_of(request.actor))
    form = EntryForm(request.POST if request.method == "POST" else None, entry=ours, contacts=contacts)
    if form.is_bound and form.is_valid():
        clean = form.cleaned_data
        actions.publish_entry(request.actor, clean, clean["contacts"], at=clock.now())
        messages.success(request, _("This is what others see from now on."))
        return redirect("directory:search")
    return render(request, "directory/entry.html", {"form": form}, status=422 if form.errors else 200)


def _liaison_form(request: Request) -> LiaisonForm | None:
    """For the police's own administrators."""
    actor = request.actor
    if actor.partner.kind != Partner.Kind.POLICE or not actor.may(Permission.MANAGE):
        return None
    members = Membership.objects.valid(clock.now()).select_related("user").order_by("user__name")
    return LiaisonForm(request.POST if request.method == "POST" else None, actor=actor, members=members)


def _liaison_desk(request: Request, form: LiaisonForm | None) -> dict[str, object]:
    return {"form": form, "named": queries.own_liaisons(request.actor) if form else []}


def _page(request: Request, page: int) -> str:
    values = request.GET.copy()
    values["page"] = str(page)
    return values.urlencode()


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None

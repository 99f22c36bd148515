"""Pages about a partner's sites. Files of many are in `placing_views`."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cityalert.lib import clock
from cityalert.lib.refusals import NotThere, Refusal
from partners import premises
from partners.middleware import Request, actor_required
from partners.models import Site
from partners.roles import Permission
from partners.sites import actions, queries
from partners.sites.forms import SiteForm


@require_GET
@actor_required
def list_(request: Request) -> HttpResponse:
    """All sites of the partner, on a map and beside it."""
    found = list(queries.visible_to(request.actor).prefetch_related("keyholders"))
    context = {
        "sites": [site for site in found if site.archived_at is None],
        "archived": [site for site in found if site.archived_at is not None],
        "map": queries.on_a_map(queries.visible_to(request.actor).filter(archived_at=None)),
        "may_manage": request.actor.may(Permission.MANAGE),
        "last_placing": queries.last_placing(request.actor),
    }
    return render(request, "partners/sites/list.html", context)


@require_GET
@actor_required
def detail(request: Request, site_id: UUID) -> HttpResponse:
    """One site, all that is known of it."""
    site = queries.get_for(request.actor, site_id)
    context = {
        "site": site,
        "days": premises.days(site.hours),
        "hazards": [premises.Hazard(value).label for value in site.hazards],
        "map": queries.on_a_map(queries.visible_to(request.actor).filter(pk=site.pk)),
        "told_only_about": queries.told_only_about(site),
        "may_manage": request.actor.may(Permission.MANAGE),
    }
    return render(request, "partners/sites/detail.html", context)


@require_http_methods(["GET", "POST"])
@actor_required
def add(request: Request) -> HttpResponse:
    """A new site."""
    return _form(request, Site(partner=request.actor.partner))


@require_http_methods(["GET", "POST"])
@actor_required
def edit(request: Request, site_id: UUID) -> HttpResponse:
    """Change one."""
    return _form(request, queries.get_for(request.actor, site_id))


@require_POST
@actor_required
def archive(request: Request, site_id: UUID) -> HttpResponse:
    """Give it up."""
    site = queries.get_for(request.actor, site_id)
    actions.archive(request.actor, site, at=clock.now())
    messages.success(request, _("Archived. No alert reaches this site any more."))
    return redirect("sites:list")


@require_POST
@actor_required
def restore(request: Request, site_id: UUID) -> HttpResponse:
    """Take it back."""
    site = queries.get_for(request.actor, site_id)
    actions.restore(request.actor, site, at=clock.now())
    messages.success(request, _("Restored. Alerts reach this site again."))
    return redirect("sites:detail", site.pk)


def _form(request: Request, site: Site) -> HttpResponse:
    if not request.actor.may(Permission.MANAGE):
        raise NotThere
    is_new = site._state.adding
    at = clock.now()
    form = SiteForm(request.POST if request.method == "POST" else None, instance=site, at=at)
    if request.method == "POST" and form.is_valid():
        try:
            values = form.values()
            if is_new:
                site = actions.add(request.actor, at=at, **values)
            else:
                actions.edit(request.actor, site, at=at, **values)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("The site is kept."))
            return redirect("sites:detail", site.pk)
    status = 422 if form.errors else 200
    return render(
        request, "partners/sites/form.html", {"form": form, "site": site, "is_new": is_new}, status=status
    )

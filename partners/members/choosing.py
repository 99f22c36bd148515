"""The page on which somebody who belongs to several partners says for which they act."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from cityalert.accounts import sessions
from cityalert.lib import clock
from cityalert.lib.refusals import NotThere
from partners import choosing, queries
from partners.middleware import SESSION_KEY, Request, actor_required


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@actor_required
def choose(request: Request) -> HttpResponse:
    """Every partner the person belongs to, and a button for each."""
    at = clock.now()
    if request.method != "POST":
        return render(
            request, "partners/choose.html", {"memberships": list(queries.memberships_of(request.user, at))}
        )
    asked = request.POST.get("membership", "")
    if not (asked.isascii() and asked.isdigit() and len(asked) < 19):
        raise NotThere
    actor = choosing.choose(request.user, int(asked), at=at)
    sessions.renew(request)
    request.session[SESSION_KEY] = actor.membership.pk
    messages.success(request, _("You act for %(partner)s now.") % {"partner": actor.partner.name})
    return redirect("web:home")

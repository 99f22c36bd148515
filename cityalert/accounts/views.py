"""Account pages that allauth does not have: ending one session, and the demo's codes."""

from allauth.usersessions.adapter import get_adapter
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from cityalert.accounts.templatetags.accounts import demo_accounts
from cityalert.lib.refusals import NotThere


@require_POST
@login_required
def end_session(request: HttpRequest, session_id: int) -> HttpResponse:
    """Sign out somewhere else."""
    session = UserSession.objects.filter(pk=session_id, user=request.user).first()
    if session is None:
        raise NotThere(_("That session has ended already."))
    get_adapter().end_sessions([session])
    messages.success(request, _("Ended. That browser must sign in again."))
    return redirect("usersessions_list")


@never_cache
@require_GET
def demo_codes(request: HttpRequest) -> HttpResponse:
    """The demo's second factors, as they are now. Outside of the demo there is no such page."""
    if not settings.IS_DEMO:
        raise NotThere
    if request.headers.get("HX-Request"):
        return render(request, "demo/_accounts.html", demo_accounts())
    return render(request, "demo/codes.html")

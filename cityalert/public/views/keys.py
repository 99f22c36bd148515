"""The page on which a partner's administrators make and revoke keys to its feeds."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from cityalert.accounts import step_up
from cityalert.lib import clock
from cityalert.lib.refusals import NotThere, Refusal
from cityalert.public import keys
from cityalert.public.addresses import whole
from cityalert.public.feeds import FORMATS
from partners.middleware import Request, actor_required


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@actor_required
def overview(request: Request) -> HttpResponse:
    """The keys there are, and a form for another. A new one is shown in the answer, and never again."""
    at = clock.now()
    there = keys.visible_to(request.actor)
    secret, refusal, name = "", None, request.POST.get("name", "")
    if request.method == "POST":
        try:
            step_up.require(request, code=request.POST.get("code"), at=at)
            _key, secret = keys.make(request.actor, name, at=at)
            name = ""
        except NotThere:
            raise
        except Refusal as refused:
            refusal = refused
    context = {
        "keys": list(there),
        "name": name,
        "new": _addresses(secret, request.actor.language.value) if secret else [],
        "refusal": refusal,
        "asks_code": not step_up.fresh(request, at),
        "code_fault": refusal if refusal and refusal.field == "code" else None,
        "passkey_url": step_up.passkey_url(),
    }
    return render(request, "public/keys.html", context, status=refusal.status if refusal else 200)


@require_POST
@actor_required
def revoke(request: Request, key_id: UUID) -> HttpResponse:
    """It opens nothing any more."""
    at = clock.now()
    key = keys.get_for(request.actor, key_id)
    if not step_up.fresh(request, at):
        messages.warning(request, _("Confirm that it is you, then press the button again."))
        there = urlencode({"next": reverse("feed_keys:list")})
        return redirect(f"{reverse('mfa_reauthenticate')}?{there}")
    keys.revoke(request.actor, key, at=at)
    messages.success(request, _("Revoked. Whatever read with “%(name)s” reads no more.") % {"name": key.name})
    return redirect("feed_keys:list")


def _addresses(secret: str, language: str) -> list[tuple[str, str]]:
    return [
        (form.upper(), whole(reverse("public:partner_feed", args=[secret, language, form])))
        for form in FORMATS
    ]

"""The page behind the question how an alert is to end: three answers, one press each."""

from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cityalert.accounts import step_up
from cityalert.alerts import actions, content
from cityalert.alerts.actions.leave import MayNot
from cityalert.alerts.lifecycle import State
from cityalert.alerts.views.drafts import QUICK_ENDS, draft_for, go
from cityalert.lib import clock
from cityalert.lib.refusals import NotThere, Refusal
from partners.middleware import Request, actor_required
from partners.roles import Permission


@require_http_methods(["GET", "HEAD", "POST"])
@actor_required
def end(request: Request, alert_id: UUID) -> HttpResponse:
    """Extend it by so many minutes (`minutes`), end it, or let it lapse (`lapse`)."""
    alert, at = draft_for(request, alert_id), clock.now()
    if not request.actor.may(Permission.PUBLISH, for_=alert.partner):
        raise NotThere
    if alert.state != State.PUBLISHED:
        return go(request, "alerts:detail", alert.pk)
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            if "lapse" in request.POST:
                actions.let_lapse(request.actor, alert, at=at)
                messages.success(request, _("It ends by itself."))
                return go(request, "alerts:detail", alert.pk)
            step_up.require(request, code=request.POST.get("code"), at=at)
            minutes = request.POST.get("minutes", "")
            more = int(minutes) if minutes in map(str, QUICK_ENDS) else QUICK_ENDS[0]
            key = request.POST.get("key", "")
            update = actions.extend(request.actor, alert, more, key=key, at=at)
        except (NotThere, MayNot):
            raise
        except Refusal as refused:
            refusal = refused
        else:
            is_out = update.state == State.PUBLISHED
            done = _("Extended. Everyone who heard it is being told.")
            messages.success(request, done if is_out else _("A second person was asked to approve it."))
            return go(request, "alerts:detail" if is_out else "alerts:compose", update.pk)
    context = {
        "at": at,
        "alert": alert,
        "words": content.words_in(alert, request.actor.language),
        "ends": QUICK_ENDS,
        "refusal": refusal,
        "key": request.POST.get("key") or str(uuid4()),
        "code": request.POST.get("code", ""),
        "asks_code": not step_up.fresh(request, at),
        "passkey_url": step_up.passkey_url(),
    }
    return render(request, "alerts/end.html", context, status=refusal.status if refusal else 200)

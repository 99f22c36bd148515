"""Reporting back from a screen, and the photos of such reports for the author's side."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from cityalert.accounts.throttle import throttled
from cityalert.alerts import actions, desk, queries, reach
from cityalert.alerts.models import Alert
from cityalert.delivery import progress
from cityalert.delivery.forms import ReportForm
from cityalert.lib import clock
from cityalert.lib.forms import posted
from cityalert.lib.refusals import NotThere, Refusal
from partners.middleware import Request, actor_required
from partners.roles import Permission


@require_http_methods(["GET", "HEAD", "POST"])
@actor_required
@throttled("report_back", "60/h/user", looking=False)
def report(request: Request, alert_id: UUID) -> HttpResponse:
    """Words, a photo, a place, back to whoever sent the alert."""
    at = clock.now()
    alert = _asked(request, alert_id)
    back = f"{reverse('alerts:inbox')}#alert-{alert.pk}"
    form = ReportForm(posted(request), request.FILES or None)
    if form.is_valid():
        try:
            actions.report_back(request.actor, alert, form.said(), at=at)
            messages.success(request, _("Sent. Thank you."))
            return redirect(back)
        except Refusal as refusal:
            form.refuse(refusal)
    context = {"at": at, "alert": alert, "form": form, "back": back}
    return render(request, "alerts/report.html", context, status=422 if form.is_bound else 200)


@never_cache
@require_GET
@actor_required
def photo(request: Request, alert_id: UUID, report_id: int) -> HttpResponse:
    """A picture that somebody sent back: for those who may see how far the alert came."""
    alert = queries.get_for(request.actor, alert_id)
    if not reach.may_see(request.actor, alert) or alert.notice_id is None:
        raise NotThere
    answer = HttpResponse(progress.photo(alert.notice_id, report_id), content_type="image/jpeg")
    answer["Content-Disposition"] = f'inline; filename="report-{report_id}.jpg"'
    return answer


def _asked(request: Request, alert_id: UUID) -> Alert:
    """An alert that was sent to them, and that they may answer. Raises NotThere."""
    alert = queries.get_for(request.actor, alert_id)
    if not request.actor.may(Permission.ANSWER) or desk.answered(request.actor, alert) is None:
        raise NotThere
    return alert

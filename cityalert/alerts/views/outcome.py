"""What became of it: one person told again, lists to take away, whom nothing came to, and what it cost."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from cityalert.alerts import actions, exporting, queries, unreached
from cityalert.alerts.templatetags.reading import way_name
from cityalert.delivery.escalation import Over
from cityalert.delivery.resending import Dead, HasAnswered, OnItsWay
from cityalert.lib import clock
from partners.middleware import Request, actor_required


@require_POST
@actor_required
def tell_again(request: Request, alert_id: UUID, recipient_id: int) -> HttpResponse:
    """One person to whom nothing came is told once more."""
    alert = queries.get_for(request.actor, alert_id)
    try:
        channels = actions.tell_again(request.actor, alert, recipient_id, at=clock.now())
    except (Over, HasAnswered, OnItsWay, Dead) as refused:
        messages.error(request, str(refused))
    else:
        ways = ", ".join(way_name(channel) for channel in channels)
        messages.success(request, _("It is being sent again: %(ways)s.") % {"ways": ways})
    return redirect("alerts:reach", alert_id)


@require_GET
@actor_required
def people(request: Request, alert_id: UUID) -> HttpResponse:
    """Everybody an alert was for, way by way, as CSV."""
    alert = queries.get_for(request.actor, alert_id)
    content = exporting.people_csv(request.actor, alert, at=clock.now())
    return _file(content, f"reach-{alert.pk}")


@require_GET
@actor_required
def missed(request: Request) -> HttpResponse:
    """To whom nothing came lately, why, and what to do."""
    at = clock.now()
    found = unreached.lately(request.actor, at=at)
    context = {"at": at, "missed": found, "without_way": unreached.without_way(), "most": unreached.AT_MOST}
    return render(request, "alerts/missed.html", context)


@require_GET
@actor_required
def missed_csv(request: Request) -> HttpResponse:
    """The same as CSV."""
    at = clock.now()
    return _file(unreached.as_csv(request.actor, at=at), f"missed-{timezone.localdate(at):%Y-%m-%d}")


@require_GET
@actor_required
def costs(request: Request) -> HttpResponse:
    """What was spent, month by month."""
    months = unreached.by_month(request.actor, at=clock.now())
    return render(request, "alerts/costs.html", {"months": months})


def _file(content: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer

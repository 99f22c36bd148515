"""The command centre: tray, map, and one alert in the drawer. What they hold is `alerts.desk`'s business."""

from typing import Any

from django.conf import settings
from django.db.models import TextChoices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from cityalert.alerts import desk, queries
from cityalert.alerts.desk import Tray
from cityalert.alerts.models import Alert
from cityalert.alerts.vocabulary import Status
from cityalert.lib import clock
from cityalert.lib.refusals import NotThere
from cityalert.lib.severity import Severity
from cityalert.live import feed
from cityalert.web import channel_words
from partners.middleware import Request, actor_required
from partners.roles import Permission


class Part(TextChoices):
    """The parts of the page that are fetched by themselves; the value is the id of the element."""

    TRAY = "tray-list", _("Alerts")
    DRAWER = "drawer", _("Alert in detail")
    HEALTH = "health", _("Channels")


_TEMPLATES = {
    Part.TRAY: "web/_tray.html",
    Part.DRAWER: "web/_drawer.html",
    Part.HEALTH: "web/_health.html",
}


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Where a person lands: the command centre of whomever they act for."""
    if not request.user.is_authenticated:
        return redirect(settings.LOGIN_URL)
    if getattr(request, "actor", None) is None and request.user.is_staff:
        return redirect("admin:index")
    return command_centre(request)  # type: ignore[return-value]


@actor_required
def command_centre(request: Request) -> HttpResponse:
    """`?alert=` opens one in the drawer, `?severity=` narrows the tray. A part of it for htmx, by its target."""
    target = request.htmx.target if request.htmx and not request.htmx.history_restore_request else None
    part = Part(target) if target in Part.values else None
    context = _context(request, part)
    return render(request, _TEMPLATES[part] if part else "web/command_centre.html", context)


def _context(request: Request, part: Part | None) -> dict[str, Any]:
    at, actor = clock.now(), request.actor
    # Before anything is read: what comes later arrives by the socket.
    context: dict[str, Any] = {"at": at, "position": feed.position()}
    severity = request.GET.get("severity", "")
    if part in (None, Part.TRAY):
        context["tray"] = desk.tray(actor, at, severity=severity if severity in _SLUGS else "")
        context["filters"] = _filters(context["tray"], severity)
        context["severity"] = severity
    if part in (None, Part.DRAWER):
        chosen = _chosen(request, context.get("tray"))
        context["detail"] = desk.detail(actor, chosen, at) if chosen else None
    if part in (None, Part.HEALTH) and actor.may(Permission.REACH):
        context["health"] = channel_words.health(at)
    if part is None:
        tray, detail = context["tray"], context["detail"]
        context["may_answer"] = actor.may(Permission.ANSWER)
        # No real alert may look like a drill: the whole page is marked only while nothing real goes on.
        is_drill_shown = bool(detail and detail.alert.status != Status.ACTUAL)
        context["is_exercise"] = tray.is_exercise or (is_drill_shown and not tray.now)
    return context


_SLUGS = [each.slug for each in reversed(Severity)]


def _filters(tray: Tray, chosen: str) -> list[dict[str, Any]]:
    return [
        {
            "slug": each.slug,
            "label": each.label,
            "count": tray.counts.get(each.slug, 0),
            "is_chosen": each.slug == chosen,
        }
        for each in reversed(Severity)
    ]


def _chosen(request: Request, tray: Tray | None) -> Alert | None:
    """The alert that was asked for, else the gravest that goes on."""
    if request.GET.get("alert"):
        return queries.get_for(request.actor, request.GET["alert"])
    if tray is None:
        raise NotThere
    return queries.get_for(request.actor, tray.now[0].alert.pk) if tray.now else None

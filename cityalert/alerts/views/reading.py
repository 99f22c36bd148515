"""Looking at alerts and answering them. What each page holds is `desk`'s; what an answer does is `actions`'."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from cityalert.alerts import actions, desk, marking, queries, reach
from cityalert.alerts.lifecycle import UNSAID
from cityalert.alerts.models import Alert
from cityalert.delivery import costs, progress
from cityalert.delivery import queries as delivery
from cityalert.delivery.escalation import AskedJustNow, NobodySilent, Over
from cityalert.lib import clock
from cityalert.lib.exits import Exit
from cityalert.lib.refusals import NotThere
from cityalert.live import feed
from partners.middleware import Request, actor_required
from partners.roles import Permission

# What one page can hold; more in one request is no page of ours.
SEEN_AT_MOST = 100


@require_GET
@actor_required
def inbox(request: Request) -> HttpResponse:
    """My alerts: what was sent to the partner, by happening."""
    at = clock.now()
    # Before anything is read: what comes later arrives by the socket.
    position = feed.position()
    happenings = desk.inbox(request.actor, at)
    context = {
        "at": at,
        "position": position,
        "current": [one for one in happenings if not one.is_over],
        "over": [one for one in happenings if one.is_over],
        "new_count": sum(one.is_new for one in happenings),
        "may_answer": request.actor.may(Permission.ANSWER),
        "nobody": UUID(int=0),
    }
    return render(request, "alerts/_inbox.html" if request.htmx else "alerts/inbox.html", context)


@require_GET
@actor_required
def detail(request: Request, alert_id: UUID) -> HttpResponse:
    """One alert, with a link of its own."""
    at = clock.now()
    position = feed.position()
    alert = queries.get_for(request.actor, alert_id)
    context = {
        "at": at,
        "position": position,
        "detail": desk.detail(request.actor, alert, at),
        "why": delivery.why(alert.notice_id, request.actor.user_id) if alert.notice_id else "",
    }
    return render(request, "alerts/detail.html", context)


@require_GET
@actor_required
def progressed(request: Request, alert_id: UUID) -> HttpResponse:
    """The parts of an alert's detail that move: reach, responses, timeline."""
    at = clock.now()
    alert = queries.get_for(request.actor, alert_id)
    return render(
        request, "alerts/_progress.html", {"at": at, "detail": desk.detail(request.actor, alert, at)}
    )


@require_GET
@actor_required
def card(request: Request, alert_id: UUID) -> HttpResponse:
    """What the partner has said to one alert, and the buttons to say it."""
    return _answer(request, _asked(request, alert_id))


@require_GET
@actor_required
def reached(request: Request, alert_id: UUID) -> HttpResponse:
    """How far it came, partner by partner. `?sort=` a column, `?by=desc`."""
    at = clock.now()
    position = feed.position()
    alert = queries.get_for(request.actor, alert_id)
    how_far = reach.of(request.actor, alert)
    key, descending = request.GET.get("sort", ""), request.GET.get("by") == "desc"
    people = reach.people(alert, how_far)
    context = {
        "at": at,
        "position": position,
        "alert": alert,
        "progress": how_far,
        "silent": how_far.silent if people.is_counted else len(people.silent),
        "partners": reach.sorted_partners(how_far, key, descending=descending),
        "columns": reach.columns(key, descending=descending),
        "people": people,
        "reports": reach.reports(alert),
        "may_ask": reach.may_ask(request.actor, alert, at),
    }
    if not request.htmx and alert.notice_id:
        context["bill"] = costs.of_notice(alert.notice_id)
    return render(request, "alerts/_reach_page.html" if request.htmx else "alerts/reach.html", context)


@require_POST
@actor_required
def ask_again(request: Request, alert_id: UUID) -> HttpResponse:
    """Those who were told and are silent are told once more."""
    alert = queries.get_for(request.actor, alert_id)
    try:
        people = actions.ask_again(request.actor, alert, at=clock.now())
    except (Over, AskedJustNow, NobodySilent) as refused:
        messages.error(request, str(refused))
    else:
        words = ngettext("%(n)d person is asked again.", "%(n)d people are asked again.", people)
        messages.success(request, words % {"n": people})
    return redirect("alerts:reach", alert_id)


@require_GET
@actor_required
def reach_index(request: Request) -> HttpResponse:
    """The partner's latest alerts with their numbers; with `?archived` those that were put away."""
    archived = "archived" in request.GET
    rows = desk.recent(request.actor, archived=archived)
    return render(request, "alerts/reach_index.html", {"at": clock.now(), "rows": rows, "archived": archived})


@require_GET
@actor_required
def map_(request: Request) -> HttpResponse:
    """What is going on, as GeoJSON."""
    return HttpResponse(queries.map_geojson(request.actor, clock.now()), content_type="application/geo+json")


@require_GET
@actor_required
def sites(request: Request, alert_id: UUID) -> HttpResponse:
    """The sites an alert is about and what was said there: all for the author's side, one's own for the others."""
    alert = queries.get_for(request.actor, alert_id)
    if alert.notice_id is None or alert.area is None:
        raise NotThere
    only = None if reach.may_see(request.actor, alert) else request.actor.partner_id
    return HttpResponse(
        progress.sites_geojson(alert.notice_id, alert.area, only=only), content_type="application/geo+json"
    )


@require_GET
@actor_required
def cap(request: Request, alert_id: UUID) -> HttpResponse:
    """The message as it was published, in CAP 1.2."""
    alert = queries.get_for(request.actor, alert_id)
    if alert.state in UNSAID:
        raise NotThere
    marking.check(request.actor, alert, Exit.EXPORT)
    answer = HttpResponse(alert.cap_xml, content_type="application/cap+xml; charset=utf-8")
    answer["Content-Disposition"] = f'inline; filename="{alert.pk}.cap.xml"'
    return answer


@require_POST
@actor_required
def acknowledge(request: Request, alert_id: UUID) -> HttpResponse:
    """They have it."""
    alert = queries.get_for(request.actor, alert_id)
    actions.acknowledge(request.actor, alert, at=clock.now())
    return _answer(request, alert)


@require_POST
@actor_required
def respond(request: Request, alert_id: UUID) -> HttpResponse:
    """How it is at their site. Saying the same again, after an answer that was lost, says it once."""
    alert = queries.get_for(request.actor, alert_id)
    response, note = request.POST.get("response", ""), request.POST.get("note", "")
    if not desk.has_said(request.actor, alert, response, note):
        actions.respond(request.actor, alert, response, note, at=clock.now())
    return _answer(request, alert)


@require_POST
@actor_required
def seen(request: Request) -> HttpResponse:
    """These alerts (`id`, several) stood before somebody's eyes."""
    wanted = [key for key in map(_uuid, request.POST.getlist("id")[:SEEN_AT_MOST]) if key]
    alerts = queries.visible_to(request.actor).filter(pk__in=wanted)
    actions.mark_seen(request.actor, alerts, at=clock.now())
    return HttpResponse(status=204)


def _asked(request: Request, alert_id: UUID) -> Alert:
    alert = queries.get_for(request.actor, alert_id)
    if desk.answered(request.actor, alert) is None:
        raise NotThere
    return alert


def _answer(request: Request, alert: Alert) -> HttpResponse:
    """The answer as a fragment for scripts, else back to where the button was."""
    if not request.htmx:
        return redirect(f"{reverse('alerts:inbox')}#alert-{alert.pk}")
    at = clock.now()
    mine = desk.answered(request.actor, alert)
    context: dict[str, Any] = {
        "at": at,
        "alert": mine,
        "alert_id": alert.pk,
        "asks_response": alert.asks_response,
        "is_over": desk.is_over(alert, at),
        "may_answer": request.actor.may(Permission.ANSWER),
    }
    return render(request, "alerts/_answers.html", context)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None

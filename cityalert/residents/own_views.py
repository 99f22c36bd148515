"""A resident's own page: what they hear and where; to change, to pause, to leave. Opened by a code or a link."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cityalert.accounts.throttle import throttled
from cityalert.alerts import topics
from cityalert.lib import clock
from cityalert.lib.forms import posted
from cityalert.lib.language import Language
from cityalert.lib.refusals import Refusal
from cityalert.lib.veil import veil
from cityalert.preferences import trying
from cityalert.preferences.forms import TimesForm
from cityalert.residents import actions
from cityalert.residents.forms import AddressForm, WishForm
from cityalert.residents.pages import has_worked, on_its_way, own, page, spoken
from cityalert.subscriptions import wishes
from cityalert.subscriptions.models import Subscriber
from cityalert.subscriptions.times import Times

PRESSES = "60/h/ip"


@require_http_methods(["GET", "HEAD", "POST"])
@throttled("subscribe-mine", PRESSES, looking=False)
@spoken
def mine(request: HttpRequest, language: str) -> HttpResponse:
    """All of it on one page; a press changes one thing."""
    at, press = clock.now(), request.POST.get("press", "")
    subscriber = own(request, at)
    if subscriber is None:
        return _closed(request, language)
    form = _wishes(request if press == "change" else None, subscriber)
    times = _times(request if press == "when" else None, subscriber)
    try:
        done = _do(request, subscriber, press, form, times)
    except Refusal as refusal:
        messages.error(request, str(refusal.sentence))
        done = "refused"
    if not done:
        status = 422 if request.method == "POST" else 200
        adding = AddressForm(initial={"channel": "email"})
        return _show(request, language, subscriber, form, adding, status, times)
    if press == "stop" and done != "refused":
        request.session.flush()
        return redirect("residents:over", language)
    return redirect("residents:mine", language)


@require_POST
@throttled("subscribe-mine", PRESSES)
@spoken
def add(request: HttpRequest, language: str) -> HttpResponse:
    """Another number or address of theirs."""
    at = clock.now()
    subscriber = own(request, at)
    if subscriber is None:
        return _closed(request, language)
    form = AddressForm(posted(request))
    if not form.is_valid() or not has_worked(form, at):
        return _show(request, language, subscriber, _wishes(None, subscriber), form, 422)
    clean = form.cleaned_data
    asking = actions.ask(
        clean["channel"],
        clean["address"],
        Language(subscriber.language),
        subscriber=subscriber,
        work=clean["work"],
        at=at,
    )
    return on_its_way(request, language, asking)


def _closed(request: HttpRequest, language: str) -> HttpResponse:
    """Nobody's, or not any more: here is how it is opened."""
    return page(request, "link", language, {"form": AddressForm(), "is_over": True}, clock.now(), status=404)


def _wishes(request: HttpRequest | None, subscriber: Subscriber) -> WishForm:
    wish = wishes.of(subscriber)
    initial = {
        "topics": [int(one) for one in topics.chosen(wish["topics"])],
        "severity": wish["severity"],
        "language": subscriber.language,
    }
    return WishForm(posted(request) if request else None, at=clock.now(), needs_place=False, initial=initial)


def _times(request: HttpRequest | None, subscriber: Subscriber) -> TimesForm:
    now = Times.of(subscriber)
    return TimesForm(posted(request) if request else None, now=now, with_language=False)


def _show(
    request: HttpRequest,
    language: str,
    subscriber: Subscriber,
    form: WishForm,
    adding: AddressForm,
    status: int,
    times: TimesForm | None = None,
) -> HttpResponse:
    at = clock.now()
    until = wishes.of(subscriber)["resumes_at"]
    trial = trying.last_trial_of(subscriber)
    came = {one.point.pk: one.outcome for one in trial.ways}
    context: dict[str, Any] = {
        "form": form,
        "adding": adding,
        "times": times or _times(None, subscriber),
        "points": [
            (point, point.label or veil(point.address), came.get(point.pk))
            for point in subscriber.contact_points.order_by("pk")
        ],
        "trial": trial,
        "places": subscriber.watch_areas.order_by("pk"),
        "resumes_at": until,
        "is_paused": until is not None and until > at,
    }
    return page(request, "mine", language, context, at, status=status)


def _do(request: HttpRequest, subscriber: Subscriber, press: str, form: WishForm, times: TimesForm) -> str:
    """Do what was pressed, and say it; nothing is done where nothing is returned."""
    at = clock.now()
    done = ""
    if press == "change" and form.is_valid():
        spoken_there = Language(form.cleaned_data["language"])
        actions.change(subscriber, wish=form.wish(), language=spoken_there, at=at)
        done = _("Saved.")
    elif press == "when" and times.is_valid():
        actions.choose_times(subscriber, times.times(), at=at)
        done = _("Saved.")
    elif press == "drop":
        place = request.POST.get("place", "")
        actions.drop_place(
            subscriber, int(place) if place.isascii() and place.isdigit() and len(place) < 18 else 0, at=at
        )
        done = _("Removed.")
    elif press == "pause":
        actions.pause(subscriber, request.POST.get("how_long", ""), at=at)
        done = _("Saved.")
    elif press == "try":
        trying.send_to_resident(subscriber, at=at)
        done = _("On its way. This page shows where it comes.")
    elif press == "stop":
        actions.leave(subscriber, at=at)
        return "left"
    if done:
        messages.success(request, done)
    return done

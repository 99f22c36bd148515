"""The quarantine and the sources: the same pages for a partner's people, and for those who run the installation."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cityalert.exchange import actions, leave, queries
from cityalert.exchange.cap.notes import Note
from cityalert.exchange.cap.opening import CapRefused
from cityalert.exchange.forms import SourceForm
from cityalert.exchange.leave import By
from cityalert.exchange.models import Source
from cityalert.exchange.views.reading import as_file
from cityalert.lib import clock
from cityalert.lib.forms import posted
from cityalert.lib.refusals import Refusal
from partners.actor import Actor
from partners.middleware import actor_required, staff_required
from partners.roles import Permission

_READ_OR_WRITE = require_http_methods(["GET", "POST"])
SHOWN = 200
# A raw document is shown so far; the whole can be saved.
SHOWN_BYTES = 20_000

View = Callable[..., HttpResponse]
Answering = Callable[..., HttpResponseBase]
Methods = Callable[[Answering], Answering]


def for_both(view: View, methods: Methods) -> tuple[Answering, Answering]:
    """The view for actors and the view for staff; it gets who it is for, and the namespace of its addresses."""

    @wraps(view)
    def of_actor(request: Any, /, **values: Any) -> HttpResponse:
        return view(request, request.actor, "exchange", **values)

    @wraps(view)
    def of_staff(request: Any, /, **values: Any) -> HttpResponse:
        return view(request, request.staff, "exchange_staff", **values)

    return methods(actor_required(of_actor)), methods(staff_required(of_staff))


def _quarantine(request: HttpRequest, by: By, ns: str) -> HttpResponse:
    """What waits, and why."""
    return render(
        request, "exchange/quarantine.html", {"waiting": queries.quarantined(by)[:SHOWN], **_may(by, ns)}
    )


def _kept(request: HttpRequest, by: By, ns: str, kept_id: UUID) -> HttpResponse:
    """One document that waits."""
    kept = queries.quarantined_for(by, kept_id)
    content = bytes(kept.raw)
    context = {
        "kept": kept,
        "beginning": content[:SHOWN_BYTES].decode("utf-8", "replace").replace("\0", ""),
        "is_cut": len(content) > SHOWN_BYTES,
        **_may(by, ns),
    }
    return render(request, "exchange/kept.html", context)


def _kept_raw(request: HttpRequest, by: By, ns: str, kept_id: UUID) -> HttpResponse:  # noqa: ARG001
    """Its bytes as they came."""
    return as_file(bytes(queries.quarantined_for(by, kept_id).raw), f"{kept_id}-as-received.xml")


def _try_again(request: HttpRequest, by: By, ns: str, kept_id: UUID) -> HttpResponse:
    """Read it once more."""
    try:
        taken = actions.try_again(by, kept_id, at=clock.now())
    except CapRefused as refused:
        messages.error(request, str(refused))
        return redirect(f"{ns}:kept", kept_id)
    if taken.external is None:
        messages.warning(request, _("It still cannot be used."))
        return redirect(f"{ns}:kept", kept_id)
    messages.success(request, _("It is an external alert now."))
    return (
        redirect("exchange:detail", taken.external.pk)
        if isinstance(by, Actor)
        else redirect(f"{ns}:quarantine")
    )


def _discard(request: HttpRequest, by: By, ns: str, kept_id: UUID) -> HttpResponse:
    """Throw it away."""
    actions.discard(by, kept_id, at=clock.now())
    messages.success(request, _("Discarded."))
    return redirect(f"{ns}:quarantine")


def _sources(request: HttpRequest, by: By, ns: str) -> HttpResponse:
    """Where alerts are fetched, and how that goes."""
    return render(request, "exchange/sources.html", {"sources": queries.sources(by), **_may(by, ns)})


def _add(request: HttpRequest, by: By, ns: str) -> HttpResponse:
    """One more."""
    leave.need_arrange(by)
    form = SourceForm(posted(request), instance=Source())
    return _written(request, by, ns, form, None)


def _source(request: HttpRequest, by: By, ns: str, source_id: UUID) -> HttpResponse:
    """One of them: how it goes, and what can be changed."""
    source = queries.source_for(by, source_id)
    form = SourceForm(posted(request), instance=source)
    return _written(request, by, ns, form, source)


def _poll(request: HttpRequest, by: By, ns: str, source_id: UUID) -> HttpResponse:
    """Look now."""
    actions.poll_now(by, source_id, at=clock.now())
    messages.success(request, _("It is looked at within a minute. Reload this page to see what came."))
    return redirect(f"{ns}:source", source_id)


def _remove(request: HttpRequest, by: By, ns: str, source_id: UUID) -> HttpResponse:
    """No more."""
    actions.remove_source(by, source_id, at=clock.now())
    messages.success(request, _("Removed. What came from it stays."))
    return redirect(f"{ns}:sources")


def _written(request: HttpRequest, by: By, ns: str, form: SourceForm, source: Source | None) -> HttpResponse:
    if form.is_bound and form.is_valid():
        at, data = clock.now(), form.cleaned_data
        try:
            kept = (
                actions.change_source(by, source.pk, data, at=at)
                if source
                else actions.add_source(by, data, at=at)
            )
        except Refusal as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("Saved. It is looked at within a minute."))
            return redirect(f"{ns}:source", kept.pk)
    shown = queries.source_for(by, source.pk) if source else None
    report = [(title, Note(*note)) for title, note in shown.report] if shown else []
    context = {"form": form, "source": shown, "report": report, **_may(by, ns)}
    return render(request, "exchange/source.html", context, status=422 if form.is_bound else 200)


def _may(by: By, ns: str) -> dict[str, Any]:
    may_bring = isinstance(by, Actor) and by.may(Permission.DRAFT)
    return {
        "may_bring": may_bring,
        "may_arrange": leave.may_arrange(by),
        "ns": ns,
        "is_staff": ns == "exchange_staff",
    }


quarantine, staff_quarantine = for_both(_quarantine, require_GET)
kept, staff_kept = for_both(_kept, require_GET)
kept_raw, staff_kept_raw = for_both(_kept_raw, require_GET)
try_again, staff_try_again = for_both(_try_again, require_POST)
discard, staff_discard = for_both(_discard, require_POST)
sources, staff_sources = for_both(_sources, require_GET)
add, staff_add = for_both(_add, _READ_OR_WRITE)
source, staff_source = for_both(_source, _READ_OR_WRITE)
poll, staff_poll = for_both(_poll, require_POST)
remove, staff_remove = for_both(_remove, require_POST)

"""Correcting what was published: new words or an end are one page and one button; all else is written like an alert."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cityalert.accounts import step_up
from cityalert.alerts import actions, content, preview, queries
from cityalert.alerts.actions.archiving import NotHeardYet
from cityalert.alerts.actions.correcting import ending_words
from cityalert.alerts.actions.leave import MayNot
from cityalert.alerts.forms import WordsForm
from cityalert.alerts.lifecycle import State
from cityalert.alerts.models import Alert
from cityalert.alerts.preview import Outlook
from cityalert.alerts.views.drafts import draft_for, go
from cityalert.alerts.vocabulary import Ending, MsgType
from cityalert.lib import clock
from cityalert.lib.refusals import NotThere, Refusal
from partners.middleware import Request, actor_required

_ENDED = frozenset({State.CANCELLED, State.IN_ERROR})

# Which of the three is meant, in the order of how much harm waiting does.
_PURPOSES = {
    Ending.ERROR: gettext_lazy(
        "It should never have gone out: the wrong place, the wrong words, or a drill."
    ),
    Ending.ALL_CLEAR: gettext_lazy("It was real, and the danger has passed."),
    Ending.CANCEL: gettext_lazy("It no longer holds, for any other reason."),
}


@require_POST
@actor_required
def update(request: Request, alert_id: UUID) -> HttpResponse:
    """A draft that says the same, to be changed."""
    draft = actions.start_update(request.actor, draft_for(request, alert_id), at=clock.now())
    return go(request, "alerts:compose", draft.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@actor_required
def amend(request: Request, alert_id: UUID) -> HttpResponse:
    """The words as they stand, to be changed, and the button that sends the update or asks a second person."""
    alert, at = draft_for(request, alert_id), clock.now()
    if alert.state in _ENDED:
        return _has_ended(request, alert)
    if request.method != "POST":
        return _show(request, _rehearse(request, alert, None, at))
    return _send(request, alert, None, at)


@require_GET
@actor_required
def correct(request: Request, alert_id: UUID) -> HttpResponse:
    """Every way to end it, each already written and one press away."""
    alert, at = draft_for(request, alert_id), clock.now()
    if alert.state in _ENDED:
        return _has_ended(request, alert)
    rehearsal = _rehearse(request, alert, Ending.ERROR, at)
    context = {
        **_context(request, rehearsal),
        "alert": alert,
        "words": content.words_in(alert, request.actor.language),
        "choices": [(one, one.label, purpose, _said(alert, one)) for one, purpose in _PURPOSES.items()],
    }
    return render(request, "alerts/correct.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@actor_required
def cancel(request: Request, alert_id: UUID) -> HttpResponse:
    """The words that end it, already written, and the button that sends them. `ending` says which of the three."""
    alert, at = draft_for(request, alert_id), clock.now()
    if alert.state in _ENDED:
        return _has_ended(request, alert)
    ending = (request.POST or request.GET).get("ending", "")
    ending = Ending(ending) if ending in Ending.values else Ending.CANCEL
    if request.method != "POST":
        return _show(request, _rehearse(request, alert, ending, at))
    return _send(request, alert, ending, at)


@require_POST
@actor_required
def archive(request: Request, alert_id: UUID) -> HttpResponse:
    """Put it away; before everyone has heard the correction only with a reason."""
    alert = draft_for(request, alert_id)
    try:
        actions.archive(request.actor, alert, request.POST.get("reason", ""), at=clock.now())
    except NotHeardYet as refusal:
        messages.warning(request, refusal.sentence)
        return go(request, "alerts:detail", alert.pk)
    messages.success(request, _("Put away."))
    return go(request, "web:home")


def _has_ended(request: Request, alert: Alert) -> HttpResponse:
    messages.info(request, _("This alert has already been ended. Everyone who heard it is told."))
    return go(request, "alerts:reach", alert.pk)


def _said(alert: Alert, ending: Ending) -> list[tuple[str, dict[str, str]]]:
    """What it would say, in each language the alert has."""
    return [(info.language, ending_words(info, ending)) for info in content.said_infos(alert)]


@dataclass
class Rehearsal:
    """What a correction would say and whom it would reach."""

    outlook: Outlook
    form: WordsForm
    replaced: Alert
    refusal: Refusal | None = None

    @property
    def only_asks(self) -> bool:
        """Does the button only ask a second person? An end never waits for one."""
        return self.outlook.alert.msg_type == MsgType.UPDATE and self.outlook.needs_second


def _send(request: Request, alert: Alert, ending: Ending | None, at: datetime) -> HttpResponse:
    rehearsal = _rehearse(request, alert, ending, at)
    form = rehearsal.form
    if any(name in request.POST for name in form.fields):
        form = rehearsal.form = WordsForm(request.POST, instance=rehearsal.outlook.alert)
        if not form.is_valid():
            return _show(request, rehearsal)
    try:
        draft = _carry_out(request, rehearsal, alert, ending, at)
    except (NotThere, MayNot):
        raise
    except Refusal as refusal:
        rehearsal.refusal = refusal
        if form.is_bound:
            form.refuse(refusal)
        return _show(request, rehearsal)
    if rehearsal.only_asks:
        messages.success(request, _("A second person was asked. Nobody is told before they agree."))
        return go(request, "alerts:compose", draft.pk)
    messages.success(request, _("Sent. Everyone who heard it is being told."))
    return go(request, "alerts:reach", draft.pk)


def _carry_out(
    request: Request, rehearsal: Rehearsal, alert: Alert, ending: Ending | None, at: datetime
) -> Alert:
    if not rehearsal.only_asks:
        step_up.require(request, code=request.POST.get("code"), at=at)
    with transaction.atomic():
        draft = _begin(request, alert, ending, at)
        if rehearsal.form.is_bound:
            draft = actions.edit(request.actor, draft, rehearsal.form.changes(), at=at)
        if rehearsal.only_asks:
            return actions.submit(request.actor, draft, at=at)
        return actions.publish(request.actor, draft, key=request.POST.get("key", ""), at=at)


def _begin(request: Request, alert: Alert, ending: Ending | None, at: datetime) -> Alert:
    if ending is None:
        return actions.start_update(request.actor, alert, at=at)
    return actions.start_cancel(request.actor, alert, ending, at=at)


def _rehearse(request: Request, alert: Alert, ending: Ending | None, at: datetime) -> Rehearsal:
    """Made, looked at and rolled back: whoever only looks has written nothing."""
    with transaction.atomic():
        draft = queries.get_for(request.actor, _begin(request, alert, ending, at).pk)
        outlook = preview.of(request.actor, draft, at)
        # They ask the database, which is about to forget the draft.
        form, _said = WordsForm(instance=draft), (outlook.said, outlook.needs_second, outlook.share)
        transaction.set_rollback(True)
    return Rehearsal(outlook, form, alert)


def _show(request: Request, rehearsal: Rehearsal) -> HttpResponse:
    refusal = rehearsal.refusal
    status = refusal.status if refusal else 422 if rehearsal.form.errors else 200
    return render(request, "alerts/say_again.html", _context(request, rehearsal), status=status)


def _context(request: Request, rehearsal: Rehearsal) -> dict[str, Any]:
    return {
        "alert": rehearsal.outlook.alert,
        "replaced": rehearsal.replaced,
        "outlook": rehearsal.outlook,
        "form": rehearsal.form,
        "refusal": rehearsal.refusal,
        "key": request.POST.get("key") or str(uuid4()),
        "code": request.POST.get("code", ""),
        "asks_code": not rehearsal.only_asks and not step_up.fresh(request, rehearsal.outlook.at),
        "passkey_url": step_up.passkey_url(),
        "words": content.words_in(rehearsal.replaced, request.actor.language),
    }

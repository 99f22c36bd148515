"""Writing an alert: start a draft, keep what is typed, take prepared wording, throw it away."""

from datetime import datetime, timedelta
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from cityalert.alerts import actions, content, prepared, queries
from cityalert.alerts.actions.writing import ESCALATE_AFTER_MIN
from cityalert.alerts.forms import AlertForm
from cityalert.alerts.lifecycle import UNSAID, State
from cityalert.alerts.models import Alert
from cityalert.alerts.templates import Template
from cityalert.alerts.views.drafts import Draft, draft_for, go, keep, severities, show_page, show_preview
from cityalert.alerts.views.releasing import show_waiting
from cityalert.alerts.vocabulary import MsgType, Scope
from cityalert.lib import clock, words
from cityalert.lib.language import Language
from cityalert.lib.refusals import NotThere
from cityalert.lib.severity import Severity
from partners.middleware import Request, actor_required
from partners.roles import Permission

_FROM_TEMPLATE = ("event", "category", "response_type", "urgency", "severity", "certainty", "scope", "tlp")


@require_POST
@actor_required
def new(request: Request) -> HttpResponse:
    """A draft, from prepared wording or from nothing."""
    if not request.actor.may(Permission.DRAFT):
        raise NotThere
    key = request.POST.get("template", "")
    template = prepared.template(request.actor.partner_id, key)
    if key and template is None:
        messages.warning(request, _("That template is not there any more. Choose another."))
    alert = actions.create_draft(request.actor, template, at=clock.now())
    return go(request, "alerts:compose", alert.pk)


@require_GET
@actor_required
def compose(request: Request, alert_id: UUID) -> HttpResponse:
    """The page where it is written, or where it waits for a second person."""
    alert, at = draft_for(request, alert_id), clock.now()
    if alert.state not in UNSAID:
        return go(request, "alerts:reach", alert.pk)
    if alert.msg_type == MsgType.CANCEL:
        return go(request, "alerts:cancel", alert.references.latest("published_at").pk)
    if alert.state != State.DRAFT:
        return show_waiting(request, alert, at)
    if request.htmx:
        # The page of somebody who waited, and was sent back to write.
        return go(request, "alerts:compose", alert.pk)
    return show_page(request, Draft(request.actor, alert, AlertForm(instance=alert, at=at), at))


@require_POST
@actor_required
def preview(request: Request, alert_id: UUID) -> HttpResponse:
    """Keep what was typed, and show what publishing would do."""
    draft = keep(request, draft_for(request, alert_id), clock.now())
    if "expires_in_min" not in request.POST:
        return show_preview(request, draft)
    # A quick end was pressed: the exact time beside it follows.
    return show_preview(request, draft, ends=AlertForm(instance=draft.alert, at=draft.at)["expires_at"])


@require_POST
@actor_required
def save(request: Request, alert_id: UUID) -> HttpResponse:
    """Keep what was typed, and leave."""
    draft = keep(request, draft_for(request, alert_id), clock.now())
    if not draft.is_sound:
        return show_preview(request, draft)
    messages.success(request, _("The draft is kept."))
    return go(request, "alerts:inbox")


@require_POST
@actor_required
def template(request: Request, alert_id: UUID) -> HttpResponse:
    """Take prepared wording. Words that somebody wrote are replaced only when they say so."""
    alert, at = draft_for(request, alert_id), clock.now()
    key = request.POST.get("template")
    chosen = prepared.template(request.actor.partner_id, key or "")
    if key == "":
        # Words of one's own: those that are there, and all of them may be changed.
        draft = keep(request, alert, at, template=None)
        return show_preview(request, draft, filled=True, severities=severities(draft))
    if chosen is None:
        return show_preview(request, keep(request, alert, at))
    if "replace" not in request.POST and _is_own_work(request, alert):
        return show_preview(request, keep(request, alert, at), asked_to_replace=chosen)
    draft = keep(request, alert, at, _filled(request.POST, chosen, alert, at), template=chosen)
    return show_preview(request, draft, filled=True, severities=severities(draft))


@require_POST
@actor_required
def discard(request: Request, alert_id: UUID) -> HttpResponse:
    """Throw the draft away."""
    actions.discard(request.actor, draft_for(request, alert_id), at=clock.now())
    undo = reverse("alerts:restore", args=[alert_id])
    messages.success(request, _("The draft was thrown away. Nobody was told anything."), extra_tags=undo)
    return go(request, "alerts:inbox")


@require_POST
@actor_required
def restore(request: Request, alert_id: UUID) -> HttpResponse:
    """Bring back what was thrown away."""
    thrown = queries.discarded_for(request.actor, alert_id)
    actions.restore(request.actor, thrown, at=clock.now())
    messages.success(request, _("The draft is back."))
    return go(request, "alerts:compose", alert_id)


def _is_own_work(request: Request, alert: Alert) -> bool:
    """Did a person write any of these words, rather than a template?"""
    ready = [one.words for one in prepared.templates(request.actor.partner_id)]
    if alert.template:
        ready.append(alert.template.filled(content.filled_in(alert)))
    for language in Language.values:
        typed = {name: words.block(request.POST.get(f"{language}_{name}", "")) for name in content.WORDS}
        if any(typed.values()) and typed not in [one.get(language) for one in ready]:
            return True
    return False


def _filled(posted: QueryDict, chosen: Template, alert: Alert, at: datetime) -> QueryDict:
    """What was posted, with the template's values in place of what it sets."""
    data = posted.copy()
    for name in _FROM_TEMPLATE:
        data[name] = str(getattr(chosen, name))
    if chosen.scope == Scope.PUBLIC and not alert.partner.may_alert_public:
        data["scope"] = Scope.RESTRICTED.value
    if chosen.severity >= Severity.SEVERE and not posted.get("escalate_after_min"):
        data["escalate_after_min"] = str(ESCALATE_AFTER_MIN)
    for language, said in chosen.words.items():
        for name, text in said.items():
            data[f"{language}_{name}"] = text
    ends_at = timezone.localtime(at + timedelta(minutes=chosen.lasts_min))
    data["expires_at"] = ends_at.strftime("%Y-%m-%dT%H:%M")
    data.pop("expires_in_min", None)
    return data

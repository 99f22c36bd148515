"""What the writing pages share: which draft it is, keeping what was typed, and the answer that shows it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

from cityalert.alerts import actions, lifecycle, lost_on_map, prepared, preview, queries
from cityalert.alerts.actions.drafting import ChangedMeanwhile
from cityalert.alerts.actions.wording import NotUsable
from cityalert.alerts.checklist import Check
from cityalert.alerts.conflicts import Conflict, differing
from cityalert.alerts.forms import AlertForm
from cityalert.alerts.lifecycle import Act, NotAllowed
from cityalert.alerts.models import Alert
from cityalert.alerts.preview import Outlook
from cityalert.alerts.readiness import NotReady
from cityalert.alerts.vocabulary import MsgType
from cityalert.geo.shapes import ShapeRefused
from cityalert.lib.language import Language
from cityalert.lib.refusals import NotThere, Refusal
from partners.actor import Actor
from partners.middleware import Request
from partners.roles import Permission

# What pressing +30 min and its like gives, in minutes.
QUICK_ENDS = (30, 60, 120, 240)


@dataclass
class Draft:
    """A draft on the page: as it is kept, as it is typed, and why it could not be kept if it could not."""

    actor: Actor
    alert: Alert
    form: AlertForm
    at: datetime
    refusal: Refusal | None = None
    # Words that blanks changed, beside what was typed.
    moved: list[str] = field(default_factory=list)

    def outlook(self, *, at_once: bool) -> Outlook:
        """What publishing would do. Nothing is counted for an area that is not the one on the screen."""
        shown = self.alert
        if "shapes" in self.form.errors:
            shown = queries.get_for(self.actor, shown.pk)
            shown.area = None
        return preview.of(self.actor, shown, self.at, at_once=at_once)

    @property
    def conflicts(self) -> list[Conflict]:
        """Where what was typed differs from what somebody else has kept meanwhile."""
        if not isinstance(self.refusal, ChangedMeanwhile):
            return []
        kept = queries.get_for(self.actor, self.alert.pk)
        return differing(self.form, AlertForm(instance=kept, at=self.at))

    @property
    def by_machine(self) -> dict[str, dict[str, Any]]:
        """Per language: whether a machine wrote its words, and whether one could."""
        has_machine = bool(settings.TRANSLATOR) and self.alert.msg_type != MsgType.CANCEL
        infos = {info.language: info for info in self.alert.infos.all()}
        return {
            language: {
                "language": language,
                "is_machine": language in infos and infos[language].is_machine_translated,
                "offers": has_machine and not (language in infos and infos[language].headline),
            }
            for language in Language.values
        }

    @property
    def is_sound(self) -> bool:
        """Is everything that was typed kept?"""
        return not self.form.errors and self.refusal is None

    def context(self, *, at_once: bool = True) -> dict[str, Any]:
        """For every template of the compose page; who reviews it before sending is answered exactly."""
        outlook = self.outlook(at_once=at_once)
        return {
            "alert": self.alert,
            "form": self.form,
            "outlook": outlook,
            "checks": self.checks(outlook),
            "refusal": self.refusal,
            "conflicts": self.conflicts,
            "by_machine": self.by_machine,
            "version": actions.version(self.alert),
            "other_version": self.refusal.detail.get("version") if self.refusal else None,
            "at": self.at,
            "quick_ends": QUICK_ENDS,
            "moved": [self.form[name].as_widget(attrs={"hx-swap-oob": "true"}) for name in self.moved],
            "fault_at": ",".join(str(degree) for degree in self.form.shape_detail.get("at", ())),
            # Asked only where the audience is drawn anew.
            "saved_areas": prepared.areas_for(self.alert.partner_id, self.alert.event),
            "audiences": queries.audiences(self.actor),
            "sites": lost_on_map.marked(outlook.sites.geojson, outlook.unreachable)
            if outlook.sites.count <= preview.SITES_ON_MAP
            else "",
        }

    def checks(self, outlook: Outlook) -> list[Check]:
        """First what is wrong with what was typed, then what publishing asks for."""
        typed = [
            Check(str(sentence), "wrong", "area" if name == "shapes" else name)
            for name, sentences in self.form.errors.items()
            for sentence in sentences
        ]
        known = {check.field for check in typed if check.field}
        return typed + [check for check in outlook.checks if check.field not in known]


def draft_for(request: Request, alert_id: UUID) -> Alert:
    """An alert of the actor's own partner, if they may write. Anything else is not there."""
    alert = queries.get_for(request.actor, alert_id)
    if not request.actor.may(Permission.DRAFT, for_=alert.partner):
        raise NotThere
    return alert


def keep(
    request: Request,
    alert: Alert,
    at: datetime,
    data: QueryDict | None = None,
    **more: Any,
) -> Draft:
    """Keep all that is usable of what was typed; the form says what is not. `more`: what it now comes from."""
    data = request.POST if data is None else data
    if "template" in more:
        alert.template, alert.blanks = more["template"], {}
    form = AlertForm(data, instance=alert, at=at)
    draft = Draft(request.actor, alert, form, at)
    try:
        with actions.unchanged_since(alert, data.get("version", "")) as held:
            # What waits for a second person is not changed behind their back.
            lifecycle.after(held.state, Act.SUBMIT)
            draft.alert = _keep_usable(draft, held, more)
            draft.moved = form.follow(draft.alert)
    except (ChangedMeanwhile, NotAllowed) as refusal:
        draft.refusal = refusal
    return draft


def _keep_usable(draft: Draft, held: Alert, more: Mapping[str, Any]) -> Alert:
    """What the rules refuse joins what the form refused, and the rest is tried again."""
    wrong = -1
    while len(draft.form.errors) > wrong:
        wrong = len(draft.form.errors)
        try:
            return actions.edit(draft.actor, held, {**draft.form.changes(), **more}, at=draft.at)
        except (NotUsable, NotReady, ShapeRefused) as refusal:
            draft.form.refuse(refusal)
    return held


def show_preview(request: Request, draft: Draft, **more: Any) -> HttpResponse:
    """The fragment that goes into the page, or the whole page for a browser without script."""
    status = 200 if draft.is_sound else 422
    if request.htmx:
        return render(
            request, "alerts/_preview.html", {**draft.context(), "oob": True, **more}, status=status
        )
    return show_page(request, draft, status=status, **more)


def show_page(request: Request, draft: Draft, *, status: int = 200, **more: Any) -> HttpResponse:
    """The compose page."""
    context = {
        **draft.context(),
        "templates": prepared.templates(request.actor.partner_id),
        "replaced": queries.replaced_words(draft.alert, request.actor.language),
        "returned": queries.last_return(draft.alert),
        "severities": severities(draft),
        **more,
    }
    return render(request, "alerts/compose.html", context, status=status)


def severities(draft: Draft) -> list[Any]:
    """The buttons, the gravest first."""
    return list(draft.form["severity"])[::-1]


def to_mend(response: HttpResponse, check: Check) -> HttpResponse:
    """Beside the preview: the first thing in the way, said and shown."""
    response.headers["HX-Retarget"] = "#preview"
    response.headers["HX-Reswap"] = "innerHTML"
    response.headers["HX-Trigger-After-Settle"] = json.dumps(
        {"toast": check.sentence, "mend": {"field": check.field}}
    )
    return response


def go(request: Request, name: str, *args: object) -> HttpResponse:
    """To another page, also from a fragment."""
    if request.htmx:
        return HttpResponseClientRedirect(reverse(name, args=args))
    return redirect(reverse(name, args=args))

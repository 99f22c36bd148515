"""Writing an alert: start one, change it. What makes it ready to leave the building is in `readiness`."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cityalert.alerts import audience_words, content, lifecycle, participants, readiness
from cityalert.alerts.actions.leave import hold, need
from cityalert.alerts.actions.wording import NotUsable, text, write_words
from cityalert.alerts.lifecycle import WAITING, Act, State
from cityalert.alerts.models import Alert, Info, SavedAudience
from cityalert.alerts.templates import Template
from cityalert.alerts.vocabulary import MsgType, Scope, Status
from cityalert.audit.record import record
from cityalert.audit.verbs import Verb
from cityalert.geo import queries as geo
from cityalert.lib import words
from cityalert.lib.language import Language
from cityalert.lib.severity import Severity
from cityalert.live.announce import announce
from partners.actor import Actor
from partners.groups.queries import addressable
from partners.models import Partner
from partners.roles import Permission, Role
from partners.sectors import Sector

LASTS = timedelta(hours=1)
ESCALATE_AFTER_MIN = 5

_LINES = ("area_desc", "area_desc_fr", "exercise_note")
_CHOICES = (
    "status", "scope", "event", "category", "response_type", "urgency", "severity", "certainty", "tlp",
    "escalate_after_min", "asks_response", "audience_margin_m",
)  # fmt: skip
_LISTS: dict[str, frozenset[str]] = {
    "audience_kinds": frozenset(Partner.Kind.values),
    "audience_sectors": frozenset(Sector.values),
    "audience_roles": frozenset(Role.values),
}
# What a correction may not change: an exercise stays one, and whoever heard the first hears the cancel.
_FIXED = {
    MsgType.ALERT: frozenset[str](),
    MsgType.UPDATE: frozenset({"status", "template", *participants.FIELDS}),
    MsgType.CANCEL: frozenset(
        {
            "status",
            "template",
            "scope",
            "shapes",
            "saved_area",
            *participants.FIELDS,
            *audience_words.FIELDS,
        }
    ),
}
_FROM_TEMPLATE = (
    "event", "category", "response_type", "urgency", "severity", "certainty", "scope", "tlp",
)  # fmt: skip


@transaction.atomic
def create_draft(actor: Actor, template: Template | None, *, at: datetime) -> Alert:
    """Start an alert, from prepared wording or from nothing."""
    alert = Alert(
        partner=actor.partner, created_by=actor.user, created_at=at, edited_by=actor.user, edited_at=at
    )
    need(actor, Permission.DRAFT, alert)
    alert.expires_at = at + LASTS
    if template:
        for name in _FROM_TEMPLATE:
            setattr(alert, name, getattr(template, name))
        alert.template, alert.expires_at = template, at + timedelta(minutes=template.lasts_min)
    if alert.scope == Scope.PUBLIC and not actor.partner.may_alert_public:
        alert.scope = Scope.RESTRICTED
    default = SavedAudience.objects.filter(partner=actor.partner_id, is_default=True).first()
    if default:
        for name in audience_words.FIELDS:
            setattr(alert, name, getattr(default, name))
    if alert.severity >= Severity.SEVERE:
        alert.escalate_after_min = ESCALATE_AFTER_MIN
    alert.save(force_insert=True)
    for language in Language.values:
        said = template.words.get(language, {}) if template else {}
        Info.objects.create(
            alert=alert, language=language, **{name: said.get(name, "") for name in content.WORDS}
        )
    began = {"template": template.key, "version": template.number} if template else {"template": None}
    record(Verb.ALERT_DRAFTED, actor, alert, at=at, **began)
    return alert


@transaction.atomic
def edit(actor: Actor, alert: Alert, data: Mapping[str, Any], *, at: datetime) -> Alert:
    """Change a draft. Names missing from `data` stay as they are, names unknown here are passed over.

    Beside the alert's own fields `data` may hold "shapes", the area as the editor gives it (`geo.shapes.parse`),
    "words": {"en": {"headline", "instruction", "description"}, …}, "template", whose words are in "words", and
    "blanks": {"en": {"place": "King and Bay"}, …}. What a correction may not change is left as it was; a changed
    alert has to be submitted again. Raises NotUsable or ShapeRefused, which name the field.
    """
    need(actor, Permission.DRAFT, alert)
    alert = hold(alert)
    lifecycle.after(alert.state, Act.EDIT)
    before, editor_before = content.fingerprint(alert), alert.edited_by_id
    data = {name: value for name, value in data.items() if name not in _FIXED[MsgType(alert.msg_type)]}
    _check_scope(alert, data)
    _write_fields(alert, data)
    _write_audience(alert, data)
    _write_invited(alert, data)
    if "shapes" in data:
        _write_area(alert, data["shapes"])
    if "saved_area" in data:
        alert.saved_area = data["saved_area"]
    _write_times(alert, data, at)
    _clean(alert, (*_LINES, *_CHOICES, *_LISTS, "audience_groups", *participants.FIELDS))
    write_words(alert, data)
    changed = content.fingerprint(alert) != before
    was_with_others = alert.state in WAITING
    if changed:
        alert.edited_by, alert.edited_at = actor.user, at
        withdraw(alert)
    alert.save()
    if changed:
        announce(alert.topic, "edited")
    # Who had a hand in it is kept; each pause in typing is not.
    if changed and (was_with_others or editor_before != actor.user_id):
        record(Verb.ALERT_EDITED, actor, alert, at=at, approval_voided=was_with_others)
    return alert


def withdraw(alert: Alert) -> None:
    """Back to a draft: nobody has submitted what it says now, and nobody has agreed to it."""
    alert.state = State.DRAFT
    alert.submitted_at = alert.submitted_by = alert.approved_by = None
    alert.submitted_hash = ""
    alert.approvals.all().delete()


def _check_scope(alert: Alert, data: Mapping[str, Any]) -> None:
    narrows = data.get("scope", Scope.PUBLIC) != Scope.PUBLIC
    if narrows and alert.references.filter(scope=Scope.PUBLIC).exists():
        # The public hears every correction of what it heard, and what the public hears has two authors.
        raise NotUsable(_("The public heard the first version, so it hears the update."), field="scope")


def _write_fields(alert: Alert, data: Mapping[str, Any]) -> None:
    for name in _LINES:
        if name in data:
            setattr(alert, name, words.line(text(data[name], name)))
    for name in _CHOICES:
        if name in data:
            setattr(alert, name, data[name])


def _write_audience(alert: Alert, data: Mapping[str, Any]) -> None:
    for name, known in _LISTS.items():
        if name in data:
            chosen = [str(one) for one in data[name] or ()]
            if not known.issuperset(chosen):
                raise NotUsable(field=name)
            setattr(alert, name, sorted(set(chosen)))
    if "audience_groups" in data:
        groups = {_uuid(one, "audience_groups") for one in data["audience_groups"] or ()}
        # What was chosen before stays chosen, whatever became of it: left out in silence, it would mean everyone.
        fresh = groups.difference(alert.audience_groups)
        if addressable(alert.partner_id).filter(pk__in=fresh).count() != len(fresh):
            raise NotUsable(
                _("A chosen group is not there any more. Choose it again."), field="audience_groups"
            )
        alert.audience_groups = sorted(groups)


def _write_invited(alert: Alert, data: Mapping[str, Any]) -> None:
    """Who takes part in what is not real. What is real has no list, whatever was chosen before."""
    if alert.status == Status.ACTUAL:
        alert.invited_partners, alert.invited_members = [], []
        return
    partners, members = set(alert.invited_partners), set(alert.invited_members)
    if "invited_partners" in data:
        partners = {_uuid(one, "invited_partners") for one in data["invited_partners"] or ()}
    if "invited_members" in data:
        members = {_key(one, "invited_members") for one in data["invited_members"] or ()}
    # Who was chosen before stays chosen, whatever became of them.
    fresh = partners.difference(alert.invited_partners), members.difference(alert.invited_members)
    if not participants.may_choose(alert.partner, *fresh):
        raise NotUsable(
            _("Somebody you chose cannot take part any more. Choose again."), field="invited_partners"
        )
    alert.invited_partners, alert.invited_members = sorted(partners), sorted(members)


def _write_area(alert: Alert, value: object) -> None:
    if value in (None, "", {}) or value == {"shapes": [], "zones": []}:
        alert.shapes, alert.area, alert.saved_area = {}, None, None
        return
    if value == alert.shapes and alert.area is not None:
        return
    area = geo.area_of(value)
    readiness.check_place(alert, area.geometry)
    alert.shapes, alert.area, alert.saved_area = area.shapes, area.geometry, None


def _write_times(alert: Alert, data: Mapping[str, Any], at: datetime) -> None:
    if "expires_at" in data:
        alert.expires_at = data["expires_at"]
        readiness.check_expiry(alert, at)
    if "onset_at" in data:
        alert.onset_at = data["onset_at"]
    readiness.check_onset(alert, at)


def _clean(alert: Alert, names: Iterable[str]) -> None:
    """The model's own rules for these fields (choices, lengths), as a refusal."""
    others = {field.name for field in alert._meta.fields}.difference(names)
    try:
        alert.clean_fields(exclude=others)
    except ValidationError as error:
        name, messages = next(iter(error.message_dict.items()))
        raise NotUsable(messages[0], field=name) from error


def _uuid(value: object, field: str) -> UUID:
    try:
        return UUID(str(value))
    except ValueError as error:
        raise NotUsable(field=field) from error


def _key(value: object, field: str) -> int:
    said = str(value)
    if not (said.isascii() and said.isdigit() and len(said) < 19):
        raise NotUsable(field=field)
    return int(said)

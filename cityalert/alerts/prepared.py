"""Reads of what is prepared: wording a partner may use (its own, and the network's), and the areas it has saved."""

from uuid import UUID

from django.db.models import Q, QuerySet

from cityalert.alerts.areas import SavedArea
from cityalert.alerts.templates import Template
from cityalert.alerts.vocabulary import Category, Certainty, ResponseType, Scope, Urgency
from cityalert.lib.refusals import NotThere
from cityalert.lib.severity import Severity
from cityalert.lib.tlp import Tlp
from partners.actor import Actor, Staff
from partners.roles import Permission

# A partner keeps its own; staff keep the network's.
By = Actor | Staff


def may_keep(by: By) -> bool:
    """Does this person write, change and retire templates?"""
    return isinstance(by, Staff) or by.may(Permission.PUBLISH) or by.may(Permission.MANAGE)


def templates(partner_id: UUID) -> list[Template]:
    """What may be used at this moment: the partner's own first."""
    usable = Template.objects.filter(Q(partner=partner_id) | Q(partner=None), ended_at=None)
    return sorted(usable, key=lambda one: one.partner_id is None)


def template(partner_id: UUID, key: str) -> Template | None:
    """One of them, if there is such a one."""
    return next((one for one in templates(partner_id) if one.key == key), None)


def kept(by: By) -> list[Template]:
    """The latest version of all that are theirs, also of the retired. Raises NotThere."""
    return list(_own(by).order_by("key", "-number").distinct("key").select_related("made_by"))


def networks() -> list[Template]:
    """What the network offers to all."""
    return list(Template.objects.filter(partner=None, ended_at=None))


def like(by: By, key: str) -> Template:
    """The beginning of a new one: like another that may be used, or an empty one."""
    usable = Template.objects.filter(Q(partner=by.partner_id) | Q(partner=None), ended_at=None)
    model = usable.filter(key=key.replace("\0", "")).first()
    if model is None:
        return Template(
            words={}, locked=["headline", "instruction", "description"], lasts_min=60, severity=Severity.MODERATE,
            event="other", category=Category.SECURITY, response_type=ResponseType.MONITOR, urgency=Urgency.IMMEDIATE,
            certainty=Certainty.OBSERVED, scope=Scope.RESTRICTED, tlp=Tlp.AMBER,
        )  # fmt: skip
    model.pk, model.key, model.number, model.partner_id = None, "", 0, by.partner_id
    return model


def versions(by: By, key: str) -> list[Template]:
    """All versions of one that is theirs, the latest first. Raises NotThere."""
    found = list(_own(by).filter(key=key).order_by("-number").select_related("made_by"))
    if not found:
        raise NotThere
    return found


def areas(partner_id: UUID) -> QuerySet[SavedArea]:
    """The areas a partner has saved, by name."""
    return SavedArea.objects.filter(partner=partner_id, ended_at=None)


def areas_for(partner_id: UUID, event: str) -> list[SavedArea]:
    """The same, those that were saved for such an event first."""
    return sorted(areas(partner_id).defer("shapes", "area"), key=lambda one: one.event != event)


def area(partner_id: UUID, key: str) -> SavedArea:
    """One of them. Raises NotThere."""
    found = areas(partner_id).filter(key=key.replace("\0", "")).first()
    if found is None:
        raise NotThere
    return found


def _own(by: By) -> QuerySet[Template]:
    if not may_keep(by):
        raise NotThere
    return Template.objects.filter(partner=by.partner_id)

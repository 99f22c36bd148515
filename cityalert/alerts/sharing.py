"""How widely an alert is shared, against what its author's role and the chosen groups allow."""

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from cityalert.alerts import marking
from cityalert.alerts.models import Alert
from cityalert.alerts.vocabulary import MsgType, Scope, Status
from cityalert.lib.refusals import Refusal
from cityalert.lib.tlp import Tlp
from partners.actor import Actor
from partners.groups.queries import addressable
from partners.groups.rules import Breadth, widest
from partners.roles import Role
from partners.sharing import SharingGroup


class TooWide(Refusal):
    """The role alone does not reach so far."""

    code = "too_wide"
    status = 409
    sentence = _(
        "Your role reaches the sharing groups you are in. Choose groups, or have a second person approve it."
    )


class GroupGone(Refusal):
    """A chosen group is closed, or the author's partner is no longer in it."""

    code = "group_gone"
    status = 422
    sentence = _("A chosen group is not there any more. Choose it again.")


class TooStrict(Refusal):
    """The marking is stricter than a chosen group takes."""

    code = "too_strict"
    status = 422
    sentence = _("A chosen group does not take anything of this marking.")


def called(group: SharingGroup) -> str:
    """A group where it can be chosen: with the strictest marking it takes, before anything is refused."""
    if group.ceiling == Tlp.RED:
        return group.name
    return _("%(group)s (up to %(label)s)") % {"group": group.name, "label": marking.shown_in(group.ceiling)}


def meant_for_all() -> list[str]:
    """Which statuses the public pages show: what is meant, and tests where the city wants so. Exercises never."""
    return [Status.ACTUAL, *([Status.TEST] if settings.PUBLIC_TESTS else [])]


def is_for_all(alert: Alert) -> bool:
    """May everybody read it once it is published?"""
    return alert.scope == Scope.PUBLIC and alert.status in meant_for_all() and marking.is_for_all(alert)


def breadth(alert: Alert) -> Breadth:
    """How far it goes among partners."""
    return Breadth.GROUPS if alert.audience_groups else Breadth.AREA


def is_within(actor: Actor, alert: Alert) -> bool:
    """May the actor's role address so many by itself? Whoever heard it hears that it is over, from anybody."""
    if alert.msg_type == MsgType.CANCEL:
        return True
    return breadth(alert) <= widest(Role(actor.membership.role), actor.partner.kind)


def check_ceiling(actor: Actor, alert: Alert) -> None:
    """Raise TooWide if the actor's role does not reach so far."""
    if not is_within(actor, alert):
        raise TooWide(field="audience_groups")


def check_groups(alert: Alert) -> None:
    """Every chosen group is the author's to address, and takes what is marked so. Raises GroupGone or TooStrict."""
    if not alert.audience_groups:
        return
    groups = list(addressable(alert.partner_id).filter(pk__in=alert.audience_groups))
    if len(groups) != len(alert.audience_groups):
        raise GroupGone(field="audience_groups")
    for group in groups:
        if not Tlp(alert.tlp).is_within(Tlp(group.ceiling)):
            sentence = _(
                "“%(group)s” takes nothing stricter than TLP:%(ceiling)s. Change the marking, or the audience."
            )
            raise TooStrict(sentence % {"group": group.name, "ceiling": group.ceiling}, field="tlp")

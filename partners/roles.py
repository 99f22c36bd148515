"""What each role may do, in one table. Who holds a role is in `models.Membership`; asking is `Actor.may`."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    """What a person is for a partner; `PERMISSIONS` says what follows."""

    OWNER = "owner", _("Owner")
    ADMINISTRATOR = "administrator", _("Administrator")
    PUBLISHER = "publisher", _("Publisher")
    APPROVER = "approver", _("Approver")
    OPERATOR = "operator", _("Operator")
    ANALYST = "analyst", _("Analyst")
    VIEWER = "viewer", _("Viewer")


class Permission(TextChoices):
    """Object permissions on a partner; the values are guardian's codenames."""

    VIEW = "view_as_member", _("See what the partner sees")
    ANSWER = "answer_alerts", _("Acknowledge alerts and respond")
    DRAFT = "draft_alerts", _("Write alerts")
    PUBLISH = "publish_alerts", _("Publish, update and cancel alerts")
    APPROVE = "approve_alerts", _("Approve alerts as the second person")
    REACH = "view_reach", _("See who was reached")
    MANAGE = "manage_partner", _("Manage members and sites")
    SIGN = "sign_agreements", _("Sign agreements for the partner")
    AUDIT = "view_audit", _("Read the audit log")


_P = Permission
PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.OWNER: frozenset({_P.VIEW, _P.ANSWER, _P.REACH, _P.MANAGE, _P.SIGN, _P.AUDIT}),
    Role.ADMINISTRATOR: frozenset({_P.VIEW, _P.ANSWER, _P.REACH, _P.MANAGE, _P.AUDIT}),
    Role.PUBLISHER: frozenset({_P.VIEW, _P.ANSWER, _P.DRAFT, _P.PUBLISH, _P.REACH}),
    Role.APPROVER: frozenset({_P.VIEW, _P.ANSWER, _P.DRAFT, _P.PUBLISH, _P.APPROVE, _P.REACH}),
    Role.OPERATOR: frozenset({_P.VIEW, _P.ANSWER}),
    Role.ANALYST: frozenset({_P.VIEW, _P.REACH, _P.AUDIT}),
    Role.VIEWER: frozenset({_P.VIEW}),
}

# Whoever may do one of these signs in with a second factor.
NEEDS_SECOND_FACTOR = frozenset({_P.PUBLISH, _P.APPROVE, _P.MANAGE, _P.SIGN})

# Who is told when an alert names no roles.
TOLD_BY_DEFAULT = (Role.OWNER, Role.ADMINISTRATOR, Role.PUBLISHER, Role.APPROVER, Role.OPERATOR)


def needs_second_factor(role: Role) -> bool:
    """May this role do anything that asks for a second factor?"""
    return bool(PERMISSIONS[role] & NEEDS_SECOND_FACTOR)

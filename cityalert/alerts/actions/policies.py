"""A partner decides how many of its people stand behind what it sends."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from cityalert.alerts import readiness
from cityalert.alerts.actions.leave import MayNot
from cityalert.alerts.actions.wording import NotUsable
from cityalert.alerts.approvals import ApprovalPolicy
from cityalert.audit.record import record
from cityalert.audit.verbs import Verb
from partners.actor import Actor
from partners.models import Partner
from partners.roles import Permission

FIELDS = ("second_from_severity", "second_from_km2", "third_from_severity", "third_from_km2")


@transaction.atomic
def change_policy(actor: Actor, data: Mapping[str, Any], *, at: datetime) -> ApprovalPolicy:
    """From which severity and size on one more person is asked; None: never. What waits is asked by the new one."""
    if not actor.may(Permission.MANAGE):
        raise MayNot
    # Two who change it at once wait for one another here: there may be no row of the policy yet.
    Partner.objects.select_for_update().get(pk=actor.partner_id)
    policy = readiness.policy_of(actor.partner_id)
    before = {name: getattr(policy, name) for name in FIELDS}
    for name in FIELDS:
        setattr(policy, name, data.get(name))
    try:
        policy.clean_fields()
    except ValidationError as error:
        name, messages = next(iter(error.message_dict.items()))
        raise NotUsable(messages[0], field=name) from error
    after = {name: getattr(policy, name) for name in FIELDS}
    if after != before:
        policy.save()
        record(Verb.APPROVAL_POLICY_CHANGED, actor, actor.partner, at=at, before=before, after=after)
    return policy

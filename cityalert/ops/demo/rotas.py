"""How two of the demo city's partners are called while nobody answers, and who of them is on duty."""

from cityalert.duty.models import Policy, Step
from cityalert.duty.steps import EVERYBODY, Whom
from cityalert.duty.steps import Step as Said
from cityalert.lib.severity import Severity
from cityalert.ops.demo.identity import uid

_POLICIES = {
    ("td-centre", Severity.MODERATE): (
        Said(0, Whom.ON_DUTY),
        Said(3, Whom.TOLD),
        Said(8, Whom.DEPUTIES),
        Said(15, Whom.EVERYBODY),
    ),
    ("td-centre", Severity.EXTREME): (
        Said(0, Whom.EVERYBODY),
        Said(2, Whom.TOLD, ("sms",), EVERYBODY, times=4, every_min=2),
    ),
    ("fd-bia", Severity.SEVERE): (Said(0, Whom.FIRST), Said(4, Whom.TOLD, ("sms",)), Said(6, Whom.DEPUTIES)),
}


def write() -> None:
    """The policies, where there are none yet."""
    for (partner, severity), said in _POLICIES.items():
        policy, is_new = Policy.objects.get_or_create(
            partner_id=uid("partner", partner), from_severity=severity
        )
        if is_new:
            Step.objects.bulk_create(
                Step(
                    policy=policy, partner_id=policy.partner_id, position=position, after_min=step.after_min,
                    whom=step.whom, channels=list(step.channels), enough=step.enough, times=step.times,
                    every_min=step.every_min,
                )
                for position, step in enumerate(said, start=1)
            )  # fmt: skip

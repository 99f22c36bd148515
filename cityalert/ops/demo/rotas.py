"""How two of the demo city's partners are called while nobody answers, and who of them is on duty."""

from datetime import datetime

from cityalert.duty.models import Place, Policy, Step, Turns
from cityalert.duty.steps import EVERYBODY, Whom
from cityalert.duty.steps import Step as Said
from cityalert.lib.severity import Severity
from cityalert.ops.demo.identity import SINCE, uid
from partners.models import Membership

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


# partner, unit of those who take turns, name, days each, handed over, every day from, for
_TURNS = (
    ("td-centre", "Day desk", "Day desk, a week each", 7, 8 * 60, 7 * 60, 12 * 60),
    ("fd-bia", "", "On call", 7, 9 * 60, 0, 24 * 60),
)


def write(at: datetime) -> None:
    """Turns and policies, where there are none yet."""
    for key, unit, name, days, hands_over, begins, minutes in _TURNS:
        members = Membership.objects.valid(at).filter(partner_id=uid("partner", key)).order_by("pk")
        people = list(members.filter(unit=unit)[:4] if unit else members[:4])
        turns, is_new = Turns.objects.get_or_create(
            partner_id=uid("partner", key), name=name,
            defaults={
                "starts_on": SINCE.date(), "days": days, "hands_over": hands_over, "begins": begins,
                "minutes": minutes,
            },
        )  # fmt: skip
        if is_new:
            Place.objects.bulk_create(
                Place(turns=turns, partner_id=turns.partner_id, position=position, membership=person)
                for position, person in enumerate(people, start=1)
            )
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

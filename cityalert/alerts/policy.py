"""How many people stand behind an alert before it goes out, by its partner's policy. A pure rule."""

from typing import Protocol


class Policy(Protocol):
    """From which severity and which size on one more person is asked; None: never. `models.ApprovalPolicy` is one."""

    second_from_severity: int | None
    second_from_km2: int | None
    third_from_severity: int | None
    third_from_km2: int | None


def persons(policy: Policy, *, is_public: bool, severity: int, km2: float) -> int:
    """How many, with whoever submits it. What the public hears has two at least, whatever the policy says."""
    if is_public:
        third = _reaches(severity, policy.third_from_severity) or _reaches(km2, policy.third_from_km2)
        return 3 if third else 2
    second = _reaches(severity, policy.second_from_severity) or _reaches(km2, policy.second_from_km2)
    return 2 if second else 1


def _reaches(value: float, least: int | None) -> bool:
    return least is not None and value >= least

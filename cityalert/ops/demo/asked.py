"""Which businesses of the demo's BIA were asked whether it is still right, and what they said."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import cycle

from cityalert.businesses.confirming.asking import GOOD_FOR
from cityalert.businesses.models import Asking, Contact, Function, Yearly
from cityalert.ops.demo.businesses import BIA
from cityalert.ops.demo.identity import uid

_State = Asking.State
# How they answered, in turn, and how many days ago they were asked and answered.
_STORIES = (
    (_State.CONFIRMED, 21, 20), (_State.ASKED, 9, 0), (_State.CONFIRMED, 21, 17), (_State.SILENT, 80, 0),
    (_State.CONFIRMED, 45, 44), (_State.CHANGED, 9, 2), (_State.SILENT, 80, 0), (_State.CONFIRMED, 9, 8),
    (_State.ACCEPTED, 45, 41), (_State.ASKED, 9, 0), (_State.CONFIRMED, 45, 30), (_State.DECLINED, 45, 43),
)  # fmt: skip
_EVERY = 3
_CHANGES: tuple[tuple[dict[str, str], str], ...] = (
    ({"owner_phone": "+14165550188"}, ""),
    ({"owner_name": "Sofia Marin", "owner_email": "sofia@marin.example"}, "I took over in the spring."),
    ({}, "We move out at the end of next month."),
)


def insert(*, at: datetime) -> int:
    """Write them, unless somebody was asked already; how many."""
    partner = uid("partner", BIA)
    if Asking.objects.filter(partner=partner).exists():
        return 0
    Yearly.objects.get_or_create(partner_id=partner, defaults={"begun_at": at - timedelta(days=100)})
    owners = Contact.objects.filter(partner=partner, function=Function.OWNER, business__archived_at=None)
    asked = list(owners.exclude(email="").order_by("business__key", "pk").exclude(business__key="")[::_EVERY])
    made = Asking.objects.bulk_create(_askings(asked, at))
    for state, _asked, answered in set(_STORIES):
        if state == _State.CONFIRMED:
            when = at - timedelta(days=answered)
            sure = [one.business_id for one in made if one.state == state and one.answered_at == when]
            Contact.objects.filter(business__in=sure).exclude(phone="", email="").update(confirmed_at=when)
    return len(made)


def _askings(owners: list[Contact], at: datetime) -> Iterator[Asking]:
    changes = iter(_CHANGES)
    for owner, (told, asked, answered) in zip(owners, cycle(_STORIES), strict=False):
        said = next(changes, None) if told == _State.CHANGED else None
        state = _State.CONFIRMED if told == _State.CHANGED and said is None else told
        proposed, note = said or ({}, "")
        yield Asking(
            id=uid("asking", str(owner.business_id)), partner_id=owner.partner_id, business_id=owner.business_id,
            function=owner.function, name=owner.name, email=owner.email, language=owner.language,
            digest=sha256(f"demo {owner.business_id}".encode()).hexdigest(), asked_at=at - timedelta(days=asked),
            expires_at=at - timedelta(days=asked) + GOOD_FOR, state=state, proposed=proposed, note=note,
            answered_at=at - timedelta(days=answered) if answered else None,
            decided_at=at - timedelta(days=1) if state in (_State.ACCEPTED, _State.DECLINED) else None,
        )  # fmt: skip

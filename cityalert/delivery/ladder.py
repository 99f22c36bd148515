"""The states of a delivery and their order. A pure rule: no database, no clock."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class State(TextChoices):
    """Each word is stored; `describe` gives the sentence."""

    WAITING = "waiting", _("Held back, in case nobody answers")
    QUEUED = "queued", _("Queued")
    STOPPED = "stopped", _("Not sent: already acknowledged")
    SUPERSEDED = "superseded", _("Not sent: a newer message took its place")
    EXPIRED = "expired", _("Not sent: the alert had ended")
    OPTED_OUT = "opted_out", _("Not sent: the person said STOP")
    SENDING = "sending", _("Being handed to the provider")
    UNKNOWN = "unknown", _("Handed over, outcome unknown; asking the provider")
    UNCERTAIN = "uncertain", _("Perhaps sent: the outcome cannot be known")
    SENT = "sent", _("Taken by the provider")
    FAILED = "failed", _("Could not be delivered")
    DELIVERED = "delivered", _("Delivered")
    SEEN = "seen", _("Seen")
    ACKNOWLEDGED = "acknowledged", _("Acknowledged")


# Later outranks earlier, whatever order receipts arrive in. `delivered` outranks `failed`: it came after all.
ORDER: tuple[State, ...] = tuple(State)
RANK: dict[State, int] = {state: rank for rank, state in enumerate(ORDER)}

# Not yet handed to anybody: may still be stopped without anyone having heard.
PENDING = frozenset({State.WAITING, State.QUEUED})

# The provider may have it, so a correction must go there too.
HANDED = frozenset(
    {
        State.SENDING,
        State.UNKNOWN,
        State.UNCERTAIN,
        State.SENT,
        State.DELIVERED,
        State.SEEN,
        State.ACKNOWLEDGED,
    }
)

# Nothing more will be done by us.
ENDED = frozenset(
    {
        State.STOPPED, State.SUPERSEDED, State.EXPIRED, State.OPTED_OUT, State.UNCERTAIN, State.SENT, State.FAILED,
        State.DELIVERED, State.SEEN, State.ACKNOWLEDGED,
    }
)  # fmt: skip


def moves(current: State, news: State) -> bool:
    """Does this news move a delivery on? Receipts never move one back."""
    return RANK[news] > RANK[current]


def below(state: State) -> list[State]:
    """The states that `state` outranks: what a conditional update may replace."""
    return list(ORDER[: RANK[state]])


def may_have_heard(delivery: str) -> str:
    """SQL, of the alias of a delivery and the parameter `handed` (HANDED): should a correction go there?

    A call that a machine took stands in the queue again, with the provider's id; a mail that is to be sent again since
    nobody knows, with its own.
    """
    came_back = (
        f"{delivery}.provider_id <> '' AND {delivery}.state IN ('queued', 'stopped', 'superseded', 'expired')"
    )
    return f"({delivery}.state = ANY(%(handed)s) OR {came_back})"

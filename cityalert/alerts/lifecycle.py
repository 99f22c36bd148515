"""The states of an alert and the moves between them. A pure rule: no database, no clock."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from cityalert.lib.refusals import Refusal


class State(TextChoices):
    """Where an alert stands in its life."""

    DRAFT = "draft", _("Draft")
    PENDING = "pending", _("Waiting for a second person")
    PUBLISHED = "published", _("Published")
    UPDATED = "updated", _("Updated")
    CANCELLED = "cancelled", _("Cancelled")
    EXPIRED = "expired", _("Expired")


# Not yet said to anybody: may still be changed.
UNSAID = frozenset({State.DRAFT, State.PENDING})

# Has been said and nothing has replaced it: a correction starts from these. What ran out may still turn out
# to have been wrong, and those who heard it must hear that too.
STANDING = frozenset({State.PUBLISHED, State.EXPIRED})

MOVES: dict[State, frozenset[State]] = {
    State.DRAFT: frozenset({State.PENDING, State.PUBLISHED}),
    State.PENDING: frozenset({State.DRAFT, State.PUBLISHED}),
    State.PUBLISHED: frozenset({State.UPDATED, State.CANCELLED, State.EXPIRED}),
    State.EXPIRED: frozenset({State.UPDATED, State.CANCELLED}),
    State.UPDATED: frozenset(),
    State.CANCELLED: frozenset(),
}

_WHY_NOT = {
    State.DRAFT: _("This alert is still a draft."),
    State.PENDING: _("This alert is waiting for a second person."),
    State.PUBLISHED: _("This alert has already been published."),
    State.UPDATED: _("Somebody has already updated this alert. Go on from the newest version."),
    State.CANCELLED: _("This alert has already been cancelled."),
    State.EXPIRED: _("This alert has already ended."),
}


class NotAllowed(Refusal):
    """The alert is in a state from which it cannot go there."""

    code = "not_allowed_now"
    status = 409


def check(state: str, new: str) -> None:
    """Raise `NotAllowed`, which says where the alert stands, unless `state` may become `new`."""
    if State(new) not in MOVES[State(state)]:
        raise NotAllowed(_WHY_NOT[State(state)], detail={"state": str(state)})


def check_unsaid(state: str) -> None:
    """Raise `NotAllowed` unless the alert may still be written: what is published never changes."""
    if State(state) not in UNSAID:
        raise NotAllowed(_WHY_NOT[State(state)], detail={"state": str(state)})

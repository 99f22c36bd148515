"""The states of an alert and what may be done in each. A pure rule: no database, no clock."""

from enum import StrEnum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from cityalert.lib.refusals import Refusal


class State(TextChoices):
    """Where an alert stands in its life. That it was returned is no state: it is a draft again, with a reason."""

    DRAFT = "draft", _("Draft")
    PENDING = "pending", _("Waiting for a second person")
    APPROVED = "approved", _("Approved, not sent yet")
    REJECTED = "rejected", _("Rejected")
    PUBLISHED = "published", _("Published")
    UPDATED = "updated", _("Updated")
    CANCELLED = "cancelled", _("Cancelled")
    IN_ERROR = "in_error", _("Issued in error")
    EXPIRED = "expired", _("Expired")


class Act(StrEnum):
    """What can be done to an alert."""

    EDIT = "edit"
    DISCARD = "discard"
    SUBMIT = "submit"
    RETURN = "return"
    REJECT = "reject"
    APPROVE = "approve"
    PUBLISH = "publish"
    SEND_ALONE = "send_alone"
    UPDATE = "update"
    CANCEL = "cancel"
    WITHDRAW = "withdraw"
    EXPIRE = "expire"
    ARCHIVE = "archive"


# Not said to anybody, and it may never be.
UNSAID = frozenset({State.DRAFT, State.PENDING, State.APPROVED, State.REJECTED})

# With others: whoever wrote it waits.
WAITING = frozenset({State.PENDING, State.APPROVED})

# Has been said and nothing has replaced it: a correction starts from these. What ran out may still turn out
# to have been wrong, and those who heard it must hear that too.
STANDING = frozenset({State.PUBLISHED, State.EXPIRED})

# Over for good or for now: may be put away.
ARCHIVABLE = frozenset({State.REJECTED, State.UPDATED, State.CANCELLED, State.IN_ERROR, State.EXPIRED})

# Every act: from which states, and where to. Whatever is not here is refused. The database holds the rest: what is
# published never changes (a trigger, made in migration 0005).
MOVES: dict[Act, dict[State, State]] = {
    # Any change has to be approved anew.
    Act.EDIT: dict.fromkeys((State.DRAFT, State.PENDING, State.APPROVED), State.DRAFT),
    Act.DISCARD: {State.DRAFT: State.DRAFT},
    Act.SUBMIT: {State.DRAFT: State.PENDING},
    Act.RETURN: {State.PENDING: State.DRAFT, State.APPROVED: State.DRAFT},
    Act.REJECT: {State.PENDING: State.REJECTED},
    Act.APPROVE: {State.PENDING: State.APPROVED},
    Act.PUBLISH: {State.DRAFT: State.PUBLISHED, State.APPROVED: State.PUBLISHED},
    # Breaking the glass: see `actions.alone`.
    Act.SEND_ALONE: {State.DRAFT: State.PUBLISHED, State.PENDING: State.PUBLISHED},
    Act.UPDATE: dict.fromkeys(STANDING, State.UPDATED),
    Act.CANCEL: dict.fromkeys(STANDING, State.CANCELLED),
    Act.WITHDRAW: dict.fromkeys(STANDING, State.IN_ERROR),
    Act.EXPIRE: {State.PUBLISHED: State.EXPIRED},
    # Put away: it stays what it is.
    Act.ARCHIVE: {state: state for state in ARCHIVABLE},
}

_WHY_NOT = {
    State.DRAFT: _("This alert is still a draft."),
    State.PENDING: _("This alert is waiting for a second person."),
    State.APPROVED: _("This alert has been approved, and not been sent yet."),
    State.REJECTED: _("This alert was rejected. Write a new one."),
    State.PUBLISHED: _("This alert has already been published."),
    State.UPDATED: _("Somebody has already updated this alert. Go on from the newest version."),
    State.CANCELLED: _("This alert has already been cancelled."),
    State.IN_ERROR: _("Everybody has already been told that this alert was sent by mistake."),
    State.EXPIRED: _("This alert has already ended."),
}


class NotAllowed(Refusal):
    """The alert is in a state in which that cannot be done."""

    code = "not_allowed_now"
    status = 409


def after(state: str, act: Act) -> State:
    """Where an alert stands after an act. Raises `NotAllowed`, which says where it stands now."""
    try:
        return MOVES[act][State(state)]
    except KeyError:
        raise NotAllowed(_WHY_NOT[State(state)], detail={"state": str(state)}) from None

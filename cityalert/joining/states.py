"""The life of an application: which state follows which. Pure."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from cityalert.lib.refusals import Refusal


class State(TextChoices):
    """Where an application stands."""

    RECEIVED = "received", _("Received: the address is not confirmed yet")
    VETTING = "vetting", _("Being checked")
    RETURNED = "returned", _("Returned: something has to be changed")
    APPROVED = "approved", _("Approved")
    REFUSED = "refused", _("Refused")


_NEXT: dict[State, frozenset[State]] = {
    State.RECEIVED: frozenset({State.VETTING}),
    State.VETTING: frozenset({State.RETURNED, State.APPROVED, State.REFUSED}),
    State.RETURNED: frozenset({State.VETTING, State.REFUSED}),
    State.APPROVED: frozenset(),
    State.REFUSED: frozenset(),
}

# What somebody may still decide.
OPEN = (State.VETTING, State.RETURNED)


class NotNow(Refusal):
    """The application is not where this could be done."""

    code = "application_state"
    sentence = _("That cannot be done with this application any more. Load the page again.")


def check(state: str, to: State) -> None:
    """Raise NotNow unless `to` may follow."""
    if to not in _NEXT[State(state)]:
        raise NotNow

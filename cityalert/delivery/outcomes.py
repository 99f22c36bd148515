"""What came of one attempt, in our words."""

from dataclasses import dataclass, replace

from cityalert.delivery.channels.base import ChannelError, Message
from cityalert.delivery.ladder import State
from cityalert.delivery.models import Attempt


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one attempt, in our words."""

    message: Message
    outcome: Attempt.Outcome
    state: State
    provider_id: str = ""
    detail: str = ""
    retry_in_s: float | None = None
    is_gone: bool = False
    opted_out: bool = False
    pause_s: int = 0
    is_begun: bool = True

    @property
    def went_well(self) -> bool:
        """Did the provider do its part? It does when it refuses a number, too."""
        return self.outcome in {Attempt.Outcome.ACCEPTED, Attempt.Outcome.REFUSED}


def accepted(message: Message, provider_id: str) -> Result:
    """The provider has taken it, and calls it so."""
    return Result(message, Attempt.Outcome.ACCEPTED, State.SENT, provider_id)


def refused(message: Message, error: ChannelError) -> Result:
    """Not sent. For good, or to be tried again a little later each time, until the alert ends."""
    if error.permanent:
        state = State.OPTED_OUT if error.opted_out else State.FAILED
        return Result(
            message,
            Attempt.Outcome.REFUSED,
            state,
            detail=error.reason,
            is_gone=error.is_gone,
            opted_out=error.opted_out,
        )
    return Result(
        message,
        Attempt.Outcome.FAILED,
        State.QUEUED,
        detail=error.reason,
        retry_in_s=0 if message.is_trial else error.pause_s,
        pause_s=0 if message.is_trial else error.pause_s,
    )


def not_begun(message: Message, error: ChannelError) -> Result:
    """The same of one that no provider was asked about."""
    return replace(refused(message, error), is_begun=False)


def unknown(message: Message, reason: str) -> Result:
    """It may have been sent. `reconcile` asks the provider before anything is sent again."""
    return Result(message, Attempt.Outcome.UNKNOWN, State.UNKNOWN, detail=reason)

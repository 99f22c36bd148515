"""Says so many messages a second in a conversation, from a process that serves nobody.

Arguments: the conversation, who speaks, how many in all, how many a second. Prints how many were said, and how late.
"""

import sys
from time import monotonic, monotonic_ns, sleep
from uuid import uuid4

import django

django.setup()

from cityalert.accounts.models import User  # noqa: E402
from cityalert.lib import clock, tenancy  # noqa: E402
from cityalert.messaging import actions  # noqa: E402
from cityalert.messaging.models import Conversation  # noqa: E402
from partners.queries import actor_for  # noqa: E402


def main(conversation_id: str, user_id: int, count: int, per_second: float) -> None:
    """Each at its moment; one that is late is said at once."""
    tenancy.work_across("a benchmark")
    actor = actor_for(User.objects.get(pk=user_id), at=clock.now())
    conversation = Conversation.objects.get(pk=conversation_id)
    assert actor is not None
    began, behind = monotonic(), 0.0
    for number in range(1, count + 1):
        wait = began + (number - 1) / per_second - monotonic()
        if wait > 0:
            sleep(wait)
        behind = max(behind, -wait)
        text = f"~{number}~{monotonic_ns()}~ Somebody tries the doors on Bay St."
        actions.post(actor, conversation, actions.Saying(text), client_id=uuid4(), at=clock.now())
    print(f"{count} {behind:.3f}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4]))

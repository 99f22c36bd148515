"""Everything that is done to conversations: the doors for views, and for apps above."""

from cityalert.messaging.actions.beside import mark_read, mute, pin, react, unpin
from cityalert.messaging.actions.copying import copy
from cityalert.messaging.actions.opening import (
    close,
    invite,
    leave,
    open_conversation,
    rename,
    reopen,
    seat,
    settle,
)
from cityalert.messaging.actions.saying import Saying, delete, edit, post
from cityalert.messaging.whom import Whom

__all__ = [
    "Saying", "Whom", "close", "copy", "delete", "edit", "invite", "leave", "mark_read", "mute",
    "open_conversation", "pin", "post", "react", "rename", "reopen", "seat", "settle", "unpin",
]  # fmt: skip

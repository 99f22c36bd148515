"""All that is done with alerts of others: take them in, clear the quarantine, draft from them, arrange sources."""

from cityalert.exchange.actions.drafting import start_draft
from cityalert.exchange.actions.receiving import Taken, discard, forget, receive, try_again, upload
from cityalert.exchange.actions.sources import add_source, change_source, poll_now, remove_source

__all__ = [
    "Taken",
    "add_source",
    "change_source",
    "discard",
    "forget",
    "poll_now",
    "receive",
    "remove_source",
    "start_draft",
    "try_again",
    "upload",
]

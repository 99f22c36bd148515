"""What delivery keeps, in its nouns: one file for each idea."""

from cityalert.delivery.models.calling import Call
from cityalert.delivery.models.hooks import Hook
from cityalert.delivery.models.messages import Attempt, Delivery, Notice, Receipt, Recipient
from cityalert.delivery.models.reports import Photo, Report
from cityalert.delivery.models.senders import Heartbeat, Provider, ProviderMinute, Tempo

__all__ = [
    "Attempt",
    "Call",
    "Delivery",
    "Heartbeat",
    "Hook",
    "Notice",
    "Photo",
    "Provider",
    "ProviderMinute",
    "Receipt",
    "Recipient",
    "Report",
    "Tempo",
]

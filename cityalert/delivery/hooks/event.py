"""The JSON that a web hook's receiver gets. What is in it about an alert, `alerts.event` says. Pure."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any


def body(kind: str, data: Mapping[str, Any], *, at: datetime) -> str:
    """As Standard Webhooks has it: a kind, when it happened, and what."""
    return json.dumps({"type": kind, "timestamp": at.isoformat(), "data": data}, ensure_ascii=False)


def sample(partner: str, *, at: datetime) -> str:
    """A message that says it is a test."""
    return body("test", {"partner": partner, "text": "This is a test. Nothing has happened."}, at=at)

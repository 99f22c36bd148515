"""The prepared wording of alerts, in English and French."""

import json

from cityalert.alerts.models import Template
from cityalert.ops.demo.identity import text


def templates() -> list[Template]:
    """All templates, in the order they are offered."""
    return [Template(**row, position=place) for place, row in enumerate(json.loads(text("templates.json")))]

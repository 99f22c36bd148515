"""The prepared wording of alerts, in English and French: the network's own."""

import json
from datetime import datetime

from cityalert.alerts.templates import Template
from cityalert.ops.demo.identity import text


def templates() -> list[Template]:
    """All templates, in the order they are offered."""
    return [Template(**row, position=place) for place, row in enumerate(json.loads(text("templates.json")))]


def put(*, at: datetime) -> None:
    """Write those that are not there, and a newer version of those that say something else."""
    there = {one.key: one for one in Template.objects.filter(partner=None, ended_at=None)}
    fresh = [one for one in templates() if one.key not in there or one.words != there[one.key].words]
    for one in fresh:
        one.made_at, one.number = at, there[one.key].number + 1 if one.key in there else 1
    Template.objects.filter(partner=None, ended_at=None, key__in=[one.key for one in fresh]).update(
        ended_at=at
    )
    Template.objects.bulk_create(fresh)

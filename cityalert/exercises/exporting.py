"""The results of a drill as a file to take away; that somebody did is kept."""

from datetime import datetime

from django.utils.translation import gettext as _

from cityalert.audit.record import record
from cityalert.audit.verbs import Verb
from cityalert.exercises.results import Results, channel_word, why
from cityalert.lib.tables import csv_bytes
from partners.actor import Actor


def as_csv(actor: Actor, results: Results, *, at: datetime) -> bytes:
    """One row for each person who was told."""
    header = [
        _("Partner"),
        _("Name"),
        _("Acknowledged after (seconds)"),
        _("By"),
        _("Channels"),
        _("Not reached"),
    ]
    rows = [
        (
            one.partner,
            one.name,
            "" if one.after_s is None else round(one.after_s),
            channel_word(one.by) if one.by else "",
            ", ".join(f"{channel_word(way.channel)} ({way.state})" for way in one.ways),
            why(one) if one.is_lost or one.is_silent else "",
        )
        for one in results.people
    ]
    record(Verb.DRILL_EXPORTED, actor, results.run.drill, at=at, run=str(results.run.pk), rows=len(rows))
    return csv_bytes(header, rows)

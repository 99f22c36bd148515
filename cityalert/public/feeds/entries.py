"""What stands in a feed, whatever its format: one entry for each message, in one language. Pure."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from django.utils.translation import gettext as _

from cityalert.alerts import content
from cityalert.alerts.models import Alert, Info
from cityalert.lib.severity import Severity
from cityalert.public import standing
from cityalert.public.standing import Standing

# What a feed without entries says of when it changed: never, so that its bytes stay the same.
_NEVER = datetime(2025, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Entry:
    """One message. `page` and `cap` are whole addresses; `label` says how far it may travel, where that is limited."""

    alert: Alert
    words: Info
    standing: Standing
    page: str
    cap: str
    label: str = ""

    @property
    def title(self) -> str:
        """The headline, behind the words nobody may miss."""
        marks = [f"[{mark}]" for mark in standing.marks(self.alert, self.standing)]
        label = [f"[{self.label}]"] if self.label else []
        return " ".join([*label, *marks, self.words.headline])

    @property
    def text(self) -> str:
        """What to do, what is known, and where, as plain text."""
        over = standing.SENTENCES.get(self.standing)
        where = _("Where: %(place)s") % {"place": self.place}
        parts = [str(over) if over else "", self.words.instruction, self.words.description, where]
        return "\n\n".join(part for part in parts if part)

    @property
    def place(self) -> str:
        """Where, in the language of its words."""
        return content.place_in(self.alert, self.words.language)

    @property
    def severity(self) -> Severity:
        """With `cap`, `slug` and `label`."""
        return Severity(self.alert.severity)

    @property
    def published_at(self) -> datetime:
        """When it was said."""
        return self.alert.published_at or _NEVER

    @property
    def changed_at(self) -> datetime:
        """When it was said, or ceased to hold."""
        if self.standing in (Standing.CURRENT,) or self.alert.msg_type == "Cancel":
            return self.published_at
        return self.alert.ended_at or self.alert.expires_at or self.published_at


@dataclass(frozen=True)
class Feed:
    """Entries, the newest first, and what is said about them together. `address` is the feed's own."""

    title: str
    page: str
    address: str
    key: str
    language: str
    entries: list[Entry]

    @property
    def changed_at(self) -> datetime:
        """The latest change of any entry."""
        return max((entry.changed_at for entry in self.entries), default=_NEVER)

    @property
    def newest(self) -> list[Entry]:
        """Of each happening the last message only."""
        by_series = {entry.alert.series: entry for entry in reversed(self.entries)}
        return sorted(by_series.values(), key=lambda entry: entry.published_at, reverse=True)


def entries(
    alerts: Iterable[Alert],
    language: str,
    at: datetime,
    *,
    page: Callable[[Alert], str],
    cap: Callable[[Alert], str],
    label: Callable[[Alert], str] = lambda _alert: "",
) -> list[Entry]:
    """The entries of these alerts, as they stand at a moment."""
    return [
        Entry(one, content.words_in(one, language), standing.of(one, at), page(one), cap(one), label(one))
        for one in alerts
    ]

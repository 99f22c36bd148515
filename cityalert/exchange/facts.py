"""A document as a page shows it: labels and values in the reader's language, CAP's codes by our names for them."""

from collections.abc import Iterable

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from cityalert.alerts.vocabulary import EVENTS, Category, Certainty, MsgType, ResponseType, Status, Urgency
from cityalert.exchange.cap import values
from cityalert.exchange.cap.document import Document, Info
from cityalert.lib import days
from cityalert.lib.severity import Severity

Facts = list[tuple[str, str]]
LONGEST = 300


def of_info(info: Info) -> Facts:
    """What one block says, besides its words."""
    severities = {one.cap: one.label for one in Severity}
    said = [
        (_("Event"), _event(info)),
        (_("Category"), ", ".join(_named(one, Category.choices) for one in info.categories)),
        (_("What to do"), ", ".join(_named(one, ResponseType.choices) for one in info.response_types)),
        (_("Urgency"), _named(info.urgency, Urgency.choices)),
        (_("Severity"), str(severities.get(info.severity, info.severity))),
        (_("Certainty"), _named(info.certainty, Certainty.choices)),
        (_("Begins"), _moment(info.onset or info.effective)),
        (_("Ends"), _moment(info.expires)),
        (_("Where"), "; ".join(area.desc for area in info.areas)[:LONGEST]),
        (_("More at"), info.web[:LONGEST]),
    ]
    return [(label, value) for label, value in said if value]


def of_message(document: Document, version: str) -> Facts:
    """What the message says of itself."""
    kind = f"{_named(document.msg_type, MsgType.choices)}, {_named(document.status, Status.choices)}"
    said = [
        (_("Kind"), kind),
        (_("Sent"), _moment(document.sent)),
        (_("Sender"), document.sender),
        (_("Identifier"), document.identifier),
        ("CAP", version),
    ]
    return [(label, value) for label, value in said if value]


def _event(info: Info) -> str:
    known = next((EVENTS[pair.value] for pair in info.event_codes if pair.value in EVENTS), "")
    return f"{info.event} ({known})" if known else info.event


def _named(code: str, choices: Iterable[tuple[str, str | Promise]]) -> str:
    return str(dict(choices).get(code, code))


def _moment(text: str) -> str:
    at = values.moment(text)
    return days.moment(at) if at else ""

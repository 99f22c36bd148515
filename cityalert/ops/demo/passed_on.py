"""What the BIA of the demo told its businesses: an alert passed on, and a notice of its own."""

from cityalert.alerts.models import Alert
from cityalert.businesses.cascading import actions
from cityalert.businesses.cascading.actions import Choice
from cityalert.businesses.models import Cascade
from cityalert.lib.severity import Severity
from cityalert.ops.demo.history import Past, Story

HOUR = 60.0


def alert(past: Past, one: Alert) -> Cascade:
    """Bao passes it on to whoever has a patio."""
    note = "Take your patio furniture in until they have passed."
    cascade = actions.pass_on(past.actor("bao"), one, Choice(tag="patio"), note=note, key="march", at=past.at)
    past.sent(cascade)
    past.heard(cascade, pace=240, share=0.6)
    return cascade


def notice(past: Past) -> Story:
    """Something that only the association's own businesses need to know."""
    yield 21 * HOUR
    cascade = actions.say(
        past.actor("bao"),
        "Temperance St is closed for filming tonight, from 19:00.",
        "Deliveries by Bay St until then. Guests come in on foot. Call the office if you need your lane.",
        Severity.MINOR,
        Choice(tag="evening"),
        key="filming",
        at=past.at,
    )
    past.sent(cascade)
    past.heard(cascade, pace=900, share=0.45)

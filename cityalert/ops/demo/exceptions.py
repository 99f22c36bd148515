"""What did not go by the book in the demo's last days: an alert sent by mistake, and two sent by one person alone."""

from cityalert.alerts import actions
from cityalert.alerts.approvals import Verdict
from cityalert.alerts.models import Alert
from cityalert.alerts.vocabulary import Ending
from cityalert.ops.demo.history import Past, Story
from partners.models import Membership
from partners.queries import actor_for
from partners.roles import Role

HOUR = 60.0


def mistaken(past: Past) -> Story:
    """The wrong school. Four minutes later everyone who had heard it knows."""
    yield 37 * HOUR
    area = {"shapes": [{"type": "Circle", "center": [-79.4028, 43.6632], "radius_m": 400}], "zones": []}
    alert = past.publish(past.draft("hold-and-secure", area, "Harbord St and St. George St"))
    yield 37 * HOUR - 2
    past.answer(alert, 0.5)
    yield 37 * HOUR - 4
    past.cancel(alert, Ending.ERROR)


def alone(past: Past) -> Story:
    """At three in the morning nobody else was there. A colleague has looked at it since."""
    yield 33 * HOUR
    area = {"shapes": [{"type": "Circle", "center": [-79.3660, 43.6550], "radius_m": 300}], "zones": []}
    draft = past.draft("gas-leak", area, "Shuter St and Sherbourne St")
    alert = past.send_alone(
        draft, "Gas in a stairwell, people asleep above it. Nobody answered within two minutes."
    )
    yield 31 * HOUR
    past.cancel(alert, Ending.ALL_CLEAR)
    yield 26 * HOUR
    _review(past, alert, "The log of the calls shows two that were not answered. Sending alone saved time.")


def alone_lately(past: Past) -> Story:
    """Nobody has looked at this one yet."""
    yield 9 * HOUR
    area = {"shapes": [{"type": "Circle", "center": [-79.4100, 43.6480], "radius_m": 250}], "zones": []}
    alert = past.send_alone(
        past.draft("fire", area, "Dundas St W and Bathurst St"),
        "Smoke into flats on three floors, and the second approver was at the scene without a phone.",
    )
    yield 8 * HOUR
    past.cancel(alert, Ending.ALL_CLEAR)


def _review(past: Past, alert: Alert, note: str) -> None:
    others = Membership.objects.filter(
        partner=alert.partner, role__in=(Role.OWNER, Role.ADMINISTRATOR, Role.APPROVER)
    )
    other = others.exclude(user=past.actor("sam").user).select_related("user").order_by("user__email").first()
    actor = other and actor_for(other.user, membership_id=other.pk, at=past.at)
    if actor:
        actions.review(actor, alert, Verdict.JUSTIFIED, note, at=past.at)

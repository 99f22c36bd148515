"""An alert that is ready to go, to the partners around King and Bay; and the city afterwards as it was before."""

from datetime import datetime, timedelta

from bench.inside import areas
from cityalert.accounts.models import User
from cityalert.alerts import actions
from cityalert.alerts.models import Alert
from cityalert.delivery.models import Notice
from partners.queries import actor_for

WORDS = {
    "headline": "Armed person, King St W and Bay St",
    "instruction": "Lock your doors. Keep people away from windows.",
    "description": "One person with a rifle, last seen going south.",
}


def ready(author: str, at: datetime) -> Alert:
    """A draft of the person with this address, with all that publishing asks for."""
    actor = actor_for(User.objects.get(email=author), at=at)
    alert = actions.create_draft(actor, None, at=at)
    circle = {"type": "Circle", "center": list(areas.KING_AND_BAY), "radius_m": 300}
    said = {
        "words": {"en": WORDS, "fr": WORDS},
        "shapes": {"shapes": [circle], "zones": []},
        "area_desc": "King St W and Bay St",
        "expires_at": at + timedelta(hours=2),
    }
    return actions.edit(actor, alert, said, at=at)


def take_away(alerts: list[Alert]) -> None:
    """The city is as it was, so that the next run measures the same."""
    ids = [alert.pk for alert in alerts]
    notices = list(Alert.objects.filter(pk__in=ids, notice__isnull=False).values_list("notice_id", flat=True))
    Alert.objects.filter(pk__in=ids).delete()
    Notice.objects.filter(pk__in=notices).delete()

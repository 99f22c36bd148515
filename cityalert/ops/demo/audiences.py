"""Whom the police and a BIA often address, saved under names."""

from cityalert.accounts.models import User
from cityalert.alerts.models import SavedAudience
from cityalert.ops.demo.identity import SINCE, uid
from cityalert.ops.demo.organisations import POLICE

# partner, name, sectors, groups, margin in metres
_SAVED: tuple[tuple[str, str, list[str], list[str], int], ...] = (
    (POLICE, "Hotels and halls nearby", ["hotel", "theatre", "stadium", "attraction"], [], 800),
    (POLICE, "Schools and campuses", ["primary_school", "secondary_school", "campus"], [], 500),
    (POLICE, "Bank security", [], ["Bank security"], 0),
    (POLICE, "Stations within walking distance", ["station"], ["Transit"], 400),
    ("fd-bia", "Towers of the district", [], ["Financial District security"], 250),
)


def saved() -> list[SavedAudience]:
    """The rows. Avery saved them all."""
    avery = User.objects.get(email="avery@cityalert.example")
    return [
        SavedAudience(
            id=uid("audience", f"{partner}/{name}"),
            partner_id=uid("partner", partner),
            name=name,
            audience_sectors=sectors,
            audience_groups=[uid("group", group) for group in groups],
            audience_margin_m=margin,
            saved_at=SINCE,
            saved_by=avery,
        )
        for partner, name, sectors, groups, margin in _SAVED
    ]

"""What the police keep ready of their own: two areas under names, and a template with blanks."""

from typing import Any

from cityalert.accounts.models import User
from cityalert.alerts.areas import SavedArea
from cityalert.alerts.templates import Template
from cityalert.geo import queries as geo
from cityalert.ops.demo.identity import SINCE, uid
from cityalert.ops.demo.organisations import POLICE

_AREAS: tuple[tuple[str, str, str, dict[str, Any]], ...] = (
    (
        "union-station", "Union Station and around", "Union Station, 65 Front St W",
        {"shapes": [{"type": "Circle", "center": [-79.3806, 43.6453], "radius_m": 350}], "zones": []},
    ),
    (
        "financial-district", "Financial District", "Financial District",
        {"shapes": [], "zones": [str(uid("zone bia", "Financial District BIA"))]},
    ),
)  # fmt: skip

_ROBBERY = {
    "en": {
        "headline": "Robbery at [place]. The suspect has left.",
        "instruction": "Do not follow. Keep your cameras' recordings of the last hour. Call 911 if you see them.",
        "description": "Suspect: [description].",
    },
    "fr": {
        "headline": "Vol qualifié : [place]. Le suspect est parti.",
        "instruction": "Ne le suivez pas. Gardez les images de la dernière heure. Appelez le 911 si vous le voyez.",
        "description": "Suspect : [description].",
    },
}


def areas() -> list[SavedArea]:
    """The rows. Avery saved them all."""
    avery = User.objects.get(email="avery@cityalert.example")
    return [
        SavedArea(
            key=key, partner_id=uid("partner", POLICE), name=name, event="dangerPerson", area_desc=place,
            shapes=shapes, area=geo.area_of(shapes).geometry, made_at=SINCE, made_by=avery,
        )
        for key, name, place, shapes in _AREAS
    ]  # fmt: skip


def templates() -> list[Template]:
    """The police's own."""
    return [
        Template(
            key="tps-robbery", partner_id=uid("partner", POLICE), name="Robbery, suspect gone",
            name_fr="Vol qualifié, suspect parti", event="crime", category="Security", response_type="Monitor",
            urgency="Immediate", severity=2, certainty="Observed", scope="Restricted", tlp="AMBER", lasts_min=120,
            words=_ROBBERY, locked=["headline", "instruction"], made_at=SINCE,
            made_by=User.objects.get(email="avery@cityalert.example"),
        )
    ]  # fmt: skip

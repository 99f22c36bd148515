"""What an alert says, and its fingerprint: two alerts with the same fingerprint say the same to the same."""

import hashlib
import json
from typing import Any

from cityalert.alerts.areas import SavedArea
from cityalert.alerts.models import Alert, Info
from cityalert.lib.language import Language

# All that a second person approves and an idempotency key stands for; who wrote it, and when, is not part of it.
FIELDS = (
    "status", "msg_type", "ending", "scope", "event", "category", "response_type", "urgency", "severity", "certainty",
    "tlp", "area_desc", "audience_kinds", "audience_sectors", "audience_roles", "audience_margin_m",
    "escalate_after_min", "asks_response", "exercise_note",
)  # fmt: skip
WORDS = ("headline", "instruction", "description")


def longest(name: str) -> int:
    """How many characters one of WORDS may have."""
    return int(getattr(Info._meta.get_field(name), "max_length", 0))


def fingerprint(alert: Alert) -> str:
    """SHA-256, in hex, of all that would be published."""
    said: dict[str, Any] = {name: getattr(alert, name) for name in FIELDS}
    said["partner"] = str(alert.partner_id)
    said["groups"] = sorted(str(group) for group in alert.audience_groups)
    said["invited"] = [
        sorted(str(one) for one in alert.invited_partners),
        sorted(alert.invited_members),
    ]
    said["area"] = alert.area.hex.decode() if alert.area else None
    said["expires_at"] = alert.expires_at.isoformat() if alert.expires_at else None
    if alert.onset_at:
        said["onset_at"] = alert.onset_at.isoformat()
    said["references"] = sorted(str(one.pk) for one in alert.references.all())
    if alert.area_desc_fr:
        said["area_desc_fr"] = alert.area_desc_fr
    said["words"] = {info.language: _said(info) for info in said_infos(alert)}
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def _said(info: Info) -> list[str]:
    """Who wrote it is part of what is said."""
    marks = ["machine"] if info.is_machine_translated else []
    return [*(getattr(info, name) for name in WORDS), *marks]


def said_infos(alert: Alert) -> list[Info]:
    """Its words, in the languages that have a headline."""
    return [info for info in alert.infos.all() if info.headline]


def filled_in(alert: Alert) -> dict[str, dict[str, str]]:
    """What was filled into the blanks of its template, per language; what one language lacks is the other's."""
    filled: dict[str, dict[str, str]] = {}
    for language in Language.values:
        others = [values for other, values in alert.blanks.items() if other != language]
        filled[language] = {name: value for values in others for name, value in values.items()}
        filled[language] |= alert.blanks.get(language, {})
    return filled


def place_in(place: Alert | SavedArea, language: str) -> str:
    """Where it is, in words of a language; as it was written down where nobody said it in that one."""
    return (place.area_desc_fr if language == Language.FR else "") or place.area_desc


def words_in(alert: Alert, language: str) -> Info:
    """Its words in a language; without them in whatever language it has. Empty words for an empty draft."""
    infos = said_infos(alert)
    same = [info for info in infos if info.language == language]
    return next(iter(same or infos), None) or Info(language=language)

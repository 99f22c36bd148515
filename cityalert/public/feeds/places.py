"""What is going on, as GeoJSON (RFC 7946): one feature for each alert, its area as it was published."""

import json
from typing import Any

from cityalert.geo import codec
from cityalert.public.feeds.entries import Entry, Feed
from cityalert.public.standing import Standing


def geojson(feed: Feed) -> str:
    """The current alerts only: a map of what was is no map to act on."""
    current = [entry for entry in feed.entries if entry.standing == Standing.CURRENT]
    return json.dumps(
        {"type": "FeatureCollection", "features": [_feature(one) for one in current]}, ensure_ascii=False
    )


def _feature(entry: Entry) -> dict[str, Any]:
    alert = entry.alert
    return {
        "type": "Feature",
        "id": str(alert.pk),
        "geometry": codec.geojson(alert.area) if alert.area else None,
        "properties": {
            "title": entry.title,
            "headline": entry.words.headline,
            "instruction": entry.words.instruction,
            "description": entry.words.description,
            "language": entry.words.language,
            "area": entry.place,
            "sender": alert.partner.name,
            "status": alert.status,
            "msgType": alert.msg_type,
            "event": alert.event,
            "severity": entry.severity.cap,
            "urgency": alert.urgency,
            "certainty": alert.certainty,
            "sent": entry.published_at.isoformat(),
            "expires": alert.expires_at.isoformat() if alert.expires_at else None,
            "restriction": entry.label or None,
            "page": entry.page,
            "cap": entry.cap,
        },
    }

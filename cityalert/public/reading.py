"""A public alert as its page shows it: words, standing, addresses. Reads nothing; puts together what it is given."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.gis.geos import MultiPolygon
from django.urls import reverse

from cityalert.alerts import content
from cityalert.alerts.models import Alert, Info
from cityalert.alerts.vocabulary import EVENTS, Status
from cityalert.geo import codec
from cityalert.lib.severity import Severity
from cityalert.public import standing
from cityalert.public.drawing import Drawn
from cityalert.public.standing import Standing


@dataclass(frozen=True)
class Reading:
    """One version in one language. `words` may be in the other, when it was said in one only."""

    alert: Alert
    words: Info
    language: str
    standing: Standing

    @property
    def severity(self) -> Severity:
        """With `slug` and `label`."""
        return Severity(self.alert.severity)

    @property
    def is_current(self) -> bool:
        """Does it hold?"""
        return self.standing == Standing.CURRENT

    @property
    def is_real(self) -> bool:
        """Is it meant, or a test?"""
        return self.alert.status == Status.ACTUAL

    @property
    def is_foreign(self) -> bool:
        """Is it in the other language only?"""
        return self.words.language != self.language

    @property
    def marks(self) -> list[str]:
        """The words nobody may miss."""
        return standing.marks(self.alert, self.standing)

    @property
    def sentence(self) -> str:
        """What the reader must know first; empty for what holds."""
        return str(standing.SENTENCES.get(self.standing, ""))

    @property
    def ended_at(self) -> datetime | None:
        """When it ceased to hold; a Cancel is the end itself."""
        if self.is_current:
            return None
        if self.alert.msg_type == "Cancel":
            return self.alert.published_at
        return self.alert.ended_at or self.alert.expires_at

    @property
    def event(self) -> str:
        """What kind of thing it is."""
        return str(EVENTS.get(self.alert.event, ""))

    @property
    def link(self) -> str:
        """Its page, within the site."""
        return reverse("public:alert", args=[self.language, self.alert.pk])

    @property
    def cap_link(self) -> str:
        """Its message in CAP 1.2."""
        return reverse("public:cap", args=[self.alert.pk])


def read(alert: Alert, language: str, at: datetime) -> Reading:
    """An alert in a language, as it stands at a moment."""
    return Reading(alert, content.words_in(alert, language), language, standing.of(alert, at))


@dataclass(frozen=True)
class Area:
    """An alert's area on the still map."""

    alert: Alert
    language: str
    drawn: Drawn

    @property
    def severity(self) -> Severity:
        """With `slug` and `label`."""
        return Severity(self.alert.severity)


def collection(alerts: Iterable[Alert], language: str) -> dict[str, Any]:
    """What static/js/map.js draws: a FeatureCollection, each feature with its page."""
    features = [_feature(one, one.area, language) for one in alerts if one.area]
    return {"type": "FeatureCollection", "features": features}


def _feature(alert: Alert, area: MultiPolygon, language: str) -> dict[str, Any]:
    return {
        "type": "Feature",
        "geometry": codec.geojson(area),
        "properties": {
            "id": str(alert.pk),
            "severity": Severity(alert.severity).slug,
            "label": content.words_in(alert, language).headline,
            "exercise": alert.status != Status.ACTUAL,
            "url": reverse("public:alert", args=[language, alert.pk]),
        },
    }

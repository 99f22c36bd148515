"""Alerts of others in the demo city: a weather service's, a gas works', and one document in quarantine."""

from datetime import datetime, timedelta

from cityalert.exchange import naad
from cityalert.exchange.actions import receive
from cityalert.exchange.cap.document import Area, Document, Info, Pair
from cityalert.exchange.cap.writing import write
from cityalert.exchange.models import External, Source
from cityalert.ops.demo.identity import uid

_TORONTO = (Pair("profile:CAP-CP:Location:0.3", "3520005"),)
_LAKESHORE = (
    "43.6210,-79.4800 43.6350,-79.3900 43.6470,-79.3600 43.6400,-79.3500 43.6180,-79.4300 43.6210,-79.4800"
)
_FRONT_STREET = "43.6440,-79.3860,0.35"


def load(*, at: datetime) -> int:
    """Three alerts and a document that lacks its scope; how many, none if they are there."""
    if External.objects.exists():
        return 0
    weather = naad.source(at=at)
    gas, _is_new = Source.objects.get_or_create(
        id=uid("source", "gas works"),
        defaults={
            "partner_id": uid("partner", "tps"), "name": "Gas works", "url": "https://feeds.example.org/gas.atom",
            "sender": "alerts@gas.example", "is_active": False, "added_at": at,
        },
    )  # fmt: skip
    storm = _document("storm", "cap@weather.example", at - timedelta(hours=2), _storm(at))
    leak = _document("leak-1", "alerts@gas.example", at - timedelta(hours=5), _leak(at, "Severe"))
    contained = _document(
        "leak-2", "alerts@gas.example", at - timedelta(hours=3), _leak(at, "Minor"), msg_type="Update",
        references=f"alerts@gas.example,leak-1,{_moment(at - timedelta(hours=5))}",
    )  # fmt: skip
    for source, document in ((weather, storm), (gas, leak), (gas, contained)):
        receive(source, write(document), source.url or "NAAD", at=at)
    receive(gas, write(leak).replace(b"<scope>Public</scope>", b""), gas.url, at=at)
    return 3


def _document(name: str, sender: str, sent: datetime, infos: tuple[Info, ...], **more: str) -> Document:
    kept = {"msg_type": "Alert", "references": ""} | more
    return Document(
        identifier=name, sender=sender, sent=_moment(sent), status="Actual", scope="Public",
        codes=("profile:CAP-CP:0.4",), infos=infos, **kept,
    )  # fmt: skip


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%S}-00:00"


def _storm(at: datetime) -> tuple[Info, ...]:
    said = (
        (
            "en-CA",
            "wind",
            "Wind warning for the lakeshore",
            "Gusts of up to 90 km/h.",
            "Secure loose objects.",
        ),
        (
            "fr-CA",
            "vent",
            "Avertissement de vent, rive du lac",
            "Rafales jusqu’à 90 km/h.",
            "Arrimez les objets.",
        ),
    )
    return tuple(
        Info(
            language=language, categories=("Met",), event=event, response_types=("Prepare",), urgency="Expected",
            severity="Moderate", certainty="Likely", event_codes=(Pair("profile:CAP-CP:Event:0.4", "wind"),),
            expires=_moment(at + timedelta(hours=8)), sender_name="Weather service", headline=headline,
            description=description, instruction=instruction,
            areas=(Area("Toronto lakeshore", polygons=(_LAKESHORE,), geocodes=_TORONTO),),
        )
        for language, event, headline, description, instruction in said
    )  # fmt: skip


def _leak(at: datetime, severity: str) -> tuple[Info, ...]:
    is_over = severity == "Minor"
    lat, lon, km = _FRONT_STREET.split(",")
    return (
        Info(
            language="en-CA", categories=("Safety",), event="gas leak", response_types=("Avoid",), urgency="Immediate",
            severity=severity, certainty="Observed", event_codes=(Pair("profile:CAP-CP:Event:0.4", "hazmat"),),
            expires=_moment(at + timedelta(hours=1)), sender_name="City gas works",
            headline="Gas leak on Front Street contained" if is_over else "Gas leak on Front Street",
            description="Crews stay until the evening." if is_over else "A main was hit by an excavator.",
            instruction="Front Street is open again." if is_over else "Keep away. Do not use lifts.",
            areas=(Area("Front St W, York St to Bay St", circles=(f"{lat},{lon} {km}",), geocodes=_TORONTO),),
        ),
    )  # fmt: skip

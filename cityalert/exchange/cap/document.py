"""A CAP 1.2 message as values, and the one table of its elements, in the schema's order. Reading and writing use it."""

from dataclasses import dataclass
from enum import Enum, auto

NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"
SIGNATURES = "http://www.w3.org/2000/09/xmldsig#"


class Kind(Enum):
    """What an element holds."""

    TEXT = auto()  # words, kept as they are
    TOKEN = auto()  # one line without blanks around it
    TIME = auto()
    CODE = auto()  # one of a list
    NUMBER = auto()
    PAIR = auto()  # valueName and value
    GROUP = auto()  # elements of its own


@dataclass(frozen=True)
class Pair:
    """A value in somebody's list of names: eventCode, parameter, geocode."""

    name: str
    value: str


@dataclass(frozen=True)
class Area:
    """A place: its shapes as CAP writes them ("lat,lon lat,lon …")."""

    desc: str = ""
    polygons: tuple[str, ...] = ()
    circles: tuple[str, ...] = ()
    geocodes: tuple[Pair, ...] = ()
    altitude: str = ""
    ceiling: str = ""


@dataclass(frozen=True)
class Resource:
    """Something that belongs to it: a picture, a recording."""

    desc: str = ""
    mime_type: str = ""
    size: str = ""
    uri: str = ""
    deref_uri: str = ""
    digest: str = ""


@dataclass(frozen=True)
class Info:
    """What is said, in one language."""

    language: str = ""
    categories: tuple[str, ...] = ()
    event: str = ""
    response_types: tuple[str, ...] = ()
    urgency: str = ""
    severity: str = ""
    certainty: str = ""
    audience: str = ""
    event_codes: tuple[Pair, ...] = ()
    effective: str = ""
    onset: str = ""
    expires: str = ""
    sender_name: str = ""
    headline: str = ""
    description: str = ""
    instruction: str = ""
    web: str = ""
    contact: str = ""
    parameters: tuple[Pair, ...] = ()
    resources: tuple[Resource, ...] = ()
    areas: tuple[Area, ...] = ()


@dataclass(frozen=True)
class Document:
    """A message. Times are CAP's own text; an empty text is an element that is not there."""

    identifier: str = ""
    sender: str = ""
    sent: str = ""
    status: str = ""
    msg_type: str = ""
    source: str = ""
    scope: str = ""
    restriction: str = ""
    addresses: str = ""
    codes: tuple[str, ...] = ()
    note: str = ""
    references: str = ""
    incidents: str = ""
    infos: tuple[Info, ...] = ()


@dataclass(frozen=True)
class Element:
    """One line of the schema."""

    name: str  # CAP's
    field: str  # ours
    kind: Kind = Kind.TEXT
    is_many: bool = False
    is_required: bool = False
    group: type | None = None


AREA = (
    Element("areaDesc", "desc", is_required=True),
    Element("polygon", "polygons", Kind.TOKEN, is_many=True),
    Element("circle", "circles", Kind.TOKEN, is_many=True),
    Element("geocode", "geocodes", Kind.PAIR, is_many=True),
    Element("altitude", "altitude", Kind.NUMBER),
    Element("ceiling", "ceiling", Kind.NUMBER),
)
RESOURCE = (
    Element("resourceDesc", "desc", is_required=True),
    Element("mimeType", "mime_type", Kind.TOKEN, is_required=True),
    Element("size", "size", Kind.NUMBER),
    Element("uri", "uri", Kind.TOKEN),
    Element("derefUri", "deref_uri"),
    Element("digest", "digest", Kind.TOKEN),
)
INFO = (
    Element("language", "language", Kind.TOKEN),
    Element("category", "categories", Kind.CODE, is_many=True, is_required=True),
    Element("event", "event", is_required=True),
    Element("responseType", "response_types", Kind.CODE, is_many=True),
    Element("urgency", "urgency", Kind.CODE, is_required=True),
    Element("severity", "severity", Kind.CODE, is_required=True),
    Element("certainty", "certainty", Kind.CODE, is_required=True),
    Element("audience", "audience"),
    Element("eventCode", "event_codes", Kind.PAIR, is_many=True),
    Element("effective", "effective", Kind.TIME),
    Element("onset", "onset", Kind.TIME),
    Element("expires", "expires", Kind.TIME),
    Element("senderName", "sender_name"),
    Element("headline", "headline"),
    Element("description", "description"),
    Element("instruction", "instruction"),
    Element("web", "web", Kind.TOKEN),
    Element("contact", "contact"),
    Element("parameter", "parameters", Kind.PAIR, is_many=True),
    Element("resource", "resources", Kind.GROUP, is_many=True, group=Resource),
    Element("area", "areas", Kind.GROUP, is_many=True, group=Area),
)
ALERT = (
    Element("identifier", "identifier", Kind.TOKEN, is_required=True),
    Element("sender", "sender", Kind.TOKEN, is_required=True),
    Element("sent", "sent", Kind.TIME, is_required=True),
    Element("status", "status", Kind.CODE, is_required=True),
    Element("msgType", "msg_type", Kind.CODE, is_required=True),
    Element("source", "source"),
    Element("scope", "scope", Kind.CODE, is_required=True),
    Element("restriction", "restriction"),
    Element("addresses", "addresses"),
    Element("code", "codes", is_many=True),
    Element("note", "note"),
    Element("references", "references", Kind.TOKEN),
    Element("incidents", "incidents"),
    Element("info", "infos", Kind.GROUP, is_many=True, group=Info),
)
TABLES: dict[type, tuple[Element, ...]] = {Document: ALERT, Info: INFO, Resource: RESOURCE, Area: AREA}
NAMES = {Document: "alert", Info: "info", Resource: "resource", Area: "area"}

CODES: dict[str, tuple[str, ...]] = {
    "status": ("Actual", "Exercise", "System", "Test", "Draft"),
    "msgType": ("Alert", "Update", "Cancel", "Ack", "Error"),
    "scope": ("Public", "Restricted", "Private"),
    "category": (
        "Geo", "Met", "Safety", "Security", "Rescue", "Fire", "Health", "Env", "Transport", "Infra", "CBRNE",
        "Other",
    ),
    "responseType": (
        "Shelter", "Evacuate", "Prepare", "Execute", "Avoid", "Monitor", "Assess", "AllClear", "None",
    ),
    "urgency": ("Immediate", "Expected", "Future", "Past", "Unknown"),
    "severity": ("Extreme", "Severe", "Moderate", "Minor", "Unknown"),
    "certainty": ("Observed", "Likely", "Possible", "Unlikely", "Unknown"),
}  # fmt: skip

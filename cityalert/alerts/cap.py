"""An alert as CAP 1.2 XML, in the Canadian profile (CAP-CP). The words CAP knows are in `vocabulary`."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import translation
from lxml import etree

from cityalert.alerts import content
from cityalert.alerts.models import Alert, Info
from cityalert.alerts.vocabulary import EVENTS, MsgType, Scope
from cityalert.geo import codec, municipalities
from cityalert.lib.severity import Severity

NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"
PROFILE = "profile:CAP-CP:0.4"
EVENT_CODES = "profile:CAP-CP:Event:0.4"
LOCATION_CODES = "profile:CAP-CP:Location:0.3"
# CAP takes en-US for granted where no language stands.
LANGUAGES = {"en": "en-CA", "fr": "fr-CA"}


def xml(alert: Alert) -> str:
    """The alert as CAP 1.2, elements in the schema's order, one info for each language it has words in.

    It has been given its `published_at` and is about to be published. Alert Ready's layers are never written:
    we are no authorised issuer.
    """
    root = etree.Element("alert", nsmap={None: NAMESPACE})
    for name, value in (
        ("identifier", str(alert.pk)),
        ("sender", settings.CAP_SENDER),
        ("sent", moment(_published_at(alert))),
        ("status", alert.status),
        ("msgType", alert.msg_type),
        ("source", alert.partner.name),
        ("scope", alert.scope),
        # Obligatory when restricted, and only then allowed.
        ("restriction", f"TLP:{alert.tlp}" if alert.scope == Scope.RESTRICTED else ""),
        ("code", PROFILE),
        ("note", alert.exercise_note),
        ("references", " ".join(_references(alert))),
        ("incidents", str(alert.series)),
    ):
        _add(root, name, value)
    for info in content.said_infos(alert):
        _info(root, alert, info)
    return etree.tostring(root, encoding="unicode")


def moment(at: datetime) -> str:
    """CAP's dateTime: local, whole seconds, no "Z"; UTC itself is written -00:00."""
    local = at.astimezone(ZoneInfo(settings.TIME_ZONE)).replace(microsecond=0).isoformat()
    return local[: -len("+00:00")] + "-00:00" if local.endswith("+00:00") else local


def _references(alert: Alert) -> list[str]:
    """Each message this one replaces, and with it all that those replaced: "sender,identifier,sent"."""
    replaced = sorted(alert.references.all(), key=_published_at)
    return [f"{settings.CAP_SENDER},{one.pk},{moment(_published_at(one))}" for one in replaced]


def _published_at(alert: Alert) -> datetime:
    if alert.published_at is None:
        raise ValueError("only what is published has a time of sending")
    return alert.published_at


def _info(root: etree._Element, alert: Alert, words: Info) -> None:
    info = etree.SubElement(root, "info")
    with translation.override(words.language):
        event = str(EVENTS[alert.event])
    for name, value in (
        ("language", LANGUAGES[words.language]),
        ("category", alert.category),
        ("event", event),
        ("responseType", alert.response_type),
        ("urgency", alert.urgency),
        ("severity", Severity(alert.severity).cap),
        ("certainty", alert.certainty),
    ):
        _add(info, name, value)
    _pair(info, "eventCode", EVENT_CODES, alert.event)
    for name, value in (
        # What is said holds from when it is sent; what it is about may begin later.
        ("effective", moment(_published_at(alert))),
        ("onset", moment(alert.onset_at) if alert.onset_at else ""),
        ("expires", moment(alert.expires_at) if alert.expires_at else ""),
        ("senderName", alert.partner.name),
        ("headline", words.headline),
        ("description", words.description),
        ("instruction", words.instruction),
    ):
        _add(info, name, value)
    if alert.msg_type == MsgType.UPDATE:
        # Rule 16: an update that changes more than a detail says so.
        _pair(info, "parameter", f"{PROFILE}:MinorChange", "none")
    # Rule 17: whether people wrote these words.
    _pair(info, "parameter", f"{PROFILE}:AutoTranslated", "yes" if words.is_machine_translated else "no")
    _area(info, alert, words.language)


def _area(info: etree._Element, alert: Alert, language: str) -> None:
    area = etree.SubElement(info, "area")
    etree.SubElement(area, "areaDesc").text = content.place_in(alert, language)
    for polygon in codec.cap_polygon(alert.area) if alert.area else ():
        _add(area, "polygon", polygon)
    # CAP-CP rule 9: each municipality it lies in, by Statistics Canada's code.
    for code in municipalities.codes(alert.area) if alert.area else ():
        _pair(area, "geocode", LOCATION_CODES, code)


def _add(parent: etree._Element, name: str, text: str) -> None:
    if text:
        etree.SubElement(parent, name).text = text


def _pair(parent: etree._Element, name: str, value_name: str, value: str) -> None:
    pair = etree.SubElement(parent, name)
    _add(pair, "valueName", value_name)
    _add(pair, "value", value)

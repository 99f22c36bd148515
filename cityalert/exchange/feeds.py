"""What a fetched answer holds: one alert, or a feed (Atom, RSS) whose entries link to alerts or carry them. Pure."""

from dataclasses import dataclass
from urllib.parse import urljoin

from lxml import etree

from cityalert.exchange.cap.notes import Note
from cityalert.exchange.cap.opening import Incomplete, open_tree
from cityalert.exchange.cap.reading import alerts_in

ATOM = "http://www.w3.org/2005/Atom"
MOST_ENTRIES = 300
_CAP_TYPE = "application/cap+xml"


@dataclass(frozen=True)
class Entry:
    """One alert of a feed. `key` and `version` tell whether it was seen; `link` or `raw` leads to it, else `fault`."""

    key: str
    version: str = ""
    title: str = ""
    link: str = ""
    raw: bytes = b""
    fault: Note | None = None


def entries(raw: bytes, base: str) -> list[Entry]:
    """The entries of an answer from the address `base`. Raises CapRefused; Incomplete for what is no feed at all."""
    root = open_tree(raw)
    name = etree.QName(root).localname
    if name == "alert":
        return [Entry(key=base, version="", title="", raw=raw)]
    if name not in ("feed", "rss", "RDF"):
        alerts = list(alerts_in(root))
        if not alerts:
            raise Incomplete(Note("not_a_feed", value=name))
        return [Entry(key=f"{base}#{place}", raw=_alone(one)) for place, one in enumerate(alerts)]
    found = [_entry(one, base) for one in root.iter("{*}entry", "{*}item")]
    if len(found) > MOST_ENTRIES:
        found = [*found[:MOST_ENTRIES], Entry("", fault=Note("too_many_entries", value=str(MOST_ENTRIES)))]
    return found


def _entry(entry: etree._Element, base: str) -> Entry:
    title = " ".join(_text(entry, "title").split())[:200]
    version = (_text(entry, "updated") or _text(entry, "pubDate") or _text(entry, "date")).strip()
    name = (_text(entry, "id") or _text(entry, "guid")).strip()
    inline = next((one for one in alerts_in(entry) if one is not entry), None)
    link = _link(entry)
    key = (name or link)[:500]
    if inline is not None:
        raw = _alone(inline)
        return Entry(key or title, version, title, raw=raw)
    if not key:
        return Entry("", version, title, fault=Note("no_id"))
    if not link and name.startswith(("https://", "http://")):
        link = name
    try:
        address = urljoin(base, link) if link else ""
    except ValueError:  # "https://[" is none
        address = ""
    if not address:
        return Entry(key, version, title, fault=Note("no_link"))
    return Entry(key, version, title, link=address)


def _link(entry: etree._Element) -> str:
    """Where its CAP is: a link that says so, else the only one there is."""
    links = [one for one in entry.iterchildren("{*}link", "{*}enclosure") if isinstance(one.tag, str)]
    ranked = sorted(links, key=_rank)
    for one in ranked:
        if address := (one.get("href") or one.get("url") or one.text or "").strip():
            return address
    return ""


def _rank(link: etree._Element) -> int:
    says_cap = (link.get("type") or "").split(";")[0].strip() == _CAP_TYPE
    return 0 if says_cap else 1 if link.get("rel", "alternate") == "alternate" else 2


def _text(entry: etree._Element, name: str) -> str:
    return next(("".join(one.itertext()) for one in entry.iterchildren(f"{{*}}{name}")), "")


def _alone(alert: etree._Element) -> bytes:
    return etree.tostring(alert, with_tail=False, encoding="UTF-8", xml_declaration=True)

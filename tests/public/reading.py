"""Feeds as the strictest reader reads them: what RFC 4287, RSS 2.0 and RFC 5545 demand is there, or it is no feed."""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from lxml import etree

ATOM = "{http://www.w3.org/2005/Atom}"


def entries(content):
    """The title of each entry by its id."""
    root = etree.fromstring(content)
    read = _atom if root.tag == f"{ATOM}feed" else _rss
    return {key: (title, link) for key, title, link in read(root)}


def _atom(root):
    for one in (root, *root.iter(f"{ATOM}entry")):
        assert all(len(one.findall(ATOM + name)) == 1 for name in ("id", "title", "updated")), one
        for name in ("updated", "published"):
            moments = [datetime.fromisoformat(found.text) for found in one.findall(ATOM + name)]
            assert all(moment.tzinfo for moment in moments)
        assert one.findtext(f"{ATOM}author/{ATOM}name")
    assert root.xpath("count(a:link[@rel='self'])", namespaces={"a": ATOM[1:-1]}) == 1
    for one in root.iter(f"{ATOM}entry"):
        links = [(link.get("rel"), link.get("type")) for link in one.findall(f"{ATOM}link")]
        # Two alternates may not have the same type (4.1.2).
        assert len(set(links)) == len(links)
        assert ("alternate", None) in links
        yield one.findtext(f"{ATOM}id"), one.findtext(f"{ATOM}title"), one.find(f"{ATOM}link").get("href")


def _rss(root):
    assert (root.tag, root.get("version")) == ("rss", "2.0")
    channel = root.find("channel")
    assert all(channel.findtext(name) for name in ("title", "link", "description"))
    for item in channel.findall("item"):
        assert parsedate_to_datetime(item.findtext("pubDate")).tzinfo
        assert item.find("guid").get("isPermaLink") == "false"
        assert set(item.find("enclosure").attrib) == {"url", "length", "type"}
        yield item.findtext("guid"), item.findtext("title"), item.findtext("link")


def events(content):
    """The properties of each event of a calendar, by its UID's first part."""
    assert content.endswith(b"\r\n")
    raw = content.split(b"\r\n")
    assert all(len(line) <= 75 for line in raw)
    assert not any(b"\n" in line for line in raw)
    lines = re.sub(r"\r\n[ \t]", "", content.decode()).split("\r\n")[:-1]
    assert (lines[0], lines[-1]) == ("BEGIN:VCALENDAR", "END:VCALENDAR")
    assert lines.count("VERSION:2.0") == 1
    assert sum(line.startswith("PRODID:") for line in lines) == 1
    found = {}
    for block in "\n".join(lines).split("BEGIN:VEVENT\n")[1:]:
        body = block.partition("\nEND:VEVENT")[0].split("\n")
        event = {line.partition(":")[0]: _plain(line.partition(":")[2]) for line in body}
        assert {"UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY"} <= set(event)
        for name in ("DTSTAMP", "DTSTART", "DTEND"):
            event[name] = datetime.strptime(event[name], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        assert event["DTSTART"] < event["DTEND"]
        found[event["UID"].partition("@")[0]] = event
    return found


def _plain(value):
    """Unescaped, and nothing in it that ought to have been escaped."""
    assert not re.search(r"(?<!\\)(?:\\\\)*\\[^\\;,nN]", value)
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] in "nN" else found[1], value)

"""Atom (RFC 4287) with CAP's own words beside each entry, and RSS 2.0."""

from html import escape
from typing import Any

from django.conf import settings
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed

from cityalert.alerts.cap import LANGUAGES, moment
from cityalert.alerts.vocabulary import EVENTS
from cityalert.geo import codec
from cityalert.public.feeds.entries import Entry, Feed

CAP = "urn:oasis:names:tc:emergency:cap:1.2"
CAP_TYPE = "application/cap+xml"


def atom(feed: Feed) -> str:
    """Each entry has CAP's elements in CAP's namespace, and a link to the whole message."""
    return _written(_Atom, feed)


def rss(feed: Feed) -> str:
    """For readers that know nothing else. The whole message is each item's enclosure."""
    return _written(_Rss, feed)


def _written(kind: type[Any], feed: Feed) -> str:
    made = kind(
        title=feed.title, link=feed.page, description=feed.title, language=LANGUAGES[feed.language],
        feed_url=feed.address, feed_guid=feed.key, author_name=settings.SITE_NAME,
    )  # fmt: skip
    made.changed_at = feed.changed_at
    for entry in feed.entries:
        made.add_item(
            title=entry.title,
            link=entry.page,
            description=escape(entry.text).replace("\n", "<br>"),
            author_name=entry.alert.partner.name,
            pubdate=entry.published_at,
            updateddate=entry.changed_at,
            unique_id=f"urn:uuid:{entry.alert.pk}",
            unique_id_is_permalink=False,
            categories=[str(EVENTS[entry.alert.event])] if entry.alert.event in EVENTS else (),
            entry=entry,
        )
    return str(made.writeString("utf-8"))


class _Changed:
    """When it changed last is ours to say: an empty feed would have changed just now."""

    changed_at: Any

    def latest_post_date(self) -> Any:
        """The feed's own."""
        return self.changed_at


class _Atom(_Changed, Atom1Feed):
    def root_attributes(self) -> dict[str, str]:
        return {**super().root_attributes(), "xmlns:cap": CAP}

    def add_item_elements(self, handler: Any, item: Any) -> None:
        super().add_item_elements(handler, item)
        entry: Entry = item["entry"]
        handler.addQuickElement("link", "", {"rel": "alternate", "type": CAP_TYPE, "href": entry.cap})
        for name, value in _cap(entry):
            handler.addQuickElement(f"cap:{name}", value)


class _Rss(_Changed, Rss201rev2Feed):
    def add_item_elements(self, handler: Any, item: Any) -> None:
        super().add_item_elements(handler, item)
        # Its length is not known before it is asked for; RSS wants the attribute.
        enclosure = {"url": item["entry"].cap, "length": "0", "type": CAP_TYPE}
        handler.addQuickElement("enclosure", "", enclosure)


def _cap(entry: Entry) -> list[tuple[str, str]]:
    """CAP's words for the entry, in CAP's order."""
    alert = entry.alert
    said = [
        ("identifier", str(alert.pk)),
        ("sender", settings.CAP_SENDER),
        ("sent", moment(entry.published_at)),
        ("status", alert.status),
        ("msgType", alert.msg_type),
        ("scope", alert.scope),
        ("category", alert.category),
        ("event", str(EVENTS.get(alert.event, alert.event))),
        ("responseType", alert.response_type),
        ("urgency", alert.urgency),
        ("severity", entry.severity.cap),
        ("certainty", alert.certainty),
        ("expires", moment(alert.expires_at) if alert.expires_at else ""),
        ("areaDesc", entry.place),
    ]
    polygons = [("polygon", ring) for ring in codec.cap_polygon(alert.area)] if alert.area else []
    return [(name, value) for name, value in [*said, *polygons] if value]

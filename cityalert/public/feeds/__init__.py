"""Alerts for programs. `entries` says what stands in a feed; each other file here writes it in one format."""

from collections.abc import Callable
from dataclasses import dataclass

from cityalert.public.feeds import events, places, syndication
from cityalert.public.feeds.entries import Feed


@dataclass(frozen=True)
class Format:
    """How a feed is written, and what a browser is told it is."""

    content_type: str
    write: Callable[[Feed], str]


FORMATS = {
    "atom": Format("application/atom+xml; charset=utf-8", syndication.atom),
    "rss": Format("application/rss+xml; charset=utf-8", syndication.rss),
    "geojson": Format("application/geo+json; charset=utf-8", places.geojson),
    "ics": Format("text/calendar; charset=utf-8", events.icalendar),
}

"""An event, as the tests of dossiers tell of it."""

from datetime import datetime, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from cityalert.dossiers import actions
from cityalert.dossiers.models import Dossier
from tests.cast import Person

PDF = b"%PDF-1.7\n% the crossing points\n"


def local(at: datetime) -> str:
    """A moment as the browser's field says it."""
    return f"{timezone.localtime(at):%Y-%m-%dT%H:%M}"


def frame(at: datetime, **more: Any) -> dict[str, Any]:
    """What the page of a new event posts."""
    begins = at + timedelta(days=20)
    return {
        "title": "Santa Claus Parade", "tlp": "AMBER", "organiser": "Parade Society", "venue": "Bloor to Front",
        "begins_at": local(begins), "ends_at": local(begins + timedelta(hours=6)), "crowd": "400000",
        "summary": "Floats, bands.", "shapes": "", **more,
    }  # fmt: skip


def opened(host: Person, at: datetime, *guests: Person, **more: Any) -> Dossier:
    """An event of somebody's partner, in which others take part."""
    begins = at + timedelta(days=20)
    data = frame(at) | {"begins_at": begins, "ends_at": begins + timedelta(hours=6), "crowd": 400_000}
    dossier = actions.open_dossier(host.actor(at), data | {"shapes": {}} | more, at=at)
    for guest in guests:
        join(dossier, guest, at)
    return dossier


def join(dossier: Dossier, guest: Person, at: datetime) -> None:
    """Whoever it is takes part."""
    dossier.guests.create(partner=guest.partner, host=dossier.partner, since_at=at)


def risk(**more: Any) -> dict[str, Any]:
    """A risk, as its page posts it."""
    return {
        "title": "Pickpockets", "text": "In the crowd.", "tlp": "AMBER", "is_shared": "1", "reliability": "B",
        "credibility": "2", "source": "", **more,
    }  # fmt: skip


def part(**more: Any) -> dict[str, Any]:
    """Any other part."""
    return {"title": "Barriers at Bloor", "text": "", "tlp": "AMBER", "is_shared": "1", **more}


def plan(content: bytes = PDF, name: str = "plan.pdf") -> SimpleUploadedFile:
    """A file, as a browser sends it."""
    return SimpleUploadedFile(name, content, content_type="application/octet-stream")

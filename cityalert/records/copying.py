"""A conversation as a copy: its entries as JSON, and the same as a page for reading."""

import json
from collections.abc import Iterable, Sequence
from pathlib import PurePath
from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from cityalert.messaging.models import Post
from cityalert.records.models import Extract
from cityalert.records.redacting import Gone


def entry(post: Post, author: str, partner: str) -> dict[str, Any]:
    """One post in plain values; see `redacting.apply` for what may go from it. Times are ISO 8601 in UTC."""
    return {
        "position": post.position,
        "at": post.posted_at.isoformat(),
        "author_id": post.author_id,
        "author": author,
        "partner": partner,
        "label": f"TLP:{post.tlp}",
        "text": post.text,
        "place": _place(post.place_name, post.place),
        "answers": post.reply_to.position if post.reply_to else None,
        "edited_at": post.edited_at.isoformat() if post.edited_at else None,
        "deleted_at": post.deleted_at.isoformat() if post.deleted_at else None,
        "before": [
            {
                "text": one.text, "place": _place(one.place_name, one.place), "act": one.act,
                "until": one.until_at.isoformat(),
            }
            for one in post.wordings.all()
        ],
        "files": [
            {
                "id": str(one.pk), "name": one.name, "type": one.content_type, "size": one.size, "sha256": one.sha256,
                "path": f"files/{one.pk}{PurePath(one.name).suffix}",
            }
            for one in post.attachments.all()
        ],
    }  # fmt: skip


def _place(name: str, point: Any) -> str:
    """The name, and where that is (latitude, longitude)."""
    return f"{name} ({point.y:.5f}, {point.x:.5f})".strip() if point else name


def manifest(extract: Extract, entries: Sequence[dict[str, Any]], gone: Iterable[Gone]) -> dict[str, Any]:
    """What the copy is, of what, and how it can be checked."""
    return {
        "extract": str(extract.pk),
        "request": extract.reference,
        "conversation": str(extract.conversation_id),
        "subject": extract.conversation.subject,
        "of": extract.partner.name,
        "made_at": extract.made_at.isoformat(),
        "made_by": extract.made_by.name,
        "entries": len(entries),
        "head": extract.head,
        "removed": [
            {"position": one.position, "what": str(one.what), "ground": str(one.ground), "times": one.times}
            for one in gone
        ],
        "check": (
            "Each entry's hash is SHA-256 of the entry without it, as JSON with sorted keys, without spaces, in "
            "UTF-8; `previous` is the hash before it; the last one is `head`."
        ),
    }


def pages(about: dict[str, Any], entries: Sequence[dict[str, Any]]) -> dict[str, str]:
    """The texts of the archive by file name."""
    whole = {"about": about, "entries": entries}
    return {
        "conversation.json": json.dumps(whole, ensure_ascii=False, indent=1),
        "conversation.html": render_to_string("records/copy.html", whole | {"title": _("Correspondence")}),
    }

"""What the tests of the writing pages post, and how."""

import json
import re
from datetime import timedelta
from uuid import uuid4

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cityalert.alerts import actions
from cityalert.alerts.models import Alert
from tests.alerts.writing import WORDS
from tests.cast import DOWNTOWN

HTMX = {"hx-request": "true"}
POSTED_ON = (
    "preview", "save", "template", "discard", "confirm", "publish", "submit", "approve", "return", "update", "cancel",
)  # fmt: skip


def url(name: str, alert: Alert) -> str:
    return reverse(f"alerts:{name}", args=[alert.pk])


def typed(alert: Alert, **more) -> dict:
    """What the page posts for a complete restricted alert."""
    ends_at = timezone.localtime(alert.created_at + timedelta(hours=2))
    words = {f"{language}_{name}": text for language, said in WORDS.items() for name, text in said.items()}
    return {
        "version": actions.version(alert), "status": "Actual", "scope": "Restricted", "event": "dangerPerson",
        "category": "Security", "response_type": "Shelter", "urgency": "Immediate", "severity": "4",
        "certainty": "Observed", "tlp": "AMBER", "area_desc": "King and Bay", "escalate_after_min": "5",
        "asks_response": "on", "exercise_note": "", "shapes": json.dumps(DOWNTOWN),
        "expires_at": ends_at.strftime("%Y-%m-%dT%H:%M"), **words, **more,
    }  # fmt: skip


def start(client: Client, **data) -> Alert:
    """A draft, begun as people begin one."""
    answer = client.post(reverse("alerts:new"), data)
    assert answer.status_code == 302
    return Alert.objects.get(pk=answer["Location"].split("/")[2])


def confirmed(client: Client, alert: Alert, name: str = "publish", **more):
    """Press the button in the dialog that was fetched just now."""
    alert.refresh_from_db()
    return client.post(
        url(name, alert), {"key": str(uuid4()), "version": actions.version(alert), **more}, headers=HTMX
    )


def blank() -> dict[str, str]:
    return {f"{language}_{name}": "" for language, said in WORDS.items() for name in said}


def version(alert: Alert) -> str:
    return actions.version(Alert.objects.get(pk=alert.pk))


def heard(alert: Alert, at) -> None:
    """Everybody has seen it."""
    alert.notice.recipients.update(seen_at=at)


def bare(answer, alert: Alert) -> bytes:
    """A page without what differs between any two answers."""
    text = re.sub(rb"[0-9a-f]{8}-[0-9a-f-]{27}", b"", answer.content)
    text = re.sub(rb'(csrfmiddlewaretoken" value|X-CSRFToken&quot;:|X-CSRFToken":) ?=?"?[^"]+"', b"", text)
    return text.replace(answer["X-Request-ID"].encode(), b"")

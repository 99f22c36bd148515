"""Somebody at a desk: alerts are written beforehand, and sent, replaced and taken back through the webs, by HTTP.

Whoever presses a button and hears nothing presses again, at the other web, with the same key.
"""

import http.client
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from time import monotonic, sleep
from typing import Any, TypeVar
from urllib.parse import urlencode
from uuid import uuid4

from django.conf import settings
from django.db import DatabaseError, InterfaceError, close_old_connections
from django.middleware.csrf import _get_new_csrf_string
from django.urls import reverse

from bench.inside.sessions import signed_in
from cityalert.accounts.models import User
from cityalert.alerts import actions
from cityalert.alerts.models import Alert
from cityalert.lib import clock
from cityalert.lib.severity import Severity
from partners.queries import actor_for

AUTHOR, APPROVER, READER = (f"{name}@cityalert.example" for name in ("avery", "sam", "corin"))
KING_AND_BAY = [-79.3815, 43.6487]
WORDS = {
    "headline": "Armed person, King St W and Bay St",
    "instruction": "Lock your doors. Keep people away from windows.",
    "description": "One person with a rifle, last seen going south.",
}
# How long somebody goes on pressing.
PATIENCE_S = 90

T = TypeVar("T")


@dataclass(eq=False)
class Press:
    """A button that was pressed, and whether the web said that it was done (`is_acknowledged`)."""

    alert_id: str
    what: str
    pressed_at: float
    key: str
    is_acknowledged: bool = False
    took_s: float = 0.0
    times: int = 0
    answers: str = ""


def persistently(do: Callable[[], T], within_s: float = PATIENCE_S) -> T:
    """Ask the database until it answers: it may be dead at the moment."""
    until = monotonic() + within_s
    while True:
        try:
            return do()
        except (DatabaseError, InterfaceError):
            close_old_connections()
            if monotonic() > until:
                raise
            sleep(0.2)


def sent_by(press: Press) -> Alert | None:
    """The alert that a press sent: for a cancel the one that ended it; None if nothing went out."""
    alert = Alert.objects.get(pk=press.alert_id)
    if press.what == "cancel":
        return alert.followed_by.filter(msg_type="Cancel", notice__isnull=False).first()
    return alert if alert.notice_id else None


def draft(*, is_public: bool, radius_m: int, severity: Severity) -> Alert:
    """An alert ready to be sent; a public one waits for its second person."""
    at = clock.now()
    author = actor_for(User.objects.get(email=AUTHOR), at=at)
    assert author is not None
    alert = actions.create_draft(author, None, at=at)
    said: dict[str, Any] = {
        "words": {"en": WORDS, "fr": WORDS},
        "shapes": {"shapes": [{"type": "Circle", "center": KING_AND_BAY, "radius_m": radius_m}], "zones": []},
        "area_desc": "King St W and Bay St",
        "severity": severity,
        "expires_at": at + timedelta(hours=2),
        **({"scope": "Public", "tlp": "CLEAR"} if is_public else {}),
    }
    alert = actions.edit(author, alert, said, at=at)
    if is_public:
        actions.submit(author, alert, at=clock.now())
        alert.refresh_from_db()
    return alert


def draft_of_update(alert_id: str) -> Alert:
    """A newer version of an alert that is out, ready to be sent."""
    at = clock.now()
    author = actor_for(User.objects.get(email=AUTHOR), at=at)
    assert author is not None
    update = actions.start_update(author, Alert.objects.get(pk=alert_id), at=at)
    words = WORDS | {"headline": "Armed person now at Union Station"}
    update = actions.edit(author, update, {"words": {"en": words, "fr": words}}, at=clock.now())
    if update.scope == "Public":
        actions.submit(author, update, at=clock.now())
        update.refresh_from_db()
    return update


class Desk:
    """The author's and the approver's browsers."""

    def __init__(self, ports: list[int]) -> None:
        self._ports = ports
        for email in (AUTHOR, APPROVER):  # while the database answers
            signed_in(email)

    def send(self, alert: Alert) -> Press:
        """Send it, or approve it where it waits for a second person."""
        route, who = ("approve", APPROVER) if alert.state == "pending" else ("publish", AUTHOR)
        fields = {"version": actions.version(alert)}
        return self._press(str(alert.pk), route, who, fields)

    def cancel(self, alert_id: str, ending: str) -> Press:
        """Take it back, for one of the reasons there are (`Ending`)."""
        return self._press(alert_id, "cancel", AUTHOR, {"ending": ending})

    def _press(self, alert_id: str, route: str, who: str, fields: dict[str, str]) -> Press:
        press = Press(alert_id, route, monotonic(), str(uuid4()))
        until = press.pressed_at + PATIENCE_S
        path = reverse(f"alerts:{route}", args=[alert_id])
        while not press.is_acknowledged and monotonic() < until:
            port = self._ports[press.times % len(self._ports)]
            press.times += 1
            status = self._post(port, path, signed_in(who), fields | {"key": press.key})
            press.answers += f" {status}"
            press.is_acknowledged = status == 302
            if not press.is_acknowledged:
                sleep(0.3)
        press.took_s = monotonic() - press.pressed_at
        return press

    @staticmethod
    def _post(port: int, path: str, session: str, fields: dict[str, str]) -> int:
        secret = _get_new_csrf_string()
        headers = {
            "Cookie": f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={secret}",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        try:
            connection.request("POST", path, urlencode(fields | {"csrfmiddlewaretoken": secret}), headers)
            return connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return 0
        finally:
            connection.close()

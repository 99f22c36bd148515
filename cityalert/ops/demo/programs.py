"""Two programs that the demo's BIA has told by web hook: a wall screen that takes everything, and one that is down."""

from typing import Any

from django.conf import settings
from django.db import connection

from cityalert.delivery.hooks import actions
from cityalert.lib.severity import Severity
from cityalert.ops.demo.history import Past, Story

_HOUR = 60.0
_DOWN = "https://sirens.fd-bia.example/cityalert"

# What the one that is down was told since: tried a few times, and given up. It is there to be sent again.
_FAIL = """
    WITH failed AS (
        UPDATE delivery_delivery d SET state = 'failed', reason = 'answered 503', tries = 3
        FROM delivery_hook h
        WHERE h.id = %(hook)s AND d.channel = 'webhook' AND d.address = h.address AND d.state_at > %(since)s
        RETURNING d.id, d.state_at
    ), first AS (
        UPDATE delivery_attempt a SET outcome = 'failed', provider_id = '', detail = 'answered 503'
        FROM failed WHERE a.delivery_id = failed.id
    )
    INSERT INTO delivery_attempt (delivery_id, number, started_at, ended_at, outcome, provider, detail)
    SELECT id, n, state_at + n * interval '30 seconds', state_at + n * interval '31 seconds', 'failed', 'webhook',
        CASE n WHEN 2 THEN 'no answer in time' ELSE 'answered 503' END
    FROM failed, generate_series(2, 3) n
"""
_FAILING = "UPDATE delivery_hook SET failing_since = %(since)s, failures = %(tries)s WHERE id = %(hook)s"


def told(past: Past) -> Story:
    """Bao adds both, long ago; since yesterday one does not answer."""
    yield 71 * _HOUR
    bao = past.actor("bao")
    wall = (
        f"{settings.SANDBOX_URL}/hooks/at/fd-bia"
        if settings.SANDBOX_URL
        else "https://wall.fd-bia.example/alerts"
    )
    actions.add(bao, wall, min_severity=Severity.UNKNOWN, exercises=True, at=past.at)
    down = actions.add(bao, _DOWN, min_severity=Severity.MINOR, exercises=False, at=past.at)
    yield 31 * _HOUR
    since = past.at
    yield 15
    with connection.cursor() as cursor:
        asked: dict[str, Any] = {"hook": down.pk, "since": since}
        cursor.execute(_FAIL, asked)
        cursor.execute(_FAILING, {**asked, "tries": 9})

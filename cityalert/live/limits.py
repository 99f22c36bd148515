"""How often the hub looks, and how much one socket or person may ask of it. `settings.LIVE` overrides."""

from dataclasses import dataclass

from django.conf import settings


@dataclass(frozen=True)
class Limits:
    """The numbers of a hub. Seconds, bytes and counts, as the names say."""

    poll_seconds: float = 2.5
    beat_seconds: float = 10
    recheck_seconds: float = 5
    # As long as sessions. Each socket draws an earlier moment of its own: not all may come back at once.
    reconnect_seconds: float = 12 * 3600
    sockets: int = 5_000
    sockets_per_user: int = 5
    topics_per_socket: int = 20
    # What may wait in our memory for one slow reader.
    unsent_bytes: int = 131_072
    stalled_seconds: float = 5
    replay_page: int = 20
    message_bytes: int = 16_384
    messages: int = 20
    message_seconds: float = 10


def limits() -> Limits:
    """The limits this installation runs with."""
    return Limits(**getattr(settings, "LIVE", {}))

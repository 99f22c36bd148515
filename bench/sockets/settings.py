"""The product's settings for the fan-out measurement: nothing but the card is sent, and hints stay in one server."""

import os

from cityalert.settings import *  # noqa: F403
from cityalert.settings import REDIS_URL

_group = os.environ["BENCH_GROUP"]
LIVE = {"beat_seconds": 3_600}
_layer = "core.RedisChannelLayer" if _group == "tutorial" else "pubsub.RedisPubSubChannelLayer"
_host = {"address": REDIS_URL, "socket_timeout": None}
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": f"channels_redis.{_layer}",
        "CONFIG": {"hosts": [_host], "prefix": f"bench-{_group}"}
        | ({"capacity": 10_000} if _group == "tutorial" else {}),
    }
}

"""The settings of the servers these tests start: the test database as the product's own role, and quick intervals."""

import json
import os

from cityalert.settings import *  # noqa: F403
from cityalert.settings import DATABASES, INSTALLED_APPS, env

_app = env.db_url("DATABASE_URL")
DATABASES["default"] |= {
    "NAME": os.environ["LIVE_DATABASE"],
    "USER": _app["USER"],
    "PASSWORD": _app["PASSWORD"],
}
DATABASE_HAS_WALL = True
INSTALLED_APPS = [*INSTALLED_APPS, "tests.live.weather"]
LIVE = json.loads(os.environ["LIVE_LIMITS"])

"""The product's settings, told that this is the test suite."""

import os

os.environ["CITYALERT_ENVIRONMENT"] = "test"

from cityalert.settings import *  # noqa: F403

# One database per run, so that two runs on one machine do not take each other's away; a copy, if there is one to copy.
DATABASES["default"]["TEST"] = {  # noqa: F405
    "NAME": f"test_cityalert_{os.getpid()}",
    "TEMPLATE": os.environ.get("TESTS_TEMPLATE"),
}

# And a corner of Redis of its own, so that no worker of a running city takes a test's work.
CELERY_BROKER_URL = REDIS_URL.rpartition("/")[0] + "/9"  # noqa: F405

"""Loaded before anything else (`-p tests.environment`): tells the settings that this is the test suite."""

import os

os.environ["CITYALERT_ENVIRONMENT"] = "test"

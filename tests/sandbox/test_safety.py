"""The sandbox never runs where it could be taken for the real thing."""

from io import StringIO

import pytest
from django.core.checks import run_checks
from django.core.management import CommandError, call_command

from cityalert.sandbox.checks import no_sandbox_in_production
from cityalert.sandbox.server import NotLocal, local_port


@pytest.mark.parametrize(
    ("environment", "url", "ids"),
    [
        ("production", "http://127.0.0.1:8010", ["sandbox.E001"]),
        ("production", "", []),
        ("demo", "http://127.0.0.1:8010", []),
        ("test", "http://127.0.0.1:8010", []),
    ],
)
def test_production_refuses_a_sandbox(settings, environment: str, url: str, ids: list[str]) -> None:
    settings.CITYALERT_ENVIRONMENT, settings.SANDBOX_URL = environment, url

    assert [error.id for error in no_sandbox_in_production()] == ids
    assert [error.id for error in run_checks() if error.id and error.id.startswith("sandbox.")] == ids


def test_the_command_refuses_production(settings) -> None:
    settings.CITYALERT_ENVIRONMENT = "production"

    with pytest.raises(CommandError, match="never runs in production"):
        call_command("sandbox", stdout=StringIO())


@pytest.mark.parametrize(
    "url", ["http://0.0.0.0:8010", "http://sandbox.example:8010", "http://127.0.0.1", ""]
)
def test_it_listens_on_this_machine_only(settings, url: str) -> None:
    settings.SANDBOX_URL = url

    with pytest.raises(NotLocal):
        local_port(url, "SANDBOX_URL")
    with pytest.raises(CommandError, match="SANDBOX_URL"):
        call_command("sandbox", stdout=StringIO())

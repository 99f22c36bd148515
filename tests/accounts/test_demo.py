"""The demo's conveniences: there in the demo, nowhere else."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from cityalert.accounts import checks, demo
from tests.cast import Cast
from tests.door import code_of


@pytest.fixture
def in_production(settings):
    settings.IS_PRODUCTION, settings.IS_DEMO, settings.IS_TEST = True, False, False


def test_the_demo_shows_who_one_can_sign_in_as(client: Client, cast: Cast, settings):
    settings.IS_DEMO = True

    page = client.get("/accounts/login/").content.decode()

    assert cast.avery.email in page
    assert "toronto-avery-2026" in page
    assert code_of(cast.avery) in page
    assert code_of(cast.avery) in client.get("/demo/codes/").content.decode()


def test_elsewhere_it_shows_nobody(client: Client, cast: Cast):
    assert cast.avery.email not in client.get("/accounts/login/").content.decode()
    assert client.get("/demo/codes/").status_code == 404


def test_production_knows_no_secrets(in_production, db):
    with pytest.raises(ImproperlyConfigured):
        demo.totp_secret("avery@cityalert.example")


def test_production_refuses_to_start_with_them(in_production, settings):
    settings.IS_DEMO = True
    settings.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True

    assert {found.id for found in checks.no_demo_in_production()} == {"accounts.E002", "accounts.E003"}


@pytest.mark.parametrize("key", ["", "short", "!" * 44])
def test_nothing_starts_without_a_key(settings, key):
    settings.FIELD_KEY = settings.ADDRESS_KEY = key

    assert [found.id for found in checks.keys_are_there()] == ["accounts.E001", "accounts.E005"]


def test_secrets_are_known_and_stable():
    assert demo.totp_secret("avery@cityalert.example") == demo.totp_secret("avery@cityalert.example")
    assert demo.totp_secret("avery@cityalert.example") != demo.totp_secret("sam@cityalert.example")

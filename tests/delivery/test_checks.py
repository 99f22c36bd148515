"""A city that could tell nobody does not start."""

import pytest

from cityalert.delivery.checks import check_providers


@pytest.fixture
def production(settings):
    settings.IS_PRODUCTION = True
    settings.PUBLIC_URL = "https://alerts.example"
    settings.TWILIO_AUTH_TOKEN = "a real one"
    return settings


def test_a_complete_configuration_is_accepted(production):
    assert check_providers() == []


def test_the_sandboxs_credentials_are_refused(production):
    production.TWILIO_AUTH_TOKEN = production.SANDBOX_AUTH_TOKEN

    assert [fault.id for fault in check_providers()] == ["delivery.E001"]


def test_an_address_in_the_clear_is_warned_about(production):
    production.PUBLIC_URL = "http://alerts.example"

    assert [fault.id for fault in check_providers()] == ["delivery.W001"]


def test_a_demo_may_do_without(settings):
    settings.TWILIO_AUTH_TOKEN = settings.SANDBOX_AUTH_TOKEN

    assert check_providers() == []

"""The demo city's people have browsers of the sandbox, and of nobody else."""

import pytest

from cityalert.sandbox import owners
from cityalert.subscriptions.devices import Device
from cityalert.subscriptions.models import ContactPoint

pytestmark = pytest.mark.django_db


def test_the_cast_has_devices_that_stand_in_the_sandbox_and_follow_it(cast, at, settings):
    settings.SANDBOX_URL = "http://localhost:9"
    assert owners.equip(at=at) == 8
    settings.SANDBOX_URL = "http://localhost:10"
    assert owners.equip(at=at) == 8

    devices = ContactPoint.objects.filter(channel="push")
    assert devices.count() == 8
    assert {Device.read(one.address).endpoint.rpartition("/push/")[0] for one in devices} == {
        "http://localhost:10"
    }
    assert set(cast.corin.subscriber.contact_points.filter(channel="push").values_list("label", flat=True)) == {
        "Edge on Windows", "Chrome on Android",
    }  # fmt: skip

"""Whoever has a second factor shows it again before their alerts go elsewhere."""

import time
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from cityalert.lib.severity import Severity
from cityalert.subscriptions.models import ContactPoint
from tests.door import code_of, let_in

pytestmark = pytest.mark.django_db

PAGE = reverse("preferences:reached")
NEW = {"channel": "email", "address": "avery.at.home@cityalert.example"}
AN_HOUR_AGO = timedelta(hours=1).total_seconds()


def test_an_hour_later_a_change_asks_for_the_code_and_is_then_done(cast):
    avery = let_in(Client(), cast.avery, second_factor_at=time.time() - AN_HOUR_AGO)
    text = cast.avery.contact_point("sms")
    there = ContactPoint.objects.filter(subscriber=cast.avery.subscriber)

    asked = avery.post(PAGE, NEW)
    assert asked.status_code == 403
    assert "Is it you?" in asked.content.decode()
    assert f'name="address" value="{NEW["address"]}"' in asked.content.decode()
    for name, typed in (("remove", {}), ("hear_from", {"severity": Severity.EXTREME.value})):
        answer = avery.post(reverse(f"preferences:{name}", args=[text.pk]), typed)
        assert answer.status_code == 403, name
    assert avery.post(reverse("preferences:add_device"), {"endpoint": "https://x"}).status_code == 403
    wrong = avery.post(PAGE, {**NEW, "app_code": "000000"})
    assert wrong.status_code == 422
    assert "That code is wrong" in wrong.content.decode()
    assert set(there.values_list("channel", "min_severity")) == {("sms", 0), ("email", 0)}

    assert avery.post(PAGE, {**NEW, "app_code": code_of(cast.avery)}).status_code == 302
    assert there.filter(address=NEW["address"]).exists()
    # From now on the session is fresh, and nothing more is asked.
    assert avery.post(reverse("preferences:remove", args=[text.pk])).status_code == 302
    assert not there.filter(pk=text.pk).exists()


def test_whoever_has_none_is_asked_for_none(cast):
    corin = Client()
    corin.force_login(cast.corin.user)

    assert corin.post(PAGE, NEW).status_code == 302

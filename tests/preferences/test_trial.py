"""Corin tries whether he is reached: a test to each of his own, and what became of it."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from cityalert.delivery import sending
from cityalert.delivery.models import Delivery
from cityalert.subscriptions.models import ContactPoint
from tests.door import let_in

pytestmark = pytest.mark.django_db

PAGE = reverse("preferences:trial")


def test_one_press_tries_every_way_and_the_page_says_which_came(cast, sandbox):
    corin = let_in(Client(), cast.corin)
    ContactPoint.objects.create(subscriber=cast.corin.subscriber, channel="sms", address="+14165550188")
    assert "Not tried yet" in corin.get(PAGE).content.decode()

    page = corin.post(PAGE, follow=True).content.decode()
    assert "On its way" in page
    assert not Delivery.objects.exclude(address__in=[cast.corin.phone, cast.corin.email]).exists()
    for channel in ("sms", "email"):
        sending.send_due(channel)
    text = sandbox.phones[cast.corin.phone].expect("TEST - TEST").body
    assert "Nothing has happened" in text
    assert "TEST" in sandbox.mailboxes[cast.corin.email].expect("Test of how you are reached").subject

    link = re.search(r"/a/\w+/", text)[0]
    answer = Client().get(link).content.decode()
    assert "I have it" in answer
    assert "Need help" not in answer
    Client().post(link)
    page = corin.get(PAGE).content.decode()
    assert "that it came" in page
    assert "Taken by the provider" in page

    assert "Wait five minutes" in corin.post(PAGE, follow=True).content.decode()
    assert Delivery.objects.count() == 2
    assert "Not tried yet" in let_in(Client(), cast.otto).get(PAGE).content.decode()

"""Feeds that a key opens: for one partner, within the marking, until the key or the partner is shut out."""

import pytest
from django.test import Client
from django.urls import reverse

from cityalert.audit import queries as audit
from cityalert.public import keys
from cityalert.public.models import FeedKey
from partners import standing
from partners.actor import Staff
from partners.roles import Role
from tests.alerts.writing import draft, published
from tests.cast import FAR_AWAY
from tests.door import let_in

pytestmark = pytest.mark.django_db

LIST = reverse("feed_keys:list")


@pytest.fixture
def manager(cast):
    """Somebody who runs Corin's partner."""
    return cast.join("mara", cast.corin.partner, Role.ADMINISTRATOR)


@pytest.fixture
def secret(manager, at):
    return keys.make(manager.actor(at), "Lobby screen", at=at)[1]


def read(secret, form="atom", language="en"):
    return Client().get(reverse("public:partner_feed", args=[secret, language, form]))


def test_a_program_reads_what_its_partner_was_told_and_nothing_else(cast, at, secret):
    alert = published(cast.avery, at, words={"en": {"headline": "For the tower"}})
    published(cast.avery, at, shapes=FAR_AWAY, words={"en": {"headline": "For Rouge"}})
    draft(cast.avery, at, words={"en": {"headline": "Not said yet"}})

    said = read(secret).content.decode()
    assert "[TLP:AMBER] For the tower" in said
    assert "For Rouge" not in said
    assert "Not said yet" not in said
    assert read(secret)["Cache-Control"].startswith("private")
    message = Client().get(reverse("public:partner_cap", args=[secret, alert.pk]))
    assert message.content.decode() == alert.cap_xml


def test_what_is_for_persons_only_goes_to_no_program(cast, at, secret):
    alert = published(cast.avery, at, tlp="RED", words={"en": {"headline": "For your eyes"}})

    assert "For your eyes" not in read(secret).content.decode()
    assert Client().get(reverse("public:partner_cap", args=[secret, alert.pk])).status_code == 404


def test_a_manager_makes_a_key_sees_it_once_and_revokes_it(cast, at, manager):
    desk = let_in(Client(), manager)
    made = desk.post(LIST, {"name": "Lobby screen"}).content.decode()
    secret = made.partition("/en/alerts.atom")[0].rpartition("/feeds/")[2]

    assert read(secret).status_code == 200
    key = FeedKey.objects.get()
    assert secret not in desk.get(LIST).content.decode()
    assert secret not in str(vars(key))
    desk.post(reverse("feed_keys:revoke", args=[key.pk]))
    assert read(secret).status_code == 404
    assert "Revoked by Mara" in desk.get(LIST).content.decode()
    assert [one.verb for one in audit.timeline(key)] == ["feed_key.made", "feed_key.revoked"]


def test_a_key_without_a_name_is_not_made(manager, at):
    answer = let_in(Client(), manager).post(LIST, {"name": "  "})
    assert answer.status_code == 422
    assert "Say what will read" in answer.content.decode()
    assert not FeedKey.objects.exists()


def test_making_a_key_asks_who_it_is(manager):
    answer = let_in(Client(), manager, second_factor_at=1.0).post(LIST, {"name": "Lobby"})
    assert answer.status_code == 403
    assert not FeedKey.objects.exists()


def test_nothing_is_there_for_a_suspended_partner_a_wrong_key_and_somebody_elses_manager(
    cast, at, manager, secret
):
    assert read("nothing").status_code == 404
    rest = let_in(Client(), cast.bao)
    key = FeedKey.objects.get()
    assert rest.post(reverse("feed_keys:revoke", args=[key.pk])).status_code == 404
    assert "Lobby screen" not in rest.get(LIST).content.decode()

    standing.suspend(Staff(cast.nadia.user), cast.corin.partner, "Moved away", at=at)
    assert read(secret).status_code == 404

"""Loading the demo city: once, whole, and never in the real thing."""

from collections.abc import Iterator
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from cityalert.accounts.models import User
from cityalert.alerts import actions, queries
from cityalert.alerts.approvals import SingleSend
from cityalert.alerts.models import Alert
from cityalert.businesses import standing
from cityalert.businesses.models import Business, Cascade, Seat
from cityalert.delivery.models import Recipient
from cityalert.exercises.models import Drill
from cityalert.geo.queries import find_places
from cityalert.lib import clock
from cityalert.ops.demo import growth, history, identity, load
from cityalert.ops.demo.stories import stories
from cityalert.subscriptions.models import ContactPoint, Subscriber, WatchArea
from partners.models import Membership, Partner, Site
from partners.queries import actor_for
from tests.table_owner import as_owner

pytestmark = pytest.mark.django_db

COUNTED = (User, Partner, Site, Membership, Subscriber, ContactPoint, WatchArea, Alert)


def counts() -> list[int]:
    return [model.objects.count() for model in COUNTED]


def deliveries(where: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM delivery_delivery WHERE {where}")
        return int(cursor.fetchone()[0])


@pytest.fixture(scope="module")
def said(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[list[str]]:
    """The city, loaded once for this module, and what was said meanwhile."""
    lines: list[str] = []
    with django_db_blocker.unblock(), transaction.atomic():  # type: ignore[attr-defined]
        assert load.load(lines.append, at=clock.now())
        yield lines
        transaction.set_rollback(True)


def test_it_says_what_it_loaded(said):
    assert "20,000 residents" in said
    assert "400 members" in said


def test_a_bia_has_its_businesses(said):
    assert "300 businesses of a BIA" in said
    assert Business.objects.count() == 300
    assert {standing.of(one, clock.now().date()) for one in Business.objects.all()} >= {
        "active",
        "due",
        "lapsed",
    }
    assert Seat.objects.count() == 10
    # It passed an alert on, and told something of its own; some of them have it.
    assert sorted(one.alert is not None for one in Cascade.objects.all()) == [False, True]
    heard = Recipient.objects.filter(notice__topic__startswith="cascade:")
    assert 0 < heard.exclude(acknowledged_at=None).count() < heard.count()


def test_drills_come_from_a_template_and_from_a_partner_that_may_alert_nowhere(said):
    assert Drill.objects.filter(template__key="transit-closure").exists()
    assert Drill.objects.filter(partner__jurisdiction=None).exists()


def test_loading_again_changes_nothing(said):
    before = counts()

    assert not load.load(said.append, at=clock.now())
    assert counts() == before


def test_an_older_city_is_brought_up_to_date_without_doubling(said, monkeypatch):
    before = counts()
    changed = Partner.objects.get(short_name="CN Tower")
    Partner.objects.filter(pk=changed.pk).update(short_name="Tower")
    for module in (load, identity):
        monkeypatch.setattr(module, "VERSION", load.VERSION + 1)

    assert load.load(said.append, at=clock.now())
    assert counts() == before
    assert Partner.objects.get(pk=changed.pk).short_name == "CN Tower"


def test_the_cast_can_sign_in_and_act(said):
    avery = User.objects.get(email="avery@cityalert.example")
    assert avery.check_password("toronto-avery-2026")
    assert avery.authenticator_set.exists()
    actor = actor_for(avery, at=clock.now())
    assert actor is not None
    assert actions.create_draft(actor, None, at=clock.now()).state == "draft"


def test_a_crossing_can_be_typed(said):
    assert find_places("king and bay")[0].name == "King St W & Bay St"


def test_the_past_has_every_ending_and_nobody_is_told_of_it(said):
    states = set(Alert.objects.values_list("state", "msg_type"))

    assert {state for state, _type in states} == {
        "draft", "pending", "published", "updated", "cancelled", "expired", "in_error",
    }  # fmt: skip
    # Two were sent by one person alone, and one of these waits to be looked at.
    assert sorted(one.reviewed_at is None for one in SingleSend.objects.all()) == [False, True]
    assert deliveries("state IN ('queued', 'sending', 'unknown') OR next_at IS NOT NULL") == 0
    assert deliveries("state = 'acknowledged'") > 10
    assert deliveries("state = 'failed'") > 0


def test_otto_sees_nothing_of_it(said):
    otto = actor_for(User.objects.get(email="otto@cityalert.example"), at=clock.now())

    assert otto is not None
    assert not queries.visible_to(otto).exists()


def test_the_past_is_told_in_order(said):
    past = history.Past(clock.now())
    heard: list[tuple[str, timedelta]] = []

    def story(name: str, *minutes: float) -> history.Story:
        for ago in minutes:
            yield ago
            heard.append((name, past.at))  # type: ignore[arg-type]

    past.tell([story("a", 30, 10), story("b", 20, 5)])

    assert [name for name, _at in heard] == ["a", "b", "a", "b"]
    assert len(stories(past)) == 28


def test_the_owner_finds_every_index_again(said):
    def indexes() -> list[tuple[str, str]]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1"
            )
            names = cursor.fetchall()
            cursor.execute("SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint ORDER BY 1, 2")
            return [*names, *cursor.fetchall()]

    before = indexes()
    with transaction.atomic(), as_owner():
        growth.grow(2, said.append)
        assert Site.objects.count() > 300
        assert indexes() == before
        transaction.set_rollback(True)
    assert indexes() == before


def test_the_city_grows(said):
    homes = Subscriber.objects.filter(user=None).exclude(watch_areas=None)
    residents = homes.count()
    partners, sites = Partner.objects.count(), Site.objects.count()
    growth.grow(3, said.append)

    assert homes.count() == 3 * residents
    assert (Partner.objects.count(), Site.objects.count()) == (3 * partners, 3 * sites)
    assert not Partner.objects.filter(may_alert_public=True).exclude(name="Toronto Police Service").exists()
    grown = ContactPoint.objects.order_by("-pk").first()
    assert grown is not None
    assert grown.address.startswith("+1555") or grown.address.endswith(".example")


@pytest.mark.parametrize("command", [["seed_demo"], ["demo_accounts"], ["grow_city", "--times", "2"]])
def test_the_real_thing_has_no_demo(command, settings):
    settings.IS_PRODUCTION, settings.IS_DEMO = True, False

    with pytest.raises(CommandError):
        call_command(*command, stdout=StringIO())


def test_accounts_are_printed_with_their_codes(settings):
    settings.IS_DEMO = True
    out = StringIO()

    call_command("demo_accounts", stdout=out)

    lines = out.getvalue().splitlines()
    assert sum("@cityalert.example" in line for line in lines) == 9
    assert all(len(line.split()[2]) == 6 for line in lines[1:10])

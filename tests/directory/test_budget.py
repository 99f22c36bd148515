"""Nobody carries the directory off: what looking costs, and what closes it."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.contrib.gis.geos import Point
from django.urls import reverse

from cityalert.accounts.models import Letter
from cityalert.agreements.models import Signing
from cityalert.agreements.rules import Kind
from cityalert.audit import queries as audit
from cityalert.directory import actions, alarms, budget
from cityalert.directory.models import Alarm, Lookup
from cityalert.directory.search import Query
from partners.models import Partner, Site
from tests.cast import KING_AND_BAY
from tests.directory.asking import SEARCH, found, page, publish
from tests.door import let_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("crossing")]


def test_each_look_up_counts_and_what_is_left_is_said(desk, cast):
    assert "40 look-ups left" in found(desk)
    found(desk, q="king bay")
    desk.get(page(cast.corin.partner))

    assert "38 look-ups left" in found(desk)


def test_when_the_hour_is_used_up_nothing_is_found_until_it_passed(cast, at, monkeypatch):
    monkeypatch.setattr(budget, "PERSON_HOUR", 2)
    vera = cast.vera.actor(at)
    for _n in range(2):
        actions.search(vera, Query("king bay"), at=at)
    with pytest.raises(budget.BudgetSpent):
        actions.search(vera, Query("king bay"), at=at + timedelta(minutes=59))
    with pytest.raises(budget.BudgetSpent):
        actions.open_partner(vera, cast.corin.partner.pk, at=at)

    assert actions.search(vera, Query("king bay"), at=at + timedelta(minutes=61))


def test_a_persons_day_ends_however_many_hours_begin(cast, at, monkeypatch):
    monkeypatch.setattr(budget, "PERSON_DAY", 1)
    vera = cast.vera.actor(at)
    actions.search(vera, Query("king bay"), at=at)
    with pytest.raises(budget.BudgetSpent):
        actions.search(vera, Query("king bay"), at=at + timedelta(hours=23))

    assert actions.search(vera, Query("king bay"), at=at + timedelta(hours=25))


def test_a_partners_people_share_a_days_budget(cast, at, monkeypatch):
    monkeypatch.setattr(budget, "PARTNER_DAY", 1)
    actions.search(cast.vera.actor(at), Query("king bay"), at=at)
    other = cast.join("otis", cast.vera.partner)

    with pytest.raises(budget.BudgetSpent):
        actions.search(other.actor(at), Query("king bay"), at=at)


def test_a_spent_budget_is_a_sentence_on_the_page(desk, monkeypatch):
    monkeypatch.setattr(budget, "PERSON_HOUR", 0)
    answer = desk.get(SEARCH, {"q": "king bay"})

    assert answer.status_code == 429
    assert "used up" in answer.content.decode()
    assert 'value="king bay"' in answer.content.decode()


def test_there_are_five_pages_of_twenty_and_no_more(desk, cast):
    Partner.objects.bulk_create(
        Partner(kind="corporate", name=f"Harbour Tower {n:03}", short_name="Harbour") for n in range(130)
    )
    for number in range(1, 6):
        said = found(desk, q="harbour tower", page=number)
        assert said.count("/partners/") >= 20
        assert ("More</a>" in said) == (number < 5)
    assert "more exactly" in said
    assert desk.get(SEARCH, {"q": "harbour tower", "page": 6}).status_code == 422


def test_look_ups_are_forgotten_after_thirty_days(cast, at):
    actions.search(cast.vera.actor(at), Query("king bay"), at=at)

    budget.forget(at=at + budget.KEPT_FOR - timedelta(seconds=1))
    assert Lookup.objects.exists()
    budget.forget(at=at + budget.KEPT_FOR)
    assert not Lookup.objects.exists()


def test_without_the_agreement_nobody_looks(desk, cast):
    Signing.objects.filter(partner=cast.vera.partner, kind=Kind.CONFIDENTIALITY).delete()
    answer = desk.get(SEARCH, {"q": "king bay"})

    assert answer.status_code == 409
    assert "confidentiality agreement" in answer.content.decode()
    assert desk.get(page(cast.corin.partner)).status_code == 409
    assert not Lookup.objects.exists()


def test_a_canary_looks_like_any_other_and_closes_the_directory(desk, cast, canary, at):
    publish(canary)
    twin = Partner.objects.create(kind="corporate", name="King Bay Annex II", short_name="Annex")
    Site.objects.create(partner=twin, name="King Bay Annex", location=Point(*KING_AND_BAY, srid=4326))
    publish(twin)
    assert "King Bay Annex" in found(desk, q="king bay annex")

    real = desk.get(page(twin)).content.decode()
    Lookup.objects.filter(kind="open").delete()
    fake = desk.get(page(canary)).content.decode()
    assert plain(fake, canary) == plain(real, twin)

    alarm = Alarm.objects.get()
    assert (alarm.reason, alarm.user) == ("canary", cast.vera.user)
    assert [entry.verb for entry in audit.timeline(alarm)] == ["directory.alarm_raised"]
    assert Letter.objects.filter(address=cast.nadia.email).count() == 1
    again = desk.get(SEARCH, {"q": "king bay"})
    assert again.status_code == 403
    assert "closed to you" in again.content.decode()
    assert desk.get(page(cast.corin.partner)).status_code == 403


def plain(text, partner):
    """A page without what must differ: names, keys, tokens."""
    import re

    text = (
        text.replace(str(partner.pk), "KEY")
        .replace("King Bay Annex II", "NAME")
        .replace("King Bay Annex", "NAME")
    )
    text = re.sub(r"contact-\d+|contacts/\d+", "CONTACT", text)
    return re.sub(r'(csrfmiddlewaretoken" value=|X-CSRFToken": )"[^"]*"', "TOKEN", text)


def test_asking_for_a_canarys_number_is_enough(desk, canary):
    contact = publish(canary)
    answer = desk.post(reverse("directory:contact", args=[canary.pk, contact.pk]))

    assert answer.status_code == 200
    assert Alarm.objects.get().reason == "canary"


def test_a_canary_counts_in_no_alert(cast, canary, at):
    from cityalert.alerts import targeting
    from tests.alerts.writing import draft

    assert "King Bay Annex" not in targeting.sites(draft(cast.avery, at)).geojson


def test_walking_through_the_alphabet_closes_the_directory(desk):
    for words in ("aaa", "aab", "aac", "aad", "aae", "aaf", "aag", "aah"):
        assert desk.get(SEARCH, {"q": words}).status_code == 200
    assert Alarm.objects.get().reason == "walk"
    assert desk.get(SEARCH, {"q": "king bay"}).status_code == 403


def test_opening_very_many_partners_closes_it(cast, at):
    vera = cast.vera.actor(at)
    made = Partner.objects.bulk_create(
        Partner(kind="venue", name=f"Hall {n}", short_name="H") for n in range(alarms.MOST_OPENED + 1)
    )
    for partner in made:
        actions.open_partner(vera, partner.pk, at=at)

    assert Alarm.objects.get().reason == "many"
    with pytest.raises(actions.Paused):
        actions.open_partner(vera, made[0].pk, at=at)


def test_guessing_keys_counts_although_nothing_is_there(desk):
    for _n in range(3):
        assert desk.get(reverse("directory:partner", args=[uuid4()])).status_code == 404

    assert Lookup.objects.count() == 3


def test_staff_see_alarms_and_open_the_directory_again(client, desk, cast, canary):
    desk.get(page(canary))
    let_in(client, cast.nadia)
    assert "Vera" in client.get(reverse("directory_staff:alarms")).content.decode()
    alarm = Alarm.objects.get()
    client.post(reverse("directory_staff:lift", args=[alarm.pk]), {"note": "Called her back"})

    alarm.refresh_from_db()
    assert (alarm.lifted_by, alarm.note) == (cast.nadia.user, "Called her back")
    assert [entry.verb for entry in audit.timeline(alarm)] == [
        "directory.alarm_raised",
        "directory.alarm_lifted",
    ]
    let_in(client, cast.vera)
    assert client.get(SEARCH, {"q": "king bay"}).status_code == 200
    assert Alarm.objects.filter(lifted_at=None).count() == 0


@pytest.mark.parametrize("name", ["corin", "avery", "otto"])
def test_alarms_are_for_staff_alone(client, desk, cast, canary, name):
    desk.get(page(canary))
    let_in(client, getattr(cast, name))

    assert client.get(reverse("directory_staff:alarms")).status_code == 404
    assert client.post(reverse("directory_staff:lift", args=[Alarm.objects.get().pk])).status_code == 404
    assert Alarm.objects.filter(lifted_at=None).exists()

"""Events by the month, and in people's own calendars."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse

from cityalert.dossiers import months
from cityalert.dossiers.models import Dossier
from tests.door import let_in
from tests.dossiers.events import opened

TORONTO = ZoneInfo("America/Toronto")


def test_a_month_begins_on_monday_and_knows_what_touches_a_day():
    night = Dossier(
        begins_at=datetime(2026, 3, 8, 3, tzinfo=UTC),  # Saturday evening, the clocks change that night
        ends_at=datetime(2026, 3, 8, 4, tzinfo=UTC),
    )
    rows = months.weeks(date(2026, 3, 1), [night], TORONTO)
    assert rows[0][0][0] == date(2026, 2, 23)
    assert [day for row in rows for day, _is_of, found in row if found] == [date(2026, 3, 7)]
    assert months.shifted(date(2026, 12, 1), 1) == date(2027, 1, 1)
    assert months.shifted(date(2026, 1, 1), -1) == date(2025, 12, 1)
    assert months.read("2026-13") is None


@pytest.mark.django_db
def test_the_month_shows_what_one_takes_part_in(cast, at):
    parade = opened(cast.vera, at)
    vera, otto = let_in(Client(), cast.vera), let_in(Client(), cast.otto)
    month = reverse("dossiers:month") + f"?month={parade.begins_at.astimezone(TORONTO):%Y-%m}"
    assert "Santa Claus Parade" in vera.get(month).content.decode()
    assert "Santa Claus Parade" not in otto.get(month).content.decode()
    assert vera.get(reverse("dossiers:month") + "?month=0000-99").status_code == 200


@pytest.mark.django_db
def test_a_calendar_reads_ones_events_at_a_secret_address_and_the_strict_without_their_names(cast, at):
    opened(cast.vera, at, cast.avery, title="Open day, for all", tlp="AMBER")
    opened(cast.avery, at, title="Visit of a head of state", tlp="AMBER+STRICT")
    avery, anybody = let_in(Client(), cast.avery), Client()
    page = avery.post(reverse("dossiers:own_calendar")).content.decode()
    address = page.split('tabindex="0">')[1].split("<")[0]
    path = address[address.index("/events/") :]

    said = anybody.get(path).content.decode().replace("\r\n ", "")
    assert "SUMMARY:[TLP:AMBER] Open day\\, for all" in said
    assert "[TLP:AMBER+STRICT] An event: look in CityAlert" in said
    assert "head of state" not in said
    assert said.count("BEGIN:VEVENT") == 2

    cast.avery.membership.valid_until = at - timedelta(seconds=1)
    cast.avery.membership.save()
    assert anybody.get(path).status_code == 404


@pytest.mark.django_db
def test_a_new_address_closes_the_one_before(cast):
    avery = let_in(Client(), cast.avery)
    first, second = (
        avery.post(reverse("dossiers:own_calendar")).content.decode().split('tabindex="0">')[1].split("<")[0]
        for _turn in range(2)
    )
    assert Client().get(first[first.index("/events/") :]).status_code == 404
    assert Client().get(second[second.index("/events/") :]).status_code == 200
    avery.post(reverse("dossiers:close_calendar"))
    assert Client().get(second[second.index("/events/") :]).status_code == 404

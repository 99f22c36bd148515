"""Who is on duty near King and Bay at this hour: what partners say of their weeks, by the clock on their wall."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse

from cityalert.audit.models import Entry as LogEntry
from cityalert.duty import hours
from cityalert.duty.hours import Stretch, minute_of_week, stretches, week
from cityalert.duty.models import Hours, Roster
from tests.directory.asking import found, page
from tests.door import let_in

TORONTO, VANCOUVER = ZoneInfo("America/Toronto"), ZoneInfo("America/Vancouver")
ROSTER = reverse("duty:roster")
NIGHTS = {0: [["22:00", "06:00"]]}


def on(day, clock, zone=TORONTO, fold=0):
    """A moment of the week of Monday, 16 November 2026."""
    hour, minute = map(int, clock.split(":"))
    return datetime(2026, 11, 16 + day, hour, minute, tzinfo=zone, fold=fold)


def is_on(said, at, zone="America/Toronto"):
    return any(one.holds(minute_of_week(at, zone)) for one in stretches(said))


@pytest.mark.parametrize(
    ("day", "clock", "expected"),
    [(0, "21:59", False), (0, "22:00", True), (1, "05:59", True), (1, "06:00", False), (6, "23:00", False)],
)
def test_a_night_belongs_to_the_day_on_which_it_begins(day, clock, expected):
    assert is_on(NIGHTS, on(day, clock)) is expected


def test_a_sunday_night_reaches_into_monday():
    said = {6: [["22:00", "06:00"]]}

    assert is_on(said, on(0, "03:00"))
    assert not is_on(said, on(6, "03:00"))


def test_the_clock_on_the_wall_counts_where_it_hangs():
    at = on(0, "20:00", VANCOUVER)  # 23:00 in Toronto

    assert is_on(NIGHTS, at)
    assert not is_on(NIGHTS, at, "America/Vancouver")


def test_a_night_ends_by_the_clock_when_it_was_changed():
    said = {5: [["23:00", "07:00"]]}  # Saturday night
    for year, month, day in ((2026, 11, 1), (2027, 3, 14)):  # back an hour, and on an hour, at two
        sunday = datetime(year, month, day, tzinfo=TORONTO)
        assert is_on(said, sunday.replace(hour=6, minute=59))
        assert not is_on(said, sunday.replace(hour=7))
    twice = [datetime(2026, 11, 1, 1, 30, fold=fold, tzinfo=TORONTO) for fold in (0, 1)]
    assert all(is_on({6: [["01:00", "02:00"]]}, at) for at in twice)


def test_a_week_is_read_back_as_it_was_written():
    said = {0: [["08:00", "12:00"], ["13:00", "02:00"]], 3: [["00:00", "24:00"]], 6: [["18:00", "24:00"]]}

    assert week(stretches(said)) == said
    assert stretches({3: [["00:00", "24:00"]]}) == [Stretch(3 * hours.DAY, hours.DAY)]


@pytest.fixture
def towers_owner(cast):
    return let_in(Client(), cast.join("olive", cast.corin.partner, "owner"))


@pytest.mark.django_db
@pytest.mark.usefixtures("crossing")
def test_the_directory_says_who_is_on_duty_at_this_hour(desk, towers_owner, cast, time_machine):
    cast.corin.membership.unit = "Night desk"
    cast.corin.membership.save()
    time_machine.move_to(on(0, "23:00"))
    assert "no hours are written down" in found(desk, q="who is on duty near King and Bay")

    of_corin = reverse("duty:hours", args=[cast.corin.membership.pk])
    assert towers_owner.post(of_corin, {"day_0": "22-6", "day_5": "24 h"}).status_code == 302
    assert "Night desk" in towers_owner.get(ROSTER).content.decode()

    for at, expected in (
        (on(0, "23:00"), True),
        (on(1, "05:00"), True),
        (on(1, "07:00"), False),
        (on(5, "12:00"), True),
    ):
        time_machine.move_to(at)
        said = found(desk, q="who is on duty near King and Bay")
        assert ("King Bay Tower" in said, "Night desk" in said) == (expected, expected), at
        opened = desk.get(page(cast.corin.partner)).content.decode()
        assert ("Night desk" in opened, "Nobody is on duty now" in opened) == (expected, not expected)
        assert "Corin" not in said + opened
    assert LogEntry.objects.get(verb="duty.set").facts == {"member": cast.corin.user.pk, "hours": 32.0}


@pytest.mark.django_db
def test_a_partners_zone_is_its_own(towers_owner, cast, time_machine):
    Hours.objects.create(
        partner=cast.corin.partner, membership=cast.corin.membership, begins=22 * 60, minutes=60
    )
    time_machine.move_to(on(0, "22:30", VANCOUVER))
    assert [now for _one, _days, now in towers_owner.get(ROSTER).context["rows"] if now] == []

    towers_owner.post(ROSTER, {"zone": "America/Vancouver"})

    assert Roster.objects.get(partner=cast.corin.partner).zone == "America/Vancouver"
    assert [now for _one, _days, now in towers_owner.get(ROSTER).context["rows"] if now] == [True]
    assert towers_owner.post(ROSTER, {"zone": "Mars/Olympus"}).status_code == 404


@pytest.mark.django_db
def test_what_cannot_be_read_is_kept_and_said(towers_owner, cast):
    address = reverse("duty:hours", args=[cast.corin.membership.pk])

    answer = towers_owner.post(address, {"day_0": "8-18", "day_1": "mornings"})

    assert answer.status_code == 422
    said = answer.content.decode()
    assert "mornings" in said
    assert "Write the hours as 8:00-18:00" in said
    assert not Hours.objects.exists()


@pytest.mark.django_db
def test_only_who_manages_says_it_and_only_of_their_own(towers_owner, cast):
    for person, wanted in ((cast.corin, cast.corin), (cast.otto, cast.corin)):
        client = let_in(Client(), person)
        assert client.get(reverse("duty:hours", args=[wanted.membership.pk])).status_code == 404
        assert client.post(ROSTER, {"zone": ""}).status_code == 404
    assert towers_owner.get(reverse("duty:hours", args=[cast.otto.membership.pk])).status_code == 404
    assert "Otto" not in towers_owner.get(ROSTER).content.decode()

"""How quickly people acknowledged, as numbers and as a curve."""

from uuid import uuid4

from cityalert.delivery import pace
from cityalert.delivery.pace import Pace, Person, Way
from cityalert.exercises import picture


def person(after_s: float | None = None, *ways: tuple[str, str], seen: bool = False) -> Person:
    return Person(1, "Somebody", uuid4(), "Tower", after_s, seen, tuple(Way(*way, "") for way in ways))


def test_ninety_percent_is_of_all_who_were_told():
    ten = Pace(10, (5.0, 10.0, 20.0, 30.0, 40.0, 50.0, 60.0, 70.0, 80.0))

    assert (ten.first_s, ten.ninety_s, ten.percent) == (5.0, 80.0, 90)
    assert Pace(11, ten.times).ninety_s is None  # nine of eleven never became nine tenths
    assert (Pace(0, ()).ninety_s, Pace(0, ()).percent) == (None, 0)


def test_by_channel_counts_whom_it_was_to_reach_and_who_answered_by_it():
    some = [
        person(5, ("sms", "acknowledged"), ("email", "stopped")),
        person(9, ("sms", "delivered"), ("email", "acknowledged")),
        person(20, ("email", "sent"), seen=True),  # at a screen
        person(None, ("sms", "failed")),
    ]

    assert pace.of(some) == Pace(4, (5, 9, 20))
    assert pace.of(some, "sms") == Pace(3, (5,))
    assert pace.of(some, "email") == Pace(3, (9,))
    assert pace.of(some, pace.SCREEN) == Pace(4, (20,))


def test_whom_nothing_reached_and_who_never_looked_are_two_things():
    assert person(None).is_lost  # no way at all
    assert person(None, ("sms", "failed"), ("email", "opted_out")).is_lost
    assert not person(None, ("sms", "failed"), ("email", "sent")).is_lost
    assert person(None, ("sms", "failed"), ("email", "sent")).is_silent
    assert not person(None, ("sms", "delivered"), seen=True).is_silent
    assert not person(3, ("sms", "failed")).is_lost


def test_the_curve_rises_with_each_and_ends_at_the_edge_or_at_the_present():
    drawn = picture.of(Pace(2, (15.0, 30.0)), [Pace(4, (60.0,))])

    assert drawn["curve"] == "0,200 150,200 150,100 300,100 300,0 600,0"
    assert drawn["earlier"] == ["0,200 600,200 600,150 600,150"]
    assert [time for _x, time in drawn["ticks"]] == ["0:00", "0:15", "0:30", "0:45", "1:00"]
    assert picture.of(Pace(2, (15.0,)), [], 30.0)["curve"].endswith("300,100")

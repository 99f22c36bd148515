"""Managers have members take turns and swap; everybody of the partner reads it, and the directory knows."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from cityalert.audit.models import Entry
from cityalert.duty import queries
from cityalert.duty.models import Swap, Turns
from tests.door import let_in

pytestmark = pytest.mark.django_db

ROSTER, NEW, SWAP = (reverse(f"duty:{name}") for name in ("roster", "new_turns", "swap"))
AT = datetime(2026, 11, 18, 15, tzinfo=UTC)  # a Wednesday, ten in Toronto


def turns(*people, **more):
    said = {"name": "Desk", "starts_on": "2026-11-16", "hands_over": "08:00", "days": "7"}
    return said | {f"place_{n}": one.membership.pk for n, one in enumerate(people, start=1)} | more


def units(cast):
    return queries.units_on_duty(cast.corin.partner.pk, AT)


def test_turns_and_a_swap_are_kept_drawn_and_undone(cast, time_machine):
    time_machine.move_to(AT)
    carol = cast.join("carol", cast.corin.partner, unit="Night desk")
    owner = let_in(Client(), cast.join("olive", cast.corin.partner, "owner"))
    assert "Nobody has said yet" in owner.get(ROSTER).content.decode()

    assert owner.post(NEW, turns(cast.corin, carol, begins="07:00", ends="19:00")).status_code == 302
    page = let_in(Client(), cast.corin).get(ROSTER).content.decode()
    assert "Corin Walsh → Carol" in " ".join(page.split())
    assert "gaps: nobody is on duty" in page
    assert units(cast) == [""]

    said = {"takes": carol.membership.pk, "gives": cast.corin.membership.pk, "note": "Dentist"}
    when = {"begins_at": "2026-11-18T09:00", "ends_at": "2026-11-18T12:00"}
    assert owner.post(SWAP, said | when).status_code == 302
    assert "Carol for Corin Walsh" in owner.get(ROSTER).content.decode()
    assert units(cast) == ["Night desk"]
    assert queries.by_turns(AT) == {cast.corin.partner.pk: {carol.membership.pk}}

    owner.post(reverse("duty:remove_swap", args=[Swap.objects.get().pk]))
    assert units(cast) == [""]
    owner.post(reverse("duty:note"), {"text": "The north lift is out."})
    assert "The north lift is out." in owner.get(ROSTER).content.decode()
    owner.post(reverse("duty:remove_turns", args=[Turns.objects.get().pk]))
    assert units(cast) is None
    assert [entry.verb for entry in Entry.objects.filter(verb__startswith="duty").order_by("position")] == [
        "duty.turns_set", "duty.swapped", "duty.swap_removed", "duty.handed_over", "duty.turns_removed",
    ]  # fmt: skip


def test_what_makes_no_sense_is_said_and_changes_nothing(cast, time_machine):
    time_machine.move_to(AT)
    bao = let_in(Client(), cast.bao)
    later = f"{AT + timedelta(days=60):%Y-%m-%dT%H:%M}"
    swap = {"takes": cast.bao.membership.pk, "begins_at": "2026-11-18T09:00", "ends_at": later}
    for address, said, sentence in (
        (NEW, turns(), "at least one member"),
        (NEW, turns(cast.bao, cast.bao), "nobody twice"),
        (NEW, turns(cast.bao, begins="07:00"), "both hours, or neither"),
        (NEW, turns(cast.corin), "Select a valid choice"),
        (NEW, turns(cast.bao, starts_on="soon"), "Enter a valid date"),
        (SWAP, swap, "at most four weeks"),
        (
            SWAP,
            swap | {"gives": cast.bao.membership.pk, "ends_at": "2026-11-18T12:00"},
            "two different people",
        ),
        (SWAP, swap | {"begins_at": "9999-12-30T09:00", "ends_at": "9999-12-31T23:59"}, "within a year"),
    ):
        answer = bao.post(address, said)
        assert answer.status_code == 422, said
        assert sentence in answer.content.decode()
    assert bao.post(reverse("duty:note"), {"text": " "}).status_code == 422
    assert not Turns.objects.exists()
    assert not Swap.objects.exists()

"""Corin has his duty in his own calendar, by an address he can close; the rota is there as a file."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from cityalert.duty import actions
from cityalert.duty.models import Calendar
from cityalert.duty.rotation import Layer
from cityalert.lib import clock, ical
from tests.door import let_in

OWN, ROTA = reverse("duty:own_calendar"), reverse("duty:rota")


@pytest.mark.django_db
def test_an_address_shows_ones_own_duty_until_it_is_closed(cast, monkeypatch):
    # The night in which the clocks go forward is in it.
    at = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
    monkeypatch.setattr(clock, "now", lambda: at)
    owner, olga = cast.join("olive", cast.corin.partner, "owner"), cast.join("olga", cast.corin.partner)
    turns = Layer((cast.corin.membership.pk, olga.membership.pk), at.date(), 7, 8 * 60, 22 * 60, 8 * 60)
    actions.set_turns(owner.actor(at), None, "Nights", turns, at=at)
    corin = let_in(Client(), cast.corin)

    def made():
        page = corin.post(OWN).content.decode()
        return page.partition('tabindex="0">http')[2].partition("</code>")[0].partition("/duty/")[2]

    first = made()
    read = Client().get(f"/duty/{first}")
    assert read["Content-Type"] == ical.TYPE
    feed = read.content.decode()
    assert "On duty: King Bay Tower" in feed
    assert "DTSTART:20260308T030000Z\r\nDTEND:20260308T100000Z" in feed, "an hour less that night"
    assert "Olga" not in feed
    assert first not in corin.get(OWN).content.decode(), "shown once"

    second = made()
    assert Client().get(f"/duty/{first}").status_code == 404
    assert Client().get(f"/duty/{second}").status_code == 200
    rota = corin.get(ROTA).content.decode()
    assert {"SUMMARY:Corin Walsh", "SUMMARY:Nobody is on duty"} <= set(rota.splitlines())
    assert "King Bay" not in let_in(Client(), cast.otto).get(ROTA).content.decode()

    cast.corin.membership.valid_until = at - timedelta(hours=1)
    cast.corin.membership.save()
    assert Client().get(f"/duty/{second}").status_code == 404, "he has left"
    cast.corin.membership.valid_until = None
    cast.corin.membership.save()
    corin.post(reverse("duty:close_calendar"))
    assert Client().get(f"/duty/{second}").status_code == 404
    assert not Calendar.objects.exists()

"""Where those who take part in an incident talk, and what they are to do."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from cityalert.audit import queries as audit
from cityalert.incidents import actions
from cityalert.incidents.models import Incident, Task
from cityalert.messaging.models import Conversation
from partners.roles import Role
from tests.alerts.writing import published
from tests.door import let_in
from tests.messaging.talking import says

pytestmark = pytest.mark.django_db


def of(incident, name="detail", *more):
    return reverse(f"incidents:{name}", args=[incident.pk, *more])


def text(client, url):
    return client.get(url).content.decode()


@pytest.fixture
def avery(cast):
    return let_in(Client(), cast.avery)


@pytest.fixture
def corin(cast):
    return let_in(Client(), cast.corin)


@pytest.fixture
def alert(cast, at):
    return published(cast.avery, at)


@pytest.fixture
def room(avery, alert):
    """By one press on the alert."""
    answer = avery.post(reverse("incidents:room_of_alert", args=[alert.pk]))
    room = Conversation.objects.get(about__endswith=str(Incident.objects.get().pk))
    assert answer["Location"] == reverse("messaging:detail", args=[room.pk])
    return room


@pytest.fixture
def incident(room):
    return Incident.objects.get()


def test_one_press_opens_it_for_everybody_the_alert_told(cast, at, avery, corin, alert, room, incident):
    again = avery.post(reverse("incidents:room_of_alert", args=[alert.pk]))
    assert again["Location"] == reverse("messaging:detail", args=[room.pk])
    says(cast.avery, room, "Tower: lock the doors on Bay.", at=at)

    assert "lock the doors on Bay" in text(corin, reverse("messaging:detail", args=[room.pk]))
    page = text(corin, of(incident))
    assert reverse("messaging:detail", args=[room.pk]) in page
    assert "Room opened" in page
    (summary,) = Conversation.objects.filter(about__endswith=":summary")
    assert summary.subject.startswith("Summary: ")
    assert "lock the doors" not in text(corin, reverse("messaging:detail", args=[summary.pk]))
    otto = let_in(Client(), cast.otto)
    assert otto.get(reverse("messaging:detail", args=[room.pk])).status_code == 404
    assert [one.verb for one in audit.timeline(incident)].count("incident.room_opened") == 1


def test_only_who_leads_opens_it(cast, at, corin, alert):
    assert corin.post(reverse("incidents:room_of_alert", args=[alert.pk])).status_code == 404
    incident = actions.from_alert(cast.avery.actor(at), alert, at=at)
    actions.let_take_part(cast.avery.actor(at), incident, {cast.corin.partner.pk}, at=at)

    assert corin.post(of(incident, "room")).status_code == 404
    assert Conversation.objects.count() == 0


def test_who_takes_part_no_longer_hears_no_more_and_who_comes_hears_from_then_on(
    cast, at, avery, corin, room, incident
):
    says(cast.avery, room, "First words.", at=at)
    avery.post(of(incident, "partners"), {"partner": []})
    assert corin.get(reverse("messaging:detail", args=[room.pk])).status_code == 404
    says(cast.avery, room, "Meanwhile.", at=at)

    avery.post(of(incident, "partners"), {"partner": [cast.corin.partner.pk]})
    says(cast.avery, room, "Now.", at=at)

    page = text(corin, reverse("messaging:detail", args=[room.pk]))
    assert "Now." in page
    assert "Meanwhile." not in page


def test_a_colleague_who_leads_closes_both_with_the_incident_and_opens_them_again(cast, at, room, incident):
    other = let_in(Client(), cast.join("rolf", cast.avery.partner, Role.PUBLISHER))
    other.post(of(incident, "close"), {"outcome": "Nobody was hurt."})
    assert all(one.closed_at for one in Conversation.objects.all())
    assert Conversation.objects.count() == 2

    other.post(of(incident, "reopen"))
    assert not any(one.closed_at for one in Conversation.objects.all())


def test_a_task_is_set_for_a_partner_and_done_by_it(cast, at, avery, corin, incident):
    tower = {"title": "Lock the north doors", "owner": cast.corin.partner.pk, "due": "2030-01-02T03:04"}
    avery.post(of(incident, "task"), tower)
    avery.post(of(incident, "task"), {"title": "Call the hospital", "owner": cast.avery.partner.pk})
    doors, hospital = Task.objects.order_by("pk")
    assert f"{doors.due_at:%H:%M}" == "08:04"  # it was typed in Toronto

    corin.post(of(incident, "do_task", doors.pk), {"done": "1"})
    assert corin.post(of(incident, "do_task", hospital.pk), {"done": "1"}).status_code == 404
    page = text(avery, of(incident))
    for line in (
        "To be done: Lock the north doors",
        "Done: Lock the north doors",
        "To be done: Call the hospital",
    ):
        assert line in page
    assert "Done: Call the hospital" not in page

    avery.post(of(incident, "do_task", doors.pk), {"done": "0"})
    doors.refresh_from_db()
    assert (doors.done_at, doors.done_by) == (None, None)
    ticked = [one.facts["done"] for one in audit.timeline(incident) if one.verb == "incident.task_ticked"]
    assert ticked == [True, False]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"title": " \u200b "}, "what is to be done"),
        ({"due": "tomorrow"}, "a day and an hour"),
        ({"owner": ""}, "one of those who take part"),
    ],
)
def test_what_is_no_task_is_said_and_kept(cast, avery, incident, change, sentence):
    typed = {"title": "Lock the doors", "owner": str(cast.corin.partner.pk), "due": "", **change}
    answer = avery.post(of(incident, "task"), typed)

    assert answer.status_code == 422
    page = answer.content.decode()
    assert sentence in page
    assert 'value="Lock the doors"' in page or not typed["title"].strip(" \u200b")
    assert Task.objects.count() == 0


def test_nothing_is_set_for_who_takes_no_part_nor_in_what_is_closed(cast, at, avery, incident):
    stranger = {"title": "Lock the doors", "owner": cast.otto.partner.pk}
    assert avery.post(of(incident, "task"), stranger).status_code == 422
    actions.close(cast.avery.actor(at), incident, "", at=at + timedelta(hours=1))
    ours = {"title": "Lock the doors", "owner": cast.avery.partner.pk}
    assert avery.post(of(incident, "task"), ours).status_code == 409
    assert Task.objects.count() == 0

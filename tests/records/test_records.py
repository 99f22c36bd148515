"""A partner answers for what it keeps: how long, held, and copied whole for a request."""

import io
import json
import zipfile
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse

from cityalert.audit import queries as audit
from cityalert.messaging import actions as talking
from cityalert.messaging.models import Content, Conversation, Post, Wording
from cityalert.messaging.stored import stored
from cityalert.records import actions, erasing
from cityalert.records.models import Erasure, Extract, Hold, Kind, Retention
from partners.roles import Role
from tests.door import let_in
from tests.messaging.talking import says, talk
from tests.partners.sharing import group

pytestmark = pytest.mark.django_db

YEAR = 365


def to(name, conversation):
    return reverse(f"records:{name}", args=[conversation.pk])


@pytest.fixture
def olive(cast):
    """Manages Corin's tower."""
    return cast.join("olive", cast.corin.partner, Role.ADMINISTRATOR)


@pytest.fixture
def office(olive):
    return let_in(Client(), olive)


@pytest.fixture
def doors(cast, at):
    """Between Avery and Corin by name: nobody else of the tower reads it."""
    conversation = talk(cast.avery, cast.corin, at=at, named=True)
    says(cast.avery, conversation, "Jane Doe tries doors on Bay St.", at=at)
    first = says(cast.corin, conversation, "Seen on camera 4.", at=at + timedelta(minutes=1))
    talking.edit(
        cast.corin.actor(at), conversation, first.position, "Seen on camera 5.", at=at + timedelta(minutes=2)
    )
    last = says(cast.corin, conversation, "Her flat is number 9.", at=at + timedelta(minutes=3))
    talking.delete(cast.corin.actor(at), conversation, last.position, at=at + timedelta(minutes=4))
    file = stored(SimpleUploadedFile("jane doe.txt", b"seen twice"))
    says(cast.corin, conversation, "A note.", at=at + timedelta(minutes=5), files=(file,))
    return conversation


def take_out(office, conversation, **data):
    return office.post(to("take_out", conversation), {"reference": "FOI 2026-7", **data})


def unpacked(answer):
    archive = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    return archive, json.loads(archive.read("conversation.json"))


def everything(archive):
    return b"\n".join(archive.read(name) + name.encode() for name in archive.namelist()).lower()


def test_a_copy_is_whole_ordered_and_says_what_was_changed_and_deleted(cast, doors, office):
    page = office.get(to("detail", doors)).content.decode()
    assert "Jane Doe tries doors" in page

    archive, copy = unpacked(take_out(office, doors))

    assert [one["position"] for one in copy["entries"]] == [1, 2, 3, 4]
    assert copy["entries"][1]["before"][0]["text"] == "Seen on camera 4."
    assert copy["entries"][2]["before"][0]["text"] == "Her flat is number 9."
    file = copy["entries"][3]["files"][0]
    assert archive.read(file["path"]) == b"seen twice"
    assert copy["about"]["head"] == copy["entries"][-1]["hash"]
    assert b"her flat is number 9." in archive.read("conversation.html").lower()
    extract = Extract.objects.get()
    assert (extract.reference, extract.entries, extract.head) == ("FOI 2026-7", 4, copy["about"]["head"])
    last = audit.timeline(doors).last()
    assert (last.verb, last.facts["entries"], last.facts["removed"]) == ("correspondence.taken_out", 4, 0)


def test_what_is_left_out_is_nowhere_in_the_copy_and_is_in_the_log(cast, doors, office):
    avery = cast.avery.user
    archive, copy = unpacked(
        take_out(
            office,
            doors,
            person=[str(avery.pk)],
            passages="jane doe",
            ground="privacy",
            **{"post-3": "safety"},
        )
    )

    said = everything(archive)
    assert b"jane" not in said
    assert b"flat" not in said
    assert avery.name.lower().encode() not in said
    assert copy["entries"][2]["removed"] == "safety"
    logged = Extract.objects.get().removals.values_list("position", "what", "ground")
    assert set(logged) == {
        (1, "person", "privacy"), (1, "passage", "privacy"), (3, "post", "safety"), (4, "passage", "privacy"),
    }  # fmt: skip


def test_only_who_manages_a_partner_that_took_part_comes_near(cast, doors, at):
    ours = [let_in(Client(), cast.corin)]
    others = let_in(Client(), cast.join("petra", cast.bao.partner, Role.ADMINISTRATOR))

    for client in [*ours, others]:
        assert client.get(to("detail", doors)).status_code == 404
        for act in ("hold", "lift", "take_out"):
            assert client.post(to(act, doors), {"reference": "1", "reason": "1"}).status_code == 404
    assert ours[0].get(reverse("records:list")).status_code == 404
    assert doors.subject not in others.get(reverse("records:list")).content.decode()
    assert Extract.objects.count() == Hold.objects.count() == 0


def test_what_was_said_before_they_came_or_after_they_left_is_not_theirs(cast, at, olive, office):
    conversation = talk(cast.avery, cast.vera, at=at)
    says(cast.avery, conversation, "Before.", at=at)
    whom = talking.Whom(partners=frozenset({cast.corin.partner.pk}))
    talking.invite(cast.avery.actor(at), conversation, whom, at=at)
    says(cast.avery, conversation, "Meanwhile.", at=at + timedelta(minutes=1))
    talking.leave(olive.actor(at), conversation, at=at + timedelta(minutes=2))
    says(cast.avery, conversation, "After.", at=at + timedelta(minutes=3))

    _archive, copy = unpacked(take_out(office, conversation))

    assert [one["text"] for one in copy["entries"]] == ["Meanwhile."]


def test_in_a_hidden_conversation_a_copy_names_nobody_but_oneself_and_the_host(cast, at, olive, office):
    hidden = group("Tower", cast.avery.partner, cast.corin.partner, cast.vera.partner, is_hidden=True)
    conversation = talk(cast.avery, at=at, groups=[hidden.pk])
    for person, words in (
        (cast.avery, "From the host."),
        (cast.vera, "From another."),
        (cast.corin, "From us."),
    ):
        says(person, conversation, words, at=at)
    page = office.get(to("detail", conversation)).content.decode()
    archive, copy = unpacked(take_out(office, conversation))

    assert [one["author"] for one in copy["entries"]] == [
        cast.avery.user.name,
        "Participant 2",
        cast.corin.user.name,
    ]
    for said in (page, everything(archive).decode()):
        assert cast.vera.user.name.lower() not in said.lower()
        assert cast.vera.partner.name.lower() not in said.lower()
    assert f'value="{cast.vera.user.pk}"' not in page


def test_a_copy_needs_the_number_of_the_request_and_keeps_what_was_chosen(doors, office):
    answer = take_out(office, doors, reference=" ", passages="jane doe", **{"post-1": "safety"})

    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Give the number of the request" in page
    assert ">jane doe</textarea>" in page
    assert '<option value="safety" selected>' in page
    assert Extract.objects.count() == 0


@pytest.mark.parametrize("days", ["364", "0", "-1", "99999999999", "a year", "1e9", "٣٦٥"])
def test_too_short_a_time_is_refused_with_a_sentence(office, days):
    answer = office.post(reverse("records:list"), {"days-conversation": days, "days-room": ""})

    assert answer.status_code == 422
    assert "for a year at least" in answer.content.decode()
    assert f'value="{days}"' in answer.content.decode()
    assert Retention.objects.count() == 0


def test_where_one_time_is_refused_none_is_set(olive, office):
    office.post(reverse("records:list"), {"days-conversation": "400", "days-room": "1"})
    assert Retention.objects.count() == 0

    for _turn in range(2):
        office.post(reverse("records:list"), {"days-conversation": "400", "days-room": ""})
    assert [one.days for one in Retention.objects.all()] == [400]
    assert [one.verb for one in audit.timeline(olive.partner)].count("retention.set") == 1


def test_it_is_erased_when_everybodys_time_is_over_and_nobody_holds_it(cast, olive, office, doors, at):
    over = at + timedelta(days=2 * YEAR)
    office.post(reverse("records:list"), {"days-conversation": str(YEAR), "days-room": ""})
    assert erasing.erase_due(at=over) == 0  # the police keep theirs for ever

    rolf = cast.join("rolf", cast.avery.partner, Role.ADMINISTRATOR)
    actions.keep_for(rolf.actor(at), {Kind.CONVERSATION: "700"}, at=at)
    assert erasing.erase_due(at=at + timedelta(days=699)) == 0

    office.post(to("hold", doors), {"reason": "Case 12"})
    assert erasing.erase_due(at=over) == 0
    assert "Case 12" in office.get(to("detail", doors)).content.decode()
    office.post(to("lift", doors))

    assert erasing.erase_due(at=over) == 1
    assert erasing.erase_due(at=over) == 0
    assert Post.objects.count() == Wording.objects.count() == Content.objects.count() == 0
    assert Erasure.objects.get().posts == 4
    assert Conversation.objects.get().closed_at is not None
    assert [one.verb for one in audit.timeline(doors)][-3:] == [
        "hold.placed",
        "hold.lifted",
        "correspondence.erased",
    ]
    assert "with 4 messages" in office.get(to("detail", doors)).content.decode()


def test_the_database_erases_nothing_before_its_time_whoever_asks(doors, at):
    with connection.cursor() as cursor:
        cursor.execute("SELECT erase_conversation(%s, %s)", [doors.pk, at + timedelta(days=100 * YEAR)])
        assert cursor.fetchone() == (None,)
    assert Post.objects.count() == 4

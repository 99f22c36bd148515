"""Is this still right? Businesses are asked once a year, answer with one press, and the BIA sees who is silent."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from cityalert.accounts import letters
from cityalert.audit import queries as audit
from cityalert.businesses import actions as keeping
from cityalert.businesses import freshness, records
from cityalert.businesses.confirming import asking
from cityalert.businesses.models import Asking, Business, Contact, Hushed
from cityalert.lib import clock
from cityalert.lib.veil import veil
from partners.roles import Role
from tests.businesses.bia import business
from tests.door import let_in

pytestmark = pytest.mark.django_db
ASKED, THANKS = reverse("businesses:asked"), reverse("businesses:answered")
LONG_AGO = timedelta(days=500)
PEOPLE = {"owner_language": "en", "manager_name": "Lou", "manager_phone": "416-555-0190"}


@pytest.fixture
def cafe(cast, at):
    """A business whose contacts were confirmed long ago."""
    return business(cast.bao, at - LONG_AGO, **PEOPLE)


@pytest.fixture
def zoe():
    """A browser without an account."""
    return Client()


def link(words="Is this still right?"):
    """The link in the latest mail."""
    letters.send_due(at=clock.now())
    found = [one for one in mail.outbox if words in one.subject]
    return re.findall(r"http://localhost:\d+(/\S+)", str(found[-1].body))[0]


def asked(bao):
    """Bao asks whom is due; gives the link in the mail."""
    bao.post(reverse("businesses:ask_some"), follow=True)
    return link()


def score(one):
    return freshness.of_business(one.contacts.all(), at=clock.now())


def test_one_press_confirms_everybody_there(bao, zoe, cafe):
    assert score(cafe) < 50
    page = asked(bao)

    shown = zoe.get(page)
    assert "Café Zoé" in shown.content.decode()
    assert "Bao Nguyen of" in shown.content.decode()
    assert Asking.objects.get().state == "asked"  # looking is not confirming: mail scanners look
    answer = zoe.post(page, {"press": "right"})

    assert answer["Location"] == THANKS
    assert Asking.objects.get().state == "confirmed"
    assert score(cafe) == 66  # owner and manager: nobody is there after hours
    assert [entry.verb for entry in audit.timeline(cafe)][-1] == "business.confirmed"
    assert "All is right" in bao.get(ASKED).content.decode()


def test_the_link_answers_once_and_no_link_tells_anything(bao, zoe, cafe):
    page = asked(bao)
    unknown = zoe.get(reverse("businesses:still_right", args=["nothing"]))
    zoe.post(page, {"press": "right"})

    used, again = zoe.get(page), zoe.post(page, {"press": "stop"})

    assert {answer.status_code for answer in (unknown, used, again)} == {404}
    assert "Café" not in used.content.decode()
    assert bare(used, page) == bare(unknown, "/still-right/nothing/")
    assert not Hushed.objects.exists()


def test_whoever_is_not_called_there_any_more_does_not_answer(cast, bao, zoe, cafe, at):
    page = asked(bao)
    keeping.change(cast.bao.actor(at), cafe, {"owner_email": "new@cafe.example"}, at=at)

    assert zoe.get(page).status_code == 404


def test_a_link_runs_out_and_the_business_is_silent(bao, zoe, cafe, at):
    page = asked(bao)
    Asking.objects.update(expires_at=at)

    assert zoe.get(page).status_code == 404
    asking.end_silent(at=at)
    assert Asking.objects.get().state == "silent"
    assert "Café Zoé" in bao.get(ASKED, {"state": "silent"}).content.decode()


def test_what_has_changed_waits_for_the_bia_and_is_taken_over_with_one_press(bao, zoe, cafe):
    page = asked(bao)

    zoe.post(
        page, {"press": "changed", "owner_phone": "416-555-0155", "manager_name": "Kim", "manager_phone": ""}
    )

    waits = Asking.objects.get()
    assert waits.proposed == {"owner_phone": "+14165550155", "manager_name": "Kim"}
    assert records.of(Business.objects.get())["owner_phone"] == "+14165550123"
    assert "416-555-0155" in bao.get(ASKED).content.decode()
    bao.post(reverse("businesses:accept", args=[waits.pk]))
    now = records.of(Business.objects.get())
    assert (now["owner_phone"], now["manager_name"], now["manager_phone"]) == (
        "+14165550155",
        "Kim",
        "+14165550190",
    )
    assert score(cafe) == 66
    verbs = [entry.verb for entry in audit.timeline(cafe)]
    assert verbs[-3:] == ["business.change_proposed", "business.changed", "business.proposal_accepted"]
    assert "0155" not in str([entry.facts for entry in audit.timeline(cafe)])


def test_what_is_declined_changes_nothing(bao, zoe, cafe):
    before = records.of(cafe)
    zoe.post(asked(bao), {"press": "changed", "note": "We close in May"})
    assert "We close in May" in bao.get(ASKED).content.decode()

    bao.post(reverse("businesses:decline", args=[Asking.objects.get().pk]))

    assert records.of(Business.objects.get()) == before
    assert Asking.objects.get().state == "declined"
    assert bao.post(reverse("businesses:accept", args=[Asking.objects.get().pk])).status_code == 404
    # Words may be about anybody: only whoever wrote them is confirmed.
    assert list(Contact.objects.filter(confirmed_at__gt=clock.now() - LONG_AGO / 2)) == [
        Contact.objects.get(function="owner")
    ]


def test_a_wrong_number_gets_a_sentence_and_nothing_typed_is_lost(bao, zoe, cafe):
    page = asked(bao)

    answer = zoe.post(page, {"press": "changed", "owner_phone": "12", "owner_name": "Zoé B", "note": "Hm"})

    assert answer.status_code == 422
    text = answer.content.decode()
    assert "No telephone has this number" in text
    assert "Zoé B" in text
    assert ">Hm</textarea>" in text
    assert Asking.objects.get().state == "asked"
    assert zoe.post(page, {"press": "nonsense"}).status_code == 422


def test_numbers_of_others_are_not_shown_in_full(bao, zoe, cafe):
    text = zoe.get(asked(bao)).content.decode()

    assert "+14165550123" in text
    assert "4165550190" not in text
    assert "••• 0190" in text
    assert veil("zoe@cafe.example") == "z•••@cafe.example"


def test_whoever_wants_no_more_mail_is_asked_no_more(bao, zoe, cafe, at):
    zoe.post(asked(bao), {"press": "stop"})
    assert Hushed.objects.get().email == "zoe@cafe.example"

    later = at + timedelta(days=800)
    assert not asking.due(cafe.partner_id, at=later).exists()
    answer = bao.post(reverse("businesses:ask_one", args=[cafe.pk]), follow=True)
    assert "Nobody there has an e-mail address" in answer.content.decode()
    assert Contact.objects.filter(email="zoe@cafe.example").exists()  # warnings still reach them


def test_by_itself_it_asks_once_a_year_those_of_whom_nobody_is_sure(cast, bao, cafe, at):
    business(cast.bao, at, name="Fresh", address="1 A St")
    business(cast.bao, at - LONG_AGO, name="No mail", address="2 A St", owner_email="")
    gone = business(cast.bao, at - LONG_AGO, name="Gone", address="3 A St")
    keeping.archive(cast.bao.actor(at), gone, at=at)
    assert asking.ask_due(at=at) == 0  # until the BIA wants it
    bao.post(reverse("businesses:yearly"), {"wanted": "yes"})

    assert [asking.ask_due(at=at), asking.ask_due(at=at)] == [1, 0]
    assert Asking.objects.get().business == cafe
    assert asking.ask_due(at=at + timedelta(days=364)) == 0
    assert asking.ask_due(at=at + timedelta(days=366)) >= 1
    bao.post(reverse("businesses:yearly"), {"wanted": "no"})
    assert asking.ask_due(at=at + timedelta(days=800)) == 0


def test_a_round_asks_no_more_than_an_office_can_answer(cast, bao, at, monkeypatch):
    monkeypatch.setattr(asking, "BATCH", 2)
    for n in range(3):
        business(
            cast.bao, at - LONG_AGO, name=f"Shop {n}", address=f"{n} A St", owner_email=f"o{n}@a.example"
        )
    asking.ask_yearly(cast.bao.actor(at), wanted=True, at=at)

    assert [asking.ask_due(at=at) for _ in range(3)] == [2, 1, 0]
    assert audit.timeline(cast.bao.partner).last().facts == {"businesses": 2}


def test_one_is_not_asked_again_at_once(bao, cafe):
    page = reverse("businesses:ask_one", args=[cafe.pk])
    assert "They are asked" in bao.post(page, follow=True).content.decode()

    assert "less than two weeks ago" in bao.post(page, follow=True).content.decode()
    assert Asking.objects.count() == 1


def test_a_mail_in_french_leads_to_a_page_in_french(cast, bao, zoe, at):
    business(cast.bao, at - LONG_AGO)  # its owner speaks French
    bao.post(reverse("businesses:ask_some"))

    letters.send_due(at=clock.now())
    page = re.findall(r"http://localhost:\d+(/\S+)", str(mail.outbox[-1].body))[0]

    assert "toujours" in mail.outbox[-1].subject
    assert "Oui, tout est exact" in zoe.get(page).content.decode()


def test_it_is_the_bias_own_people_s_to_ask_and_to_decide(cast, bao, zoe, cafe, client):
    zoe.post(asked(bao), {"press": "changed", "owner_phone": "416-555-0155"})
    acts = [
        reverse("businesses:accept", args=[Asking.objects.get().pk]),
        reverse("businesses:decline", args=[Asking.objects.get().pk]),
        reverse("businesses:ask_one", args=[cafe.pk]),
        reverse("businesses:ask_some"),
        reverse("businesses:yearly"),
    ]

    for person, sees, does in (
        (cast.otto, 404, 404),
        (cast.join("vic", cafe.partner, Role.VIEWER), 200, 403),
    ):
        let_in(client, person)
        assert client.get(ASKED).status_code == sees
        assert {client.post(act).status_code for act in acts} == {does}
    assert Asking.objects.get().state == "changed"


def bare(response, url):
    """The body, apart from what is each request's own."""
    text = re.sub(r"\b[A-Za-z0-9]{64}\b", "", response.content.decode().replace(url, ""))
    return text.replace(response.headers.get("X-Request-ID", "none"), "")

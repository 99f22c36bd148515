"""The form for strangers, and their one-time link: what everybody is answered, and what nobody learns."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from cityalert.accounts.models import Letter
from cityalert.directory.models import Canary, Entry
from cityalert.joining.forms import began_at
from cityalert.joining.models import Application
from cityalert.lib import clock
from cityalert.ops import housekeeping
from partners.models import Partner
from tests.door import let_in
from tests.joining import steps

pytestmark = pytest.mark.django_db


def test_an_application_waits_for_its_address_before_anybody_sees_it(cast):
    mo, nadia = Client(), let_in(Client(), cast.nadia)
    steps.apply(mo)
    assert "Harbour Square Mall" not in nadia.get(reverse("joining:queue")).content.decode()

    mo.post(steps.link_in("Confirm"))

    assert "Harbour Square Mall" in nadia.get(reverse("joining:queue")).content.decode()
    assert "Being checked" in mo.get(reverse("joining:status")).content.decode()


def test_following_the_link_does_nothing_and_it_opens_once(cast):
    mo = Client()
    steps.apply(mo)
    link = steps.link_in("Confirm")

    assert mo.get(link).status_code == 200  # a mail scanner
    assert Application.objects.get().state == "received"
    assert mo.post(link).status_code == 302
    assert Client().post(link).status_code == 404


def test_whether_somebody_else_applies_under_the_name_is_told_nobody(cast):
    first = steps.apply()
    again = steps.apply(contact_email="eve@elsewhere.example")

    assert {(one.status_code, one["Location"]) for one in (first, again)} == {(302, "/join/sent/")}


@pytest.mark.parametrize("name", ["Lakeside Arena", "LAKES1DE ARENA", "Lakeside-Arena", "Lakesides Arena"])
def test_a_name_that_a_partner_has_or_nearly_has_is_refused_with_a_sentence(cast, name):
    answer = steps.apply(name=name)

    assert answer.status_code == 422
    assert "ask its owners to invite you" in answer.content.decode()
    assert steps.SAID["why"] in answer.content.decode()
    assert not Application.objects.exists()


def suspended(partner):
    Partner.objects.filter(pk=partner.pk).update(is_active=False)


def unlisted(partner):
    Entry.objects.create(partner=partner, is_listed=False)


@pytest.mark.parametrize("hide", [suspended, unlisted])
def test_of_a_partner_that_is_not_listed_the_form_tells_nothing_and_staff_see_it(cast, hide):
    hide(cast.vera.partner)
    nadia = let_in(Client(), cast.nadia)

    application = steps.confirmed(Client(), name="Lakesides Arena")

    page = nadia.get(reverse("joining:application", args=[application.pk])).content.decode()
    assert "can be taken for another" in page
    assert "Lakeside Arena (a partner)" in page


def test_a_canary_is_refused_like_any_listed_partner(cast):
    suspended(cast.vera.partner)
    Canary.objects.create(partner=cast.vera.partner)

    assert steps.apply(name="Lakeside Arena").status_code == 422


@pytest.mark.parametrize(
    "name",
    ["Toronto Pоlice Service", "Тоronto", "Росе", "𝐏olice", "Ροlice", "Toronto Юг", "\u200b", "---"],
)
def test_a_name_in_letters_that_pretend_is_refused_with_a_sentence(cast, name):
    answer = steps.apply(name=name)

    assert answer.status_code == 422
    assert not Application.objects.exists()
    assert steps.SAID["why"] in answer.content.decode()  # nothing typed is lost


@pytest.mark.parametrize("name", ["Café Orléans", "Collège français nº 5", "Украинский центр", "中央商场"])
def test_an_honest_name_in_any_one_alphabet_is_taken(cast, name):
    assert steps.apply(name=name).status_code == 302


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("contact_phone", "call me", "no telephone number"),
        ("contact_phone", "416", "no telephone number"),
        ("website", "not a site", "no web address"),
        ("website", "javascript:alert(1)", "no web address"),
        ("contact_email", "mo at harbour", "valid email"),
        ("name", "", "required"),
        ("kind", "emperor", "valid choice"),
        ("why", "x" * 2001, "2000"),
    ],
)
def test_what_cannot_be_used_is_said_beside_its_field(cast, field, value, sentence):
    answer = steps.apply(**{field: value})

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Application.objects.exists()


def test_a_machine_is_thanked_and_forgotten(cast):
    answer = steps.apply(fax="416-555-0000")

    assert (answer.status_code, answer["Location"]) == (302, "/join/sent/")
    assert not Application.objects.exists()


@pytest.mark.parametrize("began", ["", "forged", None])
def test_whoever_is_quicker_than_people_is_asked_to_send_again(cast, began):
    answer = steps.apply(began=began_at(clock.now()) if began is None else began)

    assert answer.status_code == 422
    assert "very quick" in answer.content.decode()
    assert not Application.objects.exists()


def test_nobody_gets_a_mailbox_filled(cast):
    for _ in range(6):
        steps.apply()

    assert Letter.objects.filter(address=steps.MAIL).count() == 3


def test_who_knocks_too_often_is_slowed_down(cast):
    answers = [steps.apply(contact_email=f"mo{n}@harbour.example").status_code for n in range(12)]

    assert answers[:10] == [302] * 10
    assert answers[-1] == 429


def test_asking_for_a_link_says_the_same_whether_there_is_an_application_or_not(cast):
    mo = Client()
    steps.confirmed(mo)
    Application.objects.get().links.all().delete()

    known = Client().post(reverse("joining:link"), {"email": steps.MAIL})
    unknown = Client().post(reverse("joining:link"), {"email": "eve@elsewhere.example"})

    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert steps.link_in("new link")
    assert not Letter.objects.filter(address="eve@elsewhere.example").exists()


def test_nobody_sees_an_application_without_having_opened_it(cast):
    steps.confirmed(Client())
    never = Client().get(reverse("joining:status"))
    otto = let_in(Client(), cast.otto).get(reverse("joining:status"))

    assert (never.status_code, otto.status_code) == (404, 404)
    assert "Harbour" not in never.content.decode() + otto.content.decode()


def test_the_page_closes_by_itself(cast, monkeypatch):
    mo = Client()
    steps.confirmed(mo)
    later = clock.now() + timedelta(hours=3)
    monkeypatch.setattr(clock, "now", lambda: later)

    assert mo.get(reverse("joining:status")).status_code == 404


def test_only_what_was_returned_can_be_changed(cast):
    mo = Client()
    application = steps.confirmed(mo)

    mo.post(reverse("joining:change"), steps.said(name="Another Name"))

    application.refresh_from_db()
    assert application.name == "Harbour Square Mall"


def test_another_address_is_another_application(cast):
    mo = Client()
    application = steps.confirmed(mo)
    nadia = let_in(Client(), cast.nadia)
    steps.do(nadia, application, "return", reason="Say more")
    mo.post(steps.link_in("has to be changed"))

    mo.post(reverse("joining:change"), steps.said(contact_email="eve@elsewhere.example"))

    application.refresh_from_db()
    assert (application.state, application.contact_email) == ("vetting", steps.MAIL)


def test_an_applicant_signs_what_stood_on_the_page(cast):
    mo = Client()
    application = steps.confirmed(mo)
    page = mo.get(reverse("joining:status"))
    agreement, _signed = page.context["texts"][0]
    form = {"name": "Mo", "role": "Head", "may_sign": "on", "sha256": "0" * 64}

    other = mo.post(reverse("joining:sign", args=[agreement.pk]), form)
    unticked = mo.post(
        reverse("joining:sign", args=[agreement.pk]), form | {"may_sign": "", "sha256": agreement.sha256}
    )

    assert (other.status_code, unticked.status_code) == (422, 422)
    assert not application.signed_texts.exists()


def test_what_nobody_confirms_is_forgotten_after_two_weeks(cast, at):
    mo = Client()
    waiting = steps.confirmed(mo)
    steps.apply(contact_email="eve@elsewhere.example")

    housekeeping.tidy(at=at + timedelta(days=13))
    assert Application.objects.count() == 2

    housekeeping.tidy(at=at + timedelta(days=15))
    assert list(Application.objects.all()) == [waiting]

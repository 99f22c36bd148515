"""A partner vouches for whom it knows, invites whom it would vouch for, and sees nobody else who applies."""

import pytest
from django.test import Client
from django.urls import reverse

from cityalert.agreements.models import Signing
from cityalert.joining.models import Application, Sponsorship
from partners.roles import Role
from tests.door import let_in
from tests.joining import steps

pytestmark = pytest.mark.django_db

INVITED = {
    "name": "Harbour Square Mall", "kind": "venue", "contact_name": "Mo Abidi", "contact_email": steps.MAIL,
    "language": "fr",
}  # fmt: skip


@pytest.fixture
def nadia(cast):
    return let_in(Client(), cast.nadia)


@pytest.fixture
def bao(cast):
    return let_in(Client(), cast.bao)


@pytest.fixture
def application(cast):
    return steps.confirmed(Client())


def test_who_is_asked_sees_who_asks_and_nobody_else(cast, application, nadia, bao):
    steps.do(nadia, application, "sponsor", partner=cast.bao.partner.pk)

    assert "Harbour Square Mall" in bao.get(reverse("joining:sponsoring")).content.decode()
    assert steps.link_in("Do you know", cast.bao.email) == reverse("joining:sponsoring")
    other = let_in(Client(), cast.join("vi", cast.vera.partner, Role.OWNER))
    assert "Harbour" not in other.get(reverse("joining:sponsoring")).content.decode()


def test_another_partners_question_is_not_there(cast, application, nadia, bao):
    steps.do(nadia, application, "sponsor", partner=cast.vera.partner.pk)
    asked = Sponsorship.objects.get()

    theirs = bao.post(reverse("joining:answer", args=[asked.pk]), {"words": "Yes", "answer": "yes"})
    operator = let_in(Client(), cast.vera).post(
        reverse("joining:answer", args=[asked.pk]), {"words": "Yes", "answer": "yes"}
    )

    assert (theirs.status_code, operator.status_code) == (404, 404)
    assert Sponsorship.objects.get().answered_at is None


def test_vouching_takes_words_and_is_done_once(cast, application, nadia, bao):
    assert steps.vouch(bao, application, cast.bao.partner, nadia).status_code == 302
    again = bao.post(
        reverse("joining:answer", args=[Sponsorship.objects.get().pk]), {"words": "No!", "answer": "no"}
    )

    assert again.status_code == 409
    assert Sponsorship.objects.get().is_confirmed


def test_a_partner_without_the_agreement_is_not_asked(cast, application, nadia, bao, at):
    Signing.objects.filter(partner=cast.bao.partner).update(expires_at=at)

    answer = steps.do(nadia, application, "sponsor", partner=cast.bao.partner.pk)

    assert answer.status_code == 409
    assert not Sponsorship.objects.exists()
    assert bao.post(reverse("joining:sponsor_invite"), INVITED).status_code == 409


def test_a_partner_invites_and_is_asked_once_they_have_applied(cast, bao):
    bao.post(reverse("joining:sponsor_invite"), INVITED)
    mo = Client()
    link = steps.link_in("Financial District BIA")

    assert "Harbour Square Mall" in mo.get(link).content.decode()
    mo.post(link, steps.said())
    assert not Sponsorship.objects.exists()  # nobody has confirmed yet
    mo.post(steps.link_in("Confirm"))

    asked = Sponsorship.objects.get()
    assert (asked.partner, asked.is_confirmed) == (cast.bao.partner, None)
    assert mo.get(link).status_code == 404  # used


def test_the_network_invites(cast, nadia):
    nadia.post(reverse("joining:invite"), INVITED | {"language": "en"})

    assert "Harbour Square Mall" in Client().get(steps.link_in("invited to join")).content.decode()
    assert not Application.objects.exists()


def test_an_invitation_in_letters_that_pretend_is_refused(cast, bao):
    assert bao.post(reverse("joining:sponsor_invite"), INVITED | {"name": "Pоlice"}).status_code == 422

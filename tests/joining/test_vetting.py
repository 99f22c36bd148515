"""From the form to the first owner: what is checked, by whom, and what cannot be skipped."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from cityalert.accounts.models import User
from cityalert.agreements.models import Agreement, Signing
from cityalert.audit.models import Entry
from cityalert.joining import checklist
from cityalert.joining.models import Application, Check
from cityalert.lib import clock
from partners.models import Invitation, Partner
from partners.roles import Role
from tests.door import let_in
from tests.joining import steps

pytestmark = pytest.mark.django_db


@pytest.fixture
def nadia(cast):
    return let_in(Client(), cast.nadia)


@pytest.fixture
def sasha(cast):
    return steps.second_staff(cast)


@pytest.fixture
def viola(cast):
    """Manages the arena, which the applicant names as a sponsor."""
    return let_in(Client(), cast.join("viola", cast.vera.partner, Role.ADMINISTRATOR))


@pytest.fixture
def mo():
    """The applicant's browser."""
    return Client()


@pytest.fixture
def application(cast, mo):
    return steps.confirmed(mo)


@pytest.fixture
def checked(application, cast, mo, nadia, sasha, viola):
    """Everything is done: a call by Sasha, the rest by Nadia."""
    steps.sign_all(mo)
    steps.call(sasha, application)
    steps.look(nadia, application)
    steps.vouch(viola, application, cast.vera.partner, nadia)
    return application


def state(application):
    return Application.objects.get(pk=application.pk).state


def test_from_the_form_to_the_first_owner(checked, nadia):
    answer = steps.approve(nadia, checked)

    assert answer.status_code == 302
    partner = Partner.objects.get(name="Harbour Square Mall")
    assert (state(checked), partner.kind, partner.short_name, partner.jurisdiction) == (
        "approved", "venue", "Harbour Sq", None
    )  # fmt: skip
    invitation = Invitation.objects.get(partner=partner)
    assert (invitation.email, invitation.role) == (steps.MAIL, Role.OWNER)
    signed = Signing.objects.in_force(clock.now()).filter(partner=partner)
    assert {one.kind for one in signed} == {"sharing", "confidentiality"}
    assert {(one.signer_name, one.countersigner_name) for one in signed} == {("Mo Abidi", "Nadia Rahman")}
    assert steps.link_in("invites you").startswith("/")
    verbs = list(Entry.objects.filter(object_id=str(checked.pk)).values_list("verb", flat=True))
    assert verbs == [
        "application.received", "application.confirmed", "application.signed", "application.signed",
        "application.checked", "application.checked", "sponsor.asked", "sponsor.answered", "application.approved",
    ]  # fmt: skip


@pytest.mark.parametrize("missing", ["call-back", "identity", "sponsor", "agreements"])
def test_no_check_can_be_skipped(missing, application, cast, mo, nadia, sasha, viola):
    if missing != "agreements":
        steps.sign_all(mo)
    if missing != "call-back":
        steps.call(sasha, application)
    if missing != "identity":
        steps.look(sasha, application)
    if missing != "sponsor":
        steps.vouch(viola, application, cast.vera.partner, nadia)

    answer = steps.approve(nadia, application)

    assert (answer.status_code, state(application)) == (409, "vetting")
    assert not Partner.objects.filter(name="Harbour Square Mall").exists()
    assert not Entry.objects.filter(verb="application.approved").exists()


def test_the_database_itself_lets_nobody_in_unchecked(application, cast, at):
    partner = Partner.objects.create(kind="venue", name="Some other name", short_name="Other")

    with pytest.raises(IntegrityError, match="call-back is missing"), transaction.atomic():
        Application.objects.filter(pk=application.pk).update(
            state="approved", partner=partner, decided_at=at, decided_by=cast.nadia.user
        )
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE joining_application SET state = 'approved' WHERE id = %s", [application.pk])


def test_one_person_alone_lets_nobody_in(application, cast, mo, nadia, sasha, viola, at):
    steps.sign_all(mo)
    steps.call(nadia, application)
    steps.look(nadia, application)
    steps.vouch(viola, application, cast.vera.partner, nadia)

    alone = steps.approve(nadia, application)
    together = steps.approve(sasha, application)

    assert (alone.status_code, together.status_code) == (409, 302)
    assert "Somebody else has to do at least one" in alone.content.decode()


def test_the_database_asks_for_the_second_person_too(application, cast, mo, nadia, viola, at):
    steps.sign_all(mo)
    steps.call(nadia, application)
    steps.look(nadia, application)
    steps.vouch(viola, application, cast.vera.partner, nadia)
    partner = Partner.objects.create(kind="venue", name="Some other name", short_name="Other")

    with pytest.raises(IntegrityError, match="second person is missing"), transaction.atomic():
        Application.objects.filter(pk=application.pk).update(
            state="approved", partner=partner, decided_at=at, decided_by=cast.nadia.user
        )


@pytest.mark.parametrize(
    "number", ["416-555-0177", "+1 (416) 555-0177", "1.416.555.0177 ext. 9", "4165550177"]
)
def test_the_applicants_own_number_is_nobodys_call_back(number, application, nadia):
    answer = steps.call(nadia, application, number=number)

    assert answer.status_code == 422
    assert "The applicant gave this number" in answer.content.decode()
    assert number in answer.content.decode()  # what was typed is kept
    assert not Check.objects.exists()


def test_a_number_they_gave_once_stays_theirs(application, mo, nadia):
    steps.do(nadia, application, "return", reason="Give the number of the front desk")
    mo.post(steps.link_in("has to be changed"))
    mo.post(reverse("joining:change"), steps.said(contact_phone="416-555-0188"))

    assert steps.call(nadia, application, number="416-555-0177").status_code == 422
    assert steps.call(nadia, application, number="416-555-0188").status_code == 422
    assert steps.call(nadia, application).status_code == 302


def test_what_was_checked_of_something_else_is_checked_anew(checked, mo, nadia):
    steps.do(nadia, checked, "return", reason="Name the company, not the mall")
    mo.post(steps.link_in("has to be changed"))
    mo.post(reverse("joining:change"), steps.said(name="Harbour Square Holdings"))

    answer = steps.approve(nadia, checked)

    stands = checklist.of(Application.objects.get(pk=checked.pk), clock.now())
    assert not any(item.is_done for item in stands.items)
    assert answer.status_code == 409
    assert "Checked before the application was changed" in answer.content.decode()


def test_why_they_apply_is_nobodys_check(checked, mo, nadia):
    steps.do(nadia, checked, "return", reason="Say more")
    mo.post(steps.link_in("has to be changed"))
    mo.post(reverse("joining:change"), steps.said(why="Because of the ferries."))

    assert steps.approve(nadia, checked).status_code == 302


def test_without_a_sponsor_it_takes_a_reason_by_somebody_else(application, mo, nadia, sasha):
    steps.sign_all(mo)
    steps.call(nadia, application)
    steps.look(sasha, application)
    steps.do(sasha, application, "exception", reason="The first mall on the network")

    own = steps.approve(sasha, application)
    others = steps.approve(nadia, application)

    assert (own.status_code, others.status_code) == (409, 302)


def test_a_sponsor_who_declines_or_was_suspended_counts_for_nothing(
    application, cast, mo, nadia, sasha, viola
):
    steps.sign_all(mo)
    steps.call(sasha, application)
    steps.look(nadia, application)
    steps.vouch(viola, application, cast.vera.partner, nadia, answer="no")
    assert steps.approve(nadia, application).status_code == 409

    corin = let_in(Client(), cast.join("cora", cast.corin.partner, Role.ADMINISTRATOR))
    steps.vouch(corin, application, cast.corin.partner, nadia)
    nadia.post(reverse("joining:suspend", args=[cast.corin.partner.pk]), {"reason": "Under review"})

    assert steps.approve(nadia, application).status_code == 409


def test_refused_with_a_reason_it_is_over(application, mo, nadia):
    assert steps.do(nadia, application, "refuse", reason="").status_code == 422
    assert steps.do(nadia, application, "refuse", reason="We could not reach anybody").status_code == 302

    mo.post(steps.link_in("was refused"))
    assert "We could not reach anybody" in mo.get(reverse("joining:status")).content.decode()
    assert steps.approve(nadia, application).status_code == 409


def test_deciding_takes_a_second_factor_shown_just_now(checked, cast):
    stale = let_in(Client(), cast.nadia, second_factor_at=clock.now().timestamp() - 3600)

    answer = steps.approve(stale, checked)

    assert (answer.status_code, state(checked)) == (403, "vetting")


def test_a_name_that_another_took_meanwhile_is_not_approved(cast, mo, nadia, sasha, viola):
    application = steps.confirmed(mo)
    Partner.objects.create(kind="venue", name="HARBOUR-SQUARE MALL", short_name="Mall")
    steps.sign_all(mo)
    steps.call(sasha, application)
    steps.look(nadia, application)
    steps.vouch(viola, application, cast.vera.partner, nadia)

    page = nadia.get(reverse("joining:application", args=[application.pk])).content.decode()
    answer = steps.approve(nadia, application)

    assert "The name can be taken for another’s" in page
    assert (answer.status_code, state(application)) == (409, "vetting")


def test_a_newer_text_has_to_be_signed_before(checked, cast, nadia, at):
    old = Agreement.objects.get(kind="sharing")
    nadia.post(
        reverse("agreements:publish"),
        {
            "kind": "sharing",
            "text_en": "Anew.",
            "text_fr": "De nouveau.",
            "valid_months": 12,
            "required_on": "2030-01-01",
        },
    )

    assert Agreement.objects.filter(kind="sharing").count() == 2
    assert old.sha256 != Agreement.objects.filter(kind="sharing").latest("version").sha256
    assert steps.approve(nadia, checked).status_code == 409


def test_the_contact_may_have_an_account_already(checked, nadia):
    User.objects.create(email=steps.MAIL, name="Mo Abidi")

    assert steps.approve(nadia, checked).status_code == 302

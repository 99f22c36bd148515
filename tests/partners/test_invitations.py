"""Being invited: one link, in one mail, that works once; and everything that makes it stop working."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from cityalert.accounts import letters
from cityalert.accounts.models import User
from cityalert.audit import queries
from cityalert.audit.models import Entry
from cityalert.lib.language import Language
from cityalert.lib.refusals import NotThere
from partners import actions, invitations, managing
from partners.actor import Staff
from partners.models import Invitation, Membership, Partner
from partners.queries import actor_for
from partners.roles import Permission, Role
from tests.door import let_in

pytestmark = pytest.mark.django_db
LENA = "lena@cityalert.example"
PASSWORD = "a lamp beside the harbour"
NEW = {"name": "Lena Fischer", "language": "fr", "password": PASSWORD}


@pytest.fixture
def bao(cast, at):
    return cast.bao.actor(at)


@pytest.fixture
def invite(bao, at):
    def invite(email=LENA, role=Role.OPERATOR, actor=bao, partner=bao.partner, when=at, **more):
        return invitations.invite(actor, partner, email, "Lena", role, at=when, **more)

    return invite


@pytest.fixture
def link(at):
    """The link in the newest mail."""

    def link():
        letters.send_due(at=at + timedelta(days=1))
        [found] = re.findall(r"http://localhost:\d+(/invitation/\S+)", str(mail.outbox[-1].body))
        return found

    return link


def test_somebody_new_chooses_a_password_and_acts_at_once(client, cast, invite, link, at):
    site = cast.bao.site
    invitation = invite(unit="Night desk", site=site, call_order=2)

    page = client.get(link())
    answer = client.post(link_of(page), NEW)

    assert answer["Location"] == "/"
    user = User.objects.get(email=LENA)
    membership = user.memberships.get()
    assert (membership.partner, membership.role, membership.unit) == (
        cast.bao.partner,
        "operator",
        "Night desk",
    )
    assert (membership.site, membership.call_order) == (site, 2)
    assert (user.name, user.language) == ("Lena Fischer", "fr")
    assert client.get("/").status_code == 200
    assert Client().login(email=LENA, password=PASSWORD)
    assert user.subscriber.contact_points.get().address == LENA
    verbs = [entry.verb for entry in queries.timeline(invitation)]
    assert verbs == ["member.invited", "invitation.accepted"]


def link_of(response):
    return response.request["PATH_INFO"]


def test_looking_changes_nothing(client, invite, link):
    invite()
    address = link()

    for _ in range(3):
        page = client.get(address)
        client.head(address)

    assert page.status_code == 200
    assert "Financial District BIA" in page.content.decode()
    assert (page["Referrer-Policy"], page["Cache-Control"].count("no-store")) == ("same-origin", 1)
    assert not Membership.objects.filter(user__email=LENA).exists()


def test_a_role_that_needs_a_second_factor_leads_to_setting_it_up(client, invite, link):
    invite(role=Role.ADMINISTRATOR)

    answer = client.post(link(), NEW, follow=True)

    assert answer.redirect_chain[-1][0] == reverse("mfa_index")
    assert "second factor" in answer.content.decode() or "second facteur" in answer.content.decode()


def test_whoever_has_an_account_signs_in_as_that_address(client, cast, invite, link, at):
    invite(email=cast.vera.email)
    address = link()

    page = client.get(address).content.decode()
    assert f"/accounts/login/?next={address}" in page
    assert 'type="password"' not in page
    client.post(address, NEW)
    assert cast.vera.user.memberships.count() == 1

    let_in(client, cast.vera)
    assert client.post(address)["Location"] == "/"
    assert cast.vera.user.memberships.filter(partner=cast.bao.partner).exists()
    assert client.get("/").wsgi_request.actor.partner == cast.bao.partner


def test_otto_with_somebody_elses_link_gets_nothing(client, cast, invite, link):
    invite(email=cast.vera.email)
    address = link()
    let_in(client, cast.otto)

    page = client.post(address, NEW)

    assert "You are signed in as Otto Brandt" in page.content.decode()
    assert cast.otto.user.memberships.count() == 1
    assert not Membership.objects.filter(user=cast.vera.user, partner=cast.bao.partner).exists()


def test_somebody_new_does_not_join_as_whoever_is_signed_in_here(client, cast, invite, link):
    invite()
    let_in(client, cast.otto)

    client.post(link(), NEW)

    assert not User.objects.filter(email=LENA).exists()


def suspend_the_inviter(cast, invitation, at):
    actions.suspend(None, cast.bao.membership, at=at)


def lower_the_inviter(cast, invitation, at):
    actions.change_role(None, cast.bao.membership, Role.OPERATOR, at=at)


def suspend_the_partner(cast, invitation, at):
    Partner.objects.filter(pk=cast.bao.partner.pk).update(is_active=False)


def withdraw(cast, invitation, at):
    invitations.withdraw(cast.bao.actor(at), invitation, at=at)


def run_out(cast, invitation, at):
    Invitation.objects.filter(pk=invitation.pk).update(expires_at=at)


def send_again(cast, invitation, at):
    invitations.resend(cast.bao.actor(at), invitation, at=at)


def use(cast, invitation, at):
    Invitation.objects.filter(pk=invitation.pk).update(accepted_at=at)


def shut_the_person_out(cast, invitation, at):
    User.objects.create(email=LENA, name="Lena", is_active=False)


ENDS = [
    suspend_the_inviter,
    lower_the_inviter,
    suspend_the_partner,
    withdraw,
    run_out,
    send_again,
    use,
    shut_the_person_out,
]


@pytest.mark.parametrize("end", ENDS, ids=lambda end: end.__name__)
def test_every_link_that_no_longer_works_looks_the_same(client, cast, invite, link, at, end):
    invitation = invite()
    address = link()
    nowhere = "/invitation/" + "x" * 43 + "/"

    end(cast, invitation, at)

    for method in (client.get, client.post):
        over, never = method(address), method(nowhere)
        assert (over.status_code, never.status_code) == (404, 404)
        assert said(over) == said(never)
    assert not Membership.objects.filter(user__email=LENA).exists()


def said(response):
    text = re.sub(r"\b[A-Za-z0-9]{64}\b", "", response.content.decode())
    return text.replace(response.request["PATH_INFO"], "").replace(response.headers["X-Request-ID"], "")


def test_a_weak_password_keeps_what_was_typed(client, invite, link):
    invite()

    page = client.post(link(), NEW | {"password": "short"})

    assert page.status_code == 422
    assert 'value="Lena Fischer"' in page.content.decode()
    assert not User.objects.filter(email=LENA).exists()


def test_the_token_is_in_the_mail_and_nowhere_else(invite, link):
    invitation = invite()
    token = link().split("/")[2]

    invitation.refresh_from_db()
    assert token not in str(vars(invitation))
    assert token not in str([entry.facts for entry in Entry.objects.all()])
    assert invitation.letter.sealed_text == ""


def test_the_mail_speaks_the_persons_language(invite, link):
    invite(language=Language.FR)
    link()

    assert "vous invite" in mail.outbox[-1].subject
    assert "Bao Nguyen" in str(mail.outbox[-1].body)


def test_sending_again_gives_a_new_link_and_another_week(client, bao, invite, link, at):
    invitation = invite()
    old = link()
    later = at + timedelta(days=5)

    invitations.resend(bao, invitation, at=later)

    new = link_after(later)
    assert (client.get(old).status_code, client.get(new).status_code) == (404, 200)
    invitation.refresh_from_db()
    assert invitation.expires_at == later + invitations.GOOD_FOR


def link_after(at):
    letters.send_due(at=at)
    return re.findall(r"(/invitation/\S+)", str(mail.outbox[-1].body))[0]


def test_a_mail_that_has_not_left_when_it_is_sent_again_never_leaves(bao, invite, at):
    invitation = invite()

    invitations.resend(bao, invitation, at=at)
    letters.send_due(at=at)

    assert len(mail.outbox) == 1


def test_one_open_invitation_for_an_address(bao, invite, at):
    invite()

    with pytest.raises(invitations.AlreadyInvited) as refusal:
        invite(email=LENA.upper())
    assert refusal.value.field == "email"

    later = at + invitations.GOOD_FOR
    assert invite(when=later).expires_at == later + invitations.GOOD_FOR


def test_a_member_is_not_invited(cast, invite):
    with pytest.raises(actions.AlreadyMember):
        invite(email=cast.bao.email)


@pytest.mark.parametrize(
    ("who", "refusal"), [("vera", managing.MayNotManage), ("avery", NotThere), ("otto", NotThere)]
)
def test_only_a_manager_of_that_partner_invites(cast, at, invite, who, refusal):
    with pytest.raises(refusal):
        invite(actor=getattr(cast, who).actor(at), partner=cast.vera.partner)

    assert not Invitation.objects.exists()
    assert not Entry.objects.exists()


def test_only_an_owner_invites_an_owner(cast, invite, at):
    with pytest.raises(managing.OwnersOnly):
        invite(role=Role.OWNER)

    cast.join("olga", cast.bao.partner, Role.OWNER)
    olga = User.objects.get(email="olga@cityalert.example")
    assert invite(role=Role.OWNER, actor=actor_for(olga, at=at)).role == Role.OWNER


def test_staff_invite_the_first_owner_of_a_partner(client, cast, invite, link, at):
    invite(role=Role.OWNER, actor=Staff(cast.nadia.user))

    client.post(link(), NEW)

    actor = actor_for(User.objects.get(email=LENA), at=at + timedelta(seconds=10))
    assert actor is not None
    assert actor.may(Permission.MANAGE)


def test_bad_terms_get_a_sentence_at_their_field(cast, invite, at):
    with pytest.raises(actions.WrongDates):
        invite(valid_until=at)
    with pytest.raises(actions.SiteOfAnother):
        invite(site=cast.vera.site)
    assert not Invitation.objects.exists()


def test_whoever_tries_many_links_is_slowed_down(client, db):
    answers = [client.get(f"/invitation/{number}/").status_code for number in range(32)]

    assert (answers[0], answers[-1]) == (404, 429)

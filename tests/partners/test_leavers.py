"""Whoever has left is out everywhere: pages, sessions, links in messages. Sockets are in tests/live/test_rights.py."""

import re
from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core import mail
from django.test import Client
from django.urls import reverse

from cityalert.accounts import post
from cityalert.accounts.models import User
from cityalert.audit.models import Entry
from cityalert.audit.verbs import Verb
from cityalert.delivery import fanout, receipts, sweep
from cityalert.delivery.models import Delivery, Recipient
from cityalert.lib.refusals import NotThere
from partners import actions, invitations, leavers
from partners.models import Membership, Partner
from partners.roles import Role
from tests.delivery.say import members, say
from tests.door import let_in, sign_in

pytestmark = pytest.mark.django_db


def close_the_account(cast, at):
    User.objects.filter(pk=cast.vera.user.pk).update(is_active=False)


def suspend_the_membership(cast, at):
    actions.suspend(None, cast.vera.membership, at=at)


def end_the_membership(cast, at):
    actions.remove_member(None, cast.vera.membership, at=at)


def let_it_run_out(cast, at):
    Membership.objects.filter(pk=cast.vera.membership.pk).update(valid_until=at)


def suspend_the_partner(cast, at):
    Partner.objects.filter(pk=cast.vera.partner.pk).update(is_active=False)


LEAVING = [
    close_the_account,
    suspend_the_membership,
    end_the_membership,
    let_it_run_out,
    suspend_the_partner,
]
each_way = pytest.mark.parametrize("leave", LEAVING, ids=lambda leave: leave.__name__)


@each_way
def test_pages_are_shut_with_the_next_request(client, cast, at, leave):
    let_in(client, cast.vera)
    assert client.get("/alerts/").status_code == 200

    leave(cast, at)

    for address in ("/", "/alerts/", "/partners/members/"):
        assert client.get(address).status_code in {302, 404}
    assert "Lakeside" not in client.get("/alerts/", follow=True).content.decode()


@each_way
def test_the_next_sweep_ends_the_sessions_in_the_database_too(client, cast, at, leave):
    other = Client()
    for one in (client, other):
        sign_in(one, cast.vera)
    sign_in(Client(), cast.corin)

    leave(cast, at)
    sweep.run(at=at)

    assert list(UserSession.objects.values_list("user", flat=True)) == [cast.corin.user.pk]
    assert Session.objects.count() == 1
    assert client.get("/accounts/sessions/").status_code == 302
    entry = Entry.objects.get(verb=Verb.SESSION_ENDED)
    assert (entry.user_id, entry.object_id, entry.facts) == (
        None, str(cast.vera.user.pk), {"sessions": 2, "why": "left"},
    )  # fmt: skip


def test_those_who_stay_keep_their_sessions(cast, at):
    second = actions.add_member(None, cast.vera.user, cast.corin.partner, Role.VIEWER, at=at)
    begins = cast.join("lena", cast.bao.partner)
    Membership.objects.filter(pk=begins.membership.pk).update(valid_from=at + timedelta(days=1))
    invited = cast.join("emil", cast.bao.partner)
    actions.remove_member(None, invited.membership, at=at)
    invitations.invite(None, cast.bao.partner, invited.email, "Emil", Role.VIEWER, at=at)
    actions.suspend(None, cast.nadia.membership, at=at)  # she runs the installation
    for person in (cast.vera, begins, invited, cast.nadia):
        sign_in(Client(), person)
    actions.suspend(None, cast.vera.membership, at=at)

    assert leavers.sign_out(at=at) == 0

    actions.suspend(None, second, at=at)
    assert leavers.sign_out(at=at) == 1


@each_way
def test_a_leaver_who_signs_in_again_gets_nothing(client, cast, at, leave):
    leave(cast, at)

    sign_in(client, cast.vera)

    assert client.get("/alerts/").status_code in {302, 404}
    leavers.sign_out(at=at)
    assert client.get("/accounts/sessions/").status_code == 302


@each_way
def test_the_link_in_a_message_shows_and_does_nothing_any_more(client, cast, at, leave):
    notice = say(members(cast.vera, cast.corin), at=at)
    theirs, other = (
        Recipient.objects.get(notice=notice, subscriber=p.subscriber) for p in (cast.vera, cast.corin)
    )
    link = reverse("delivery:answer", args=[theirs.token])
    assert client.get(link).status_code == 200

    leave(cast, at)

    nowhere = reverse("delivery:answer", args=["nothing"])
    for method in (client.get, client.post):
        assert said(method(link)) == said(method(nowhere))
        assert method(link).status_code == 404
    theirs.refresh_from_db()
    assert theirs.acknowledged_at is None
    assert client.get(reverse("delivery:answer", args=[other.token])).status_code == 200


def own(cast, notice):
    return notice.recipients.get(subscriber=cast.vera.subscriber)


def said(response):
    text = re.sub(r"\b[A-Za-z0-9]{64}\b", "", response.content.decode())
    return text.replace(response.headers["X-Request-ID"], "").replace(response.request["PATH_INFO"], "")


def test_a_text_message_of_a_leaver_acknowledges_nothing(cast, at):
    notice = say(members(cast.vera), at=at)
    fanout.fan_out(notice.pk, at=at)
    Delivery.objects.filter(recipient=own(cast, notice)).update(state="sent")
    assert receipts.last_told(cast.vera.phone, channel="sms", at=at) is not None

    suspend_the_membership(cast, at)

    assert receipts.last_told(cast.vera.phone, channel="sms", at=at) is None


def test_a_residents_link_is_theirs_for_as_long_as_it_was(cast, at):
    resident = Recipient(kind=Recipient.Kind.RESIDENT, subscriber=cast.rosa.subscriber)

    assert not receipts.has_left(resident, at)


def test_a_password_chosen_by_a_mail_opens_no_closed_account(client, cast, at, monkeypatch):
    monkeypatch.setattr(post, "hand_over", post._send)
    client.post(reverse("account_reset_password"), {"email": cast.vera.email})
    [link] = re.findall(r"http://testserver(\S+)", str(mail.outbox[-1].body))

    close_the_account(cast, at)
    form = client.get(link, follow=True).request["PATH_INFO"]
    client.post(form, {"password1": "a lamp beside the harbour", "password2": "a lamp beside the harbour"})
    sign_in(client, cast.vera, password="a lamp beside the harbour")

    assert "_auth_user_id" not in client.session


def test_a_link_once_read_is_no_way_back_for_a_leaver(cast, at):
    notice = say(members(cast.vera), at=at)
    suspend_the_membership(cast, at)

    with pytest.raises(NotThere):
        receipts.by_token(own(cast, notice).token, at=at)

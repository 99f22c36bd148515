"""The pages on which a partner decides who belongs to it, through HTTP."""

import time
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from cityalert.accounts import demo, letters
from cityalert.accounts.models import User
from partners.members import queries
from partners.models import Invitation, Membership
from partners.roles import Role
from tests.cast import JOINED_AT
from tests.door import code_of, let_in

pytestmark = pytest.mark.django_db
LIST = reverse("members:list")
INVITE = reverse("members:invite")
SAID = {
    "email": "lena@cityalert.example",
    "name": "Lena Fischer",
    "language": "fr",
    "role": "operator",
    "unit": "Night desk",
    "site": "",
    "call_order": "2",
    "last_day": "",
}


@pytest.fixture
def bao(client, cast):
    return let_in(client, cast.bao)


@pytest.fixture
def olga(cast):
    """An owner, beside Bao who administers."""
    return cast.join("olga", cast.bao.partner, Role.OWNER)


@pytest.fixture
def dana(cast):
    return cast.join("dana", cast.bao.partner, unit="Day desk")


def page_of(person):
    return reverse("members:member", args=[person.membership.pk])


def act(client, person, verb):
    return client.post(reverse(f"members:{verb}", args=[person.membership.pk]))


def text(response):
    return response.content.decode()


def test_a_manager_sees_everybody_with_what_they_need_to_know(bao, cast, dana):
    page = text(bao.get(LIST))

    for word in ("Bao Nguyen", "Dana", "dana@cityalert.example", "Day desk", "Invite somebody", "Never"):
        assert word in page
    assert "Corin" not in page
    assert "Otto" not in page


def test_a_members_page_says_whether_they_have_a_second_factor(bao, cast, dana):
    demo.enrol(dana.user)

    assert "<dt>Second factor</dt><dd>Yes" in bao.get(page_of(dana)).content.decode()
    assert (
        "<dt>Second factor</dt><dd>No"
        in bao.get(page_of(cast.join("lena", cast.bao.partner))).content.decode()
    )


def test_other_members_may_look_and_no_more(client, cast, dana):
    let_in(client, dana)

    page = text(client.get(LIST))
    assert "Bao Nguyen" in page
    for word in (cast.bao.email, "Invite somebody", "Last sign-in", "Second factor</th>"):
        assert word not in page
    one = text(client.get(page_of(cast.bao)))
    assert "<form" not in one.split("<main")[1]
    assert cast.bao.email not in one
    assert client.get(INVITE).status_code == 404
    assert client.post(INVITE, SAID).status_code == 404
    assert client.post(page_of(cast.bao), {}).status_code == 404
    for verb in ("suspend", "restore", "end"):
        assert act(client, cast.bao, verb).status_code == 404


def test_for_otto_nobody_of_another_partner_is_there(client, cast, dana, at):
    let_in(client, cast.otto)
    invitation = Invitation.objects.create(
        partner=cast.bao.partner, email="x@y.example", name="X", role="viewer", invited_at=at,
        expires_at=at + timedelta(days=7), token_digest="x",
    )  # fmt: skip

    assert "Dana" not in text(client.get(LIST))
    for address in (page_of(dana), reverse("members:member", args=[10**15])):
        assert client.get(address).status_code == 404
    for verb in ("suspend", "restore", "end"):
        assert act(client, dana, verb).status_code == 404
    for verb in ("resend", "withdraw"):
        assert client.post(reverse(f"members:{verb}", args=[invitation.pk])).status_code == 404
    assert Membership.objects.filter(pk=dana.membership.pk, is_active=True).exists()


@pytest.mark.parametrize(
    ("query", "there", "away"),
    [
        ("q=day+desk", "Dana", "Emil"),
        ("q=EMIL", "Emil", "Dana"),
        ("role=viewer", "Emil", "Dana"),
        ("state=suspended", "Emil", "Dana"),
        ("state=active", "Dana", "Emil"),
        ("q=nobody+at+all", "Nobody like that", "Dana"),
        ("role=nonsense&state=nonsense&page=x", "Dana", "Nobody like that"),
    ],
)
def test_members_are_found(bao, cast, dana, query, there, away):
    cast.join("emil", cast.bao.partner, Role.VIEWER, is_active=False)

    page = text(bao.get(f"{LIST}?{query}"))

    assert there in page
    assert away not in page.replace(f'value="{away}', "")


def test_every_state_has_its_word_and_its_filter(cast, at):
    actor = cast.bao.actor(at)
    people = {
        queries.State.ACTIVE: cast.bao,
        queries.State.SUSPENDED: cast.join("s", cast.bao.partner, is_active=False),
        queries.State.OVER: cast.join("o", cast.bao.partner, valid_until=at),
        queries.State.TO_COME: cast.join("t", cast.bao.partner),
        queries.State.SHUT_OUT: cast.join("u", cast.bao.partner, is_active=False),
    }
    Membership.objects.filter(pk=people[queries.State.TO_COME].membership.pk).update(
        valid_from=at + timedelta(days=1)
    )
    User.objects.filter(pk=people[queries.State.SHUT_OUT].user.pk).update(is_active=False)

    for state, person in people.items():
        [one] = queries.members_of(actor, at, queries.Wanted(state=state))
        assert (one.user, queries.state_of(one, at)) == (person.user, state)


def test_a_thousand_members_cost_as_many_statements_as_one(bao, cast, django_assert_max_num_queries):
    users = User.objects.bulk_create(User(email=f"m{n}@x.example", name=f"M {n}") for n in range(1_000))
    Membership.objects.bulk_create(
        Membership(user=user, partner=cast.bao.partner, role="operator", valid_from=JOINED_AT)
        for user in users
    )

    # four for the list: how many, fifty of them, who has a second factor, who is invited; six for what every page asks
    with django_assert_max_num_queries(11):
        page = text(bao.get(LIST))

    assert "1 to 50 of 1001" in page


def test_somebody_is_invited_and_comes(bao, cast, at):
    answer = bao.post(INVITE, SAID)

    assert answer["Location"] == LIST
    page = text(bao.get(LIST))
    assert "Invited. The mail with the link is on its way to Lena Fischer." in page
    assert "The mail is on its way." in page
    letters.send_due(at=at + timedelta(minutes=1))
    assert "invite" in mail.outbox[-1].subject
    assert "good until" in text(bao.get(LIST))
    invitation = Invitation.objects.get()
    assert (invitation.role, invitation.unit, invitation.call_order, invitation.language) == (
        "operator", "Night desk", 2, "fr",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"email": "nonsense"}, "e-mail"),
        ({"email": "bao@cityalert.example"}, "already a member"),
        ({"name": ""}, "required"),
        ({"role": "king"}, "not one of the available choices"),
        ({"role": "owner"}, "not one of the available choices"),
        ({"site": "nonsense"}, "not a valid"),
        ({"call_order": "3"}, "not one of the available choices"),
        ({"last_day": "2020-01-01"}, "end before it begins"),
        ({"last_day": "9999-12-31"}, "between 2000 and 2099"),
        ({"last_day": "soon"}, "valid date"),
        ({"unit": "x" * 81}, "at most 80"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(bao, typed, said):
    answer = bao.post(INVITE, SAID | typed)

    assert answer.status_code == 422
    assert said.lower() in text(answer).lower()
    assert "Night desk" in text(answer) or "unit" in typed
    assert not Invitation.objects.exists()


def test_another_partners_site_cannot_be_chosen(bao, cast):
    answer = bao.post(INVITE, SAID | {"site": str(cast.vera.site.pk)})

    assert answer.status_code == 422
    assert not Invitation.objects.exists()


def test_an_invitation_is_sent_again_and_withdrawn(bao, at):
    bao.post(INVITE, SAID)
    [invitation] = Invitation.objects.all()

    bao.post(reverse("members:resend", args=[invitation.pk]))
    assert Invitation.objects.get().token_digest != invitation.token_digest
    bao.post(reverse("members:withdraw", args=[invitation.pk]))

    bao.get(LIST)
    assert "Lena Fischer" not in text(bao.get(LIST))
    again = bao.post(reverse("members:resend", args=[invitation.pk]))
    assert again.status_code == 404


def test_a_member_is_changed_and_told(bao, dana, cast, at):
    site = cast.bao.site
    bao.post(page_of(dana), SAID | {"role": "viewer", "site": str(site.pk), "first_day": "2025-01-01"})

    dana.membership.refresh_from_db()
    assert (dana.membership.role, dana.membership.unit, dana.membership.site) == (
        "viewer",
        "Night desk",
        site,
    )
    letters.send_due(at=at + timedelta(minutes=1))
    assert mail.outbox[-1].to == [dana.email]
    assert mail.outbox[-1].subject.endswith("Your role at Financial District BIA is now: Viewer")
    assert "Decided by Bao Nguyen" in str(mail.outbox[-1].body)


def test_saving_without_a_change_changes_nothing(bao, cast, at):
    emil = cast.join("emil", cast.bao.partner, valid_until=at + timedelta(hours=30))
    was = emil.membership.valid_until

    form = bao.get(page_of(emil)).context["form"]
    bao.post(page_of(emil), {name: form[name].value() or "" for name in form.fields})

    emil.membership.refresh_from_db()
    assert (emil.membership.valid_until, emil.membership.valid_from) == (was, JOINED_AT)


def test_suspended_out_and_restored_with_one_press_each(bao, dana, at):
    other = let_in(Client(), dana)
    assert other.get("/alerts/").status_code == 200

    answer = act(bao, dana, "suspend")

    assert answer["Location"] == page_of(dana)
    assert other.get("/alerts/").status_code == 404
    assert "Restore" in text(bao.get(page_of(dana)))
    act(bao, dana, "restore")
    assert other.get("/alerts/").status_code == 200
    letters.send_due(at=at + timedelta(minutes=1))
    assert [m.subject.partition("] ")[2] for m in mail.outbox] == [
        "You no longer act for Financial District BIA",
        "You act for Financial District BIA again",
    ]


def test_an_ended_membership_is_gone(bao, dana):
    answer = bao.post(reverse("members:end", args=[dana.membership.pk]), follow=True)

    assert "Dana no longer acts for Financial District BIA." in text(answer)
    assert not Membership.objects.filter(user=dana.user).exists()
    assert bao.get(page_of(dana)).status_code == 404


def test_nobody_changes_their_own_membership(bao, cast):
    page = text(bao.get(page_of(cast.bao)))

    assert "This is your own membership" in page
    assert "<form" not in page.split("<main")[1]
    assert bao.post(page_of(cast.bao), SAID | {"role": "owner"}).status_code == 404
    assert act(bao, cast.bao, "suspend").status_code == 409


def test_an_administrator_touches_no_owner(bao, olga):
    assert "changed by an owner" in text(bao.get(page_of(olga)))
    for verb in ("suspend", "end"):
        assert act(bao, olga, verb).status_code == 403
    assert Membership.objects.filter(pk=olga.membership.pk, is_active=True).exists()


def test_an_owner_makes_an_owner(client, olga, dana):
    let_in(client, olga)

    client.post(page_of(dana), SAID | {"role": "owner", "first_day": "2025-01-01"})

    dana.membership.refresh_from_db()
    assert dana.membership.role == Role.OWNER


@pytest.mark.parametrize("verb", ["invite", "change", "suspend", "restore", "end", "resend"])
def test_every_consequential_act_asks_for_a_second_factor_of_the_last_minutes(bao, cast, dana, verb):
    bao.post(INVITE, SAID | {"email": "first@x.example"})
    [invitation] = Invitation.objects.all()
    let_in(bao, cast.bao, second_factor_at=time.time() - 3600)
    before = snapshot()

    if verb in ("invite", "change"):
        address, said = (
            (INVITE, SAID) if verb == "invite" else (page_of(dana), SAID | {"first_day": "2025-01-01"})
        )
        answer = bao.post(address, said)
        assert answer.status_code == 422
        assert 'name="code"' in text(answer)
        assert "Night desk" in text(answer)
        assert snapshot() == before
        assert bao.post(address, said | {"code": "000000"}).status_code == 422
        assert snapshot() == before
        assert bao.post(address, said | {"code": code_of(cast.bao)}).status_code == 302
        assert snapshot() != before
    else:
        key = invitation.pk if verb == "resend" else dana.membership.pk
        answer = bao.post(reverse(f"members:{verb}", args=[key]))
        assert answer["Location"].startswith(reverse("mfa_reauthenticate"))
        assert snapshot() == before


def snapshot():
    return (
        list(Membership.objects.order_by("pk").values()),
        list(Invitation.objects.order_by("pk").values()),
    )


def test_without_any_second_factor_the_pages_are_shut(client, cast):
    client.force_login(cast.bao.user)

    for address in (LIST, INVITE, page_of(cast.bao)):
        assert client.get(address).status_code == 302
    assert client.post(INVITE, SAID).status_code == 302
    assert not Invitation.objects.exists()

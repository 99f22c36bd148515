"""Adding, changing, suspending and removing members: grants follow, and the log tells."""

from datetime import timedelta

import pytest

from cityalert.accounts.models import User
from cityalert.audit import queries
from cityalert.audit.models import Entry
from cityalert.lib.refusals import NotThere, Refusal
from partners import access, actions, managing
from partners.actor import Staff
from partners.models import Membership
from partners.queries import actor_for
from partners.roles import PERMISSIONS, Permission, Role
from tests.cast import JOINED_AT

pytestmark = pytest.mark.django_db


@pytest.fixture
def lena(db):
    return User.objects.create(email="lena@cityalert.example", name="Lena Fischer")


@pytest.fixture
def bao(cast, at):
    return cast.bao.actor(at)


def granted(membership):
    return access.permissions_of(membership.user, membership.partner)


def last_entry():
    entry = Entry.objects.latest("position")
    return entry.verb, entry.user_name, entry.facts


def test_an_administrator_adds_a_member_who_may_act_at_once(bao, lena, at):
    membership = actions.add_member(bao, lena, bao.partner, Role.OPERATOR, at=at, unit="Night desk")

    actor = actor_for(lena, at=at)
    assert actor is not None
    assert (actor.partner, actor.membership.unit) == (bao.partner, "Night desk")
    assert actor.may(Permission.ANSWER)
    assert last_entry() == (
        "member.added", "Bao Nguyen", {"member": lena.pk, "partner": str(bao.partner_id), "role": "operator"}
    )  # fmt: skip
    assert [entry.verb for entry in queries.timeline(membership)] == ["member.added"]


def test_another_role_takes_the_old_rights_away(bao, lena, at):
    membership = actions.add_member(bao, lena, bao.partner, Role.ADMINISTRATOR, at=at)

    actions.change_role(bao, membership, Role.VIEWER, at=at)

    assert granted(membership) == PERMISSIONS[Role.VIEWER]
    verb, _who, facts = last_entry()
    assert (verb, facts["changes"]) == ("member.changed", {"role": {"was": "administrator", "is": "viewer"}})


def test_terms_are_changed_and_an_end_that_has_come_takes_the_rights(bao, lena, at):
    membership = actions.add_member(bao, lena, bao.partner, Role.OPERATOR, at=at - timedelta(days=1))
    site = bao.partner.sites.get()

    actions.change(bao, membership, at=at, unit="Door", site=site, call_order=2, valid_until=at)

    membership.refresh_from_db()
    assert (membership.unit, membership.site, membership.call_order) == ("Door", site, 2)
    assert granted(membership) == frozenset()
    assert last_entry()[2]["changes"]["site"] == {"was": None, "is": str(site)}


def test_a_change_that_changes_nothing_is_not_told(bao, lena, at):
    membership = actions.add_member(bao, lena, bao.partner, Role.OPERATOR, at=at)
    actions.restore(bao, membership, at=at)
    actions.change_role(bao, membership, Role.OPERATOR, at=at)
    actions.change(bao, membership, at=at)

    assert last_entry()[0] == "member.added"


def test_a_suspended_member_may_nothing_until_restored(bao, lena, at):
    membership = actions.add_member(bao, lena, bao.partner, Role.OPERATOR, at=at)

    actions.suspend(bao, membership, at=at)
    assert (actor_for(lena, at=at), granted(membership)) == (None, frozenset())

    actions.restore(bao, membership, at=at)
    assert actor_for(lena, at=at) is not None
    assert granted(membership) == PERMISSIONS[Role.OPERATOR]
    verbs = [entry.verb for entry in queries.timeline(membership)]
    assert verbs == ["member.added", "member.suspended", "member.restored"]


def test_a_removed_member_is_gone_and_the_log_still_speaks_of_them(bao, lena, at):
    membership = actions.add_member(bao, lena, bao.partner, Role.OPERATOR, at=at)

    actions.remove_member(bao, membership, at=at)

    assert not Membership.objects.filter(user=lena).exists()
    assert access.permissions_of(lena, bao.partner) == frozenset()
    assert [entry.verb for entry in queries.timeline(membership)] == ["member.added", "member.removed"]


def test_removing_from_one_partner_leaves_the_other(bao, cast, at):
    here = actions.add_member(bao, cast.vera.user, bao.partner, Role.ADMINISTRATOR, at=at)

    actions.remove_member(bao, here, at=at)

    assert access.permissions_of(cast.vera.user, cast.vera.partner) == PERMISSIONS[Role.OPERATOR]


def test_somebody_removed_meanwhile_is_not_there(bao, lena, at):
    membership = actions.add_member(bao, lena, bao.partner, Role.OPERATOR, at=at)
    Membership.objects.filter(pk=membership.pk).delete()

    with pytest.raises(NotThere):
        actions.suspend(bao, membership, at=at)


VERBS = {
    "change": lambda actor, m, at: actions.change_role(actor, m, Role.VIEWER, at=at),
    "terms": lambda actor, m, at: actions.change(actor, m, at=at, unit="x"),
    "suspend": lambda actor, m, at: actions.suspend(actor, m, at=at),
    "restore": lambda actor, m, at: actions.restore(actor, m, at=at),
    "remove": lambda actor, m, at: actions.remove_member(actor, m, at=at),
}


@pytest.mark.parametrize("verb", VERBS.values(), ids=VERBS)
@pytest.mark.parametrize(
    ("who", "whose", "refusal"),
    [
        ("otto", "bao", NotThere),
        ("bao", "vera", NotThere),
        ("vera", "vera", managing.MayNotManage),
        ("avery", "sam", managing.MayNotManage),
        ("bao", "bao", managing.OwnMembership),
    ],
)
def test_only_a_manager_of_that_partner_changes_members_and_never_their_own(
    cast, at, verb, who, whose, refusal
):
    membership = getattr(cast, whose).membership

    with pytest.raises(refusal):
        verb(getattr(cast, who).actor(at), membership, at)

    assert granted(membership) == PERMISSIONS[membership.role]
    assert not Entry.objects.exists()


@pytest.mark.parametrize(
    ("who", "refusal"), [("vera", managing.MayNotManage), ("avery", NotThere), ("otto", NotThere)]
)
def test_only_a_manager_of_that_partner_adds_members(cast, at, lena, who, refusal):
    with pytest.raises(refusal):
        actions.add_member(getattr(cast, who).actor(at), lena, cast.vera.partner, Role.OWNER, at=at)

    assert not Membership.objects.filter(user=lena).exists()


def test_a_manager_with_two_partners_manages_the_one_they_act_for(cast, at, lena):
    other = actions.add_member(None, cast.bao.user, cast.vera.partner, Role.ADMINISTRATOR, at=at)
    as_other = actor_for(cast.bao.user, membership_id=other.pk, at=at)

    with pytest.raises(NotThere):
        actions.add_member(as_other, lena, cast.bao.partner, Role.OWNER, at=at)


def refused(action):
    with pytest.raises(Refusal) as refusal:
        action()
    return refusal.value


def test_bad_terms_get_a_sentence_at_their_field(bao, cast, lena, at):
    def add(**terms):
        return refused(lambda: actions.add_member(bao, lena, bao.partner, Role.VIEWER, at=at, **terms))

    assert (add(valid_until=at).code, add(valid_until=at).field) == ("wrong_dates", "valid_until")
    elsewhere = add(site=cast.vera.site)
    assert (elsewhere.code, elsewhere.field) == ("site_of_another", "site")
    assert not Entry.objects.exists()


def test_a_person_is_a_member_once(bao, lena, at):
    actions.add_member(bao, lena, bao.partner, Role.OPERATOR, at=at)

    again = refused(lambda: actions.add_member(bao, lena, bao.partner, Role.VIEWER, at=at))

    assert again.code == "already_member"
    assert Membership.objects.get(user=lena).role == Role.OPERATOR


def test_staff_may_change_any_membership_and_the_log_says_who(cast, at):
    actions.suspend(Staff(cast.nadia.user), cast.vera.membership, at=at)

    entry = Entry.objects.get()
    assert (entry.verb, entry.user_name, entry.partner_id) == ("member.suspended", "Nadia Rahman", None)


@pytest.fixture
def owner(cast, at):
    """The partner's only owner."""
    return cast.join("olga", cast.bao.partner, Role.OWNER).membership


TAKE_AWAY = VERBS | {
    "end later": lambda actor, m, at: actions.change(actor, m, at=at, valid_until=at + timedelta(days=9)),
    "begin later": lambda actor, m, at: actions.change(actor, m, at=at, valid_from=at + timedelta(days=9)),
}
del TAKE_AWAY["terms"], TAKE_AWAY["restore"]


@pytest.mark.parametrize("take_away", TAKE_AWAY.values(), ids=TAKE_AWAY)
def test_the_last_owner_stays(cast, owner, at, take_away):
    nadia = Staff(cast.nadia.user)
    with pytest.raises(managing.LastOwner):
        take_away(nadia, owner, at)
    assert granted(owner) == PERMISSIONS[Role.OWNER]
    assert not Entry.objects.exists()

    cast.join("oscar", cast.bao.partner, Role.OWNER)
    take_away(nadia, owner, at)
    assert Entry.objects.exists()


@pytest.mark.parametrize(
    "terms", [{"is_active": False}, {"valid_until": JOINED_AT + timedelta(days=1)}], ids=["suspended", "over"]
)
def test_an_owner_who_cannot_act_is_none(cast, owner, at, terms):
    cast.join("oscar", cast.bao.partner, Role.OWNER, **terms)

    with pytest.raises(managing.LastOwner):
        actions.suspend(None, owner, at=at)


def test_an_owner_who_leaves_first_does_not_let_the_other_go(cast, owner, at):
    cast.join("oscar", cast.bao.partner, Role.OWNER, valid_until=at + timedelta(days=3))

    with pytest.raises(managing.LastOwner):
        actions.change(None, owner, at=at, valid_until=at + timedelta(days=9))


def test_the_last_owners_desk_may_change(owner, at):
    assert actions.change(None, owner, at=at, unit="Corner office").unit == "Corner office"


def test_an_administrator_neither_makes_nor_changes_an_owner(bao, lena, owner, at):
    for act in (
        lambda: actions.add_member(bao, lena, bao.partner, Role.OWNER, at=at),
        lambda: actions.suspend(bao, owner, at=at),
        lambda: actions.change_role(bao, owner, Role.VIEWER, at=at),
    ):
        assert refused(act).code == "owners_only"
    member = actions.add_member(bao, lena, bao.partner, Role.VIEWER, at=at)
    assert refused(lambda: actions.change_role(bao, member, Role.OWNER, at=at)).code == "owners_only"

"""Who may do what for whom: a person, in a role, for one partner, while the membership lasts."""

from datetime import timedelta

import pytest

from cityalert.accounts.models import User
from partners import access
from partners.grants import apply_role, apply_roles
from partners.models import Membership, Partner, PartnerUserPermission
from partners.queries import actor_for, memberships_of
from partners.roles import NEEDS_SECOND_FACTOR, PERMISSIONS, Permission, Role, needs_second_factor

pytestmark = pytest.mark.django_db


def test_every_role_has_permissions_and_every_permission_a_role():
    assert set(PERMISSIONS) == set(Role)
    assert frozenset().union(*PERMISSIONS.values()) == set(Permission)
    assert all(Permission.VIEW in granted for granted in PERMISSIONS.values())


def test_whoever_may_publish_approve_or_manage_needs_a_second_factor():
    assert {role for role in Role if needs_second_factor(role)} == {
        Role.OWNER, Role.ADMINISTRATOR, Role.PUBLISHER, Role.APPROVER
    }  # fmt: skip
    assert Permission.ANSWER not in NEEDS_SECOND_FACTOR


@pytest.mark.parametrize("role", Role)
def test_a_member_may_do_what_the_role_says_and_nothing_else(cast, at, role):
    lena = cast.join("lena", cast.vera.partner, role)
    actor = lena.actor(at)

    assert {permission for permission in Permission if actor.may(permission)} == PERMISSIONS[role]


def test_nobody_may_do_anything_for_another_partner(cast, at):
    avery = cast.avery.actor(at)

    assert avery.may(Permission.PUBLISH, for_=cast.avery.partner)
    assert not any(avery.may(permission, for_=cast.vera.partner) for permission in Permission)


def test_whoever_belongs_to_two_acts_for_one_at_a_time(cast, at):
    second = Membership.objects.create(
        user=cast.avery.user, partner=cast.vera.partner, role=Role.ADMINISTRATOR, valid_from=at
    )
    apply_role(second)

    actor = actor_for(cast.avery.user, membership_id=second.pk, at=at)

    assert actor is not None
    assert actor.partner == cast.vera.partner
    assert actor.may(Permission.MANAGE)
    assert not actor.may(Permission.PUBLISH)
    assert not actor.may(Permission.PUBLISH, for_=cast.avery.partner)
    assert list(memberships_of(cast.avery.user, at)) == [second, cast.avery.membership]


def test_a_choice_that_no_longer_counts_falls_back_to_one_that_does(cast, at):
    assert actor_for(cast.avery.user, membership_id=cast.vera.membership.pk, at=at) == cast.avery.actor(at)


def test_a_superuser_has_no_more_than_was_granted(cast, at):
    nadia = cast.nadia.actor(at)

    assert nadia.user.is_superuser
    assert nadia.may(Permission.MANAGE)
    assert not nadia.may(Permission.PUBLISH)
    assert access.permissions_of(nadia.user, cast.avery.partner) == frozenset()


HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("model", "values"),
    [
        (Membership, {"is_active": False}),
        (Membership, {"valid_until": timedelta(0)}),
        (Membership, {"valid_from": HOUR}),
        (User, {"is_active": False}),
        (Partner, {"is_active": False}),
    ],
    ids=["suspended", "over", "not begun", "person inactive", "partner inactive"],
)
def test_without_a_membership_that_counts_there_is_no_actor_whatever_is_granted(cast, at, model, values):
    whose = {Membership: cast.vera.membership, User: cast.vera.user, Partner: cast.vera.partner}[model]
    values = {name: at + value if isinstance(value, timedelta) else value for name, value in values.items()}
    model.objects.filter(pk=whose.pk).update(**values)

    assert PartnerUserPermission.objects.filter(user=cast.vera.user).exists()
    assert actor_for(cast.vera.user, at=at) is None


def test_a_membership_counts_from_its_first_moment_up_to_but_without_its_last(cast, at):
    Membership.objects.filter(pk=cast.vera.membership.pk).update(
        valid_from=at, valid_until=at + timedelta(hours=8)
    )

    def counts(seconds: int) -> bool:
        return actor_for(cast.vera.user, at=at + timedelta(seconds=seconds)) is not None

    assert [counts(s) for s in (-1, 0, 8 * 3600 - 1, 8 * 3600)] == [False, True, True, False]


def test_one_that_begins_later_needs_nobody_to_wake_it(cast, at):
    begins = at + timedelta(days=1)
    Membership.objects.filter(pk=cast.vera.membership.pk).update(valid_from=begins)
    apply_roles(Membership.objects.all(), at=at)

    actor = actor_for(cast.vera.user, at=begins)

    assert actor is not None
    assert actor.may(Permission.ANSWER)


def test_asking_costs_one_query_for_each_actor(cast, at, django_assert_num_queries):
    avery = cast.avery.actor(at)
    avery.may(Permission.VIEW)  # content types are looked up once for each process
    avery = cast.avery.actor(at)

    with django_assert_num_queries(1):
        for permission in Permission:
            avery.may(permission)


def test_four_hundred_members_are_granted_in_a_few_statements(cast, at, django_assert_max_num_queries):
    users = [User(email=f"member{n}@cityalert.example", name=f"Member {n}") for n in range(400)]
    User.objects.bulk_create(users)
    roles = list(Role)
    Membership.objects.bulk_create(
        Membership(user=user, partner=cast.vera.partner, role=roles[n % 7], valid_from=at)
        for n, user in enumerate(users)
    )

    with django_assert_max_num_queries(10):
        apply_roles(Membership.objects.filter(partner=cast.vera.partner), at=at)

    assert access.permissions_of(users[8], cast.vera.partner) == PERMISSIONS[roles[1]]
    with django_assert_max_num_queries(6):  # again: nothing to change
        apply_roles(Membership.objects.filter(partner=cast.vera.partner), at=at)


def test_granting_changes_only_what_differs_and_only_for_those_asked(cast, at):
    before = dict(PartnerUserPermission.objects.values_list("pk", "user_id"))
    Membership.objects.filter(pk=cast.vera.membership.pk).update(role=Role.ANALYST)
    Membership.objects.filter(pk=cast.corin.membership.pk).update(role=Role.ANALYST)

    apply_role(cast.vera.membership, at=at)

    after = dict(PartnerUserPermission.objects.values_list("pk", "user_id"))
    changed = {(before | after)[pk] for pk in before.keys() ^ after.keys()}
    assert changed == {cast.vera.user.pk}
    assert access.permissions_of(cast.vera.user, cast.vera.partner) == PERMISSIONS[Role.ANALYST]
    kept = before.keys() & {pk for pk, user in after.items() if user == cast.vera.user.pk}
    assert len(kept) == 1  # to see is in both roles

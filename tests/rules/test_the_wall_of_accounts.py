"""Of accounts one sees oneself, one's own people and those one dealt with; of passwords and factors one's own."""

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import ProgrammingError, connection, transaction
from django.urls import reverse

from cityalert.accounts.models import User
from cityalert.delivery.models import Recipient
from cityalert.lib import tenancy
from partners import actions
from partners.models import Membership
from tests.alerts.writing import published
from tests.cast import PASSWORD
from tests.door import let_in, sign_in

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not settings.DATABASE_APP_ROLE, reason="here the application is itself the owner"),
]


def ask(statement, params=None):
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return [row[0] for row in cursor.fetchall()] if cursor.description else cursor.rowcount


def acting(person):
    return tenancy.acting(partner_id=person.partner.pk, person_id=person.user.pk)


def names():
    return set(ask("SELECT name FROM accounts_user"))


def test_one_sees_ones_own_people_and_whom_one_told(cast, at):
    published(cast.avery, at)
    with acting(cast.otto):
        assert names() == {"Otto Brandt"}
        assert ask("SELECT email FROM accounts_user WHERE email = %s", [cast.avery.email]) == []
    with acting(cast.avery):
        assert {"Avery Chen", "Sam Okafor", "Corin Walsh", "Vera Kovács"} <= names()
        assert "Otto Brandt" not in names()
    with acting(cast.corin):
        assert names() == {"Corin Walsh"}  # who told them is not known by name


def test_who_pressed_the_button_is_seen_by_who_asked(cast, at):
    alert = published(cast.avery, at)
    Recipient.objects.filter(notice=alert.notice_id).exclude(kind="screen").delete()
    with acting(cast.avery):
        assert "Corin Walsh" not in names()
    screen = Recipient.objects.get(notice=alert.notice_id, partner=cast.corin.partner)
    Recipient.objects.filter(pk=screen.pk).update(acknowledged_at=at, acknowledged_by=cast.corin.user)
    with acting(cast.avery):
        assert "Corin Walsh" in names()


def test_who_has_left_keeps_a_name_where_they_worked(cast, at):
    actions.remove_member(None, cast.sam.membership, at=at)

    with acting(cast.avery):
        assert "Sam Okafor" in names()
    with tenancy.acting(person_id=cast.sam.user.pk):
        assert names() == {"Sam Okafor"}


@pytest.mark.parametrize("statement", ["SELECT password FROM accounts_user", "SELECT * FROM accounts_user"])
def test_the_hashes_are_not_the_webs_to_read(cast, statement):
    with acting(cast.avery), pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        ask(statement)


def test_everybody_is_handed_their_own_hash_and_nobody_elses(cast):
    with acting(cast.avery):
        members = Membership.objects.filter(partner=cast.avery.partner).select_related("user")
        hashes = {one.user.name: one.user.password for one in members}
        assert User.objects.get(pk=cast.avery.user.pk).check_password(PASSWORD)
        assert ask("SELECT own_password()") == [cast.avery.user.password]
    assert hashes["Avery Chen"] == cast.avery.user.password
    assert hashes["Sam Okafor"] is None


def test_nobody_writes_anothers_account(cast):
    with acting(cast.avery):
        assert (
            ask("UPDATE accounts_user SET email = 'mine@cityalert.example' WHERE id = %s", [cast.sam.user.pk])
            == 0
        )
        assert ask("DELETE FROM accounts_user WHERE id = %s", [cast.sam.user.pk]) == 0
        assert ask("UPDATE accounts_user SET language = 'fr'") == 1


def test_second_factors_and_sessions_are_ones_own(cast, client):
    sign_in(client, cast.avery)
    with acting(cast.sam):
        assert ask("SELECT user_id FROM mfa_authenticator") == [cast.sam.user.pk]
        assert ask("SELECT user_id FROM usersessions_usersession") == []
        assert ask("DELETE FROM mfa_authenticator WHERE user_id = %s", [cast.avery.user.pk]) == 0
    with acting(cast.avery):
        assert ask("SELECT user_id FROM usersessions_usersession") == [cast.avery.user.pk]


def test_the_list_of_members_says_who_lacks_a_second_factor(cast, client):
    Authenticator.objects.filter(user=cast.sam.user).delete()

    page = let_in(client, cast.avery).get(reverse("members:list"))

    assert [one.user.name for one, _state, _has, lacks in page.context["rows"] if lacks] == ["Sam Okafor"]


def test_one_signs_in_and_changes_the_password_where_nobody_is_known_yet(cast, client):
    """Tests are asked across partners; the product stands for nobody until it knows."""
    new = "a quite different sentence 7"
    with tenancy.acting():
        sign_in(client, cast.avery)
        assert client.get(reverse("web:home")).status_code == 200
        said = {"oldpassword": PASSWORD, "password1": new, "password2": new}
        assert client.post(reverse("account_change_password"), said).status_code == 302
        client.post(reverse("account_logout"))
        sign_in(client, cast.corin)
        assert client.get(reverse("web:home")).status_code == 200
    assert User.objects.get(pk=cast.avery.user.pk).check_password(new)

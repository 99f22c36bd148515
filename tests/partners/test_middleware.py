"""`request.actor`, and pages that need one."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.test import RequestFactory

from cityalert.lib.refusals import NotThere
from partners import actions
from partners.middleware import ActorMiddleware, actor_required
from partners.roles import Role

pytestmark = pytest.mark.django_db


@actor_required
def page(request, word):
    return HttpResponse(f"{word} {request.actor.partner.short_name}")


def visit(user, **session):
    request = RequestFactory().get("/alerts/", {"page": "2"})
    request.user = user
    vars(request)["session"] = session
    return ActorMiddleware(lambda request: page(request, word="hello"))(request)


def test_a_member_sees_the_page_as_the_partner_they_act_for(cast):
    assert visit(cast.vera.user).content == b"hello Arena"


def test_the_session_says_for_which_of_two(cast, at):
    second = actions.add_member(None, cast.vera.user, cast.corin.partner, Role.VIEWER, at=at)

    assert visit(cast.vera.user, membership_id=second.pk).content == b"hello King Bay"
    assert visit(cast.vera.user, membership_id=cast.vera.membership.pk).content == b"hello Arena"


@pytest.mark.parametrize("nonsense", [0, -1, 10**12, None])
def test_a_choice_that_is_not_theirs_changes_nothing(cast, nonsense):
    assert visit(cast.vera.user, membership_id=nonsense).content == b"hello Arena"
    assert visit(cast.vera.user, membership_id=cast.avery.membership.pk).content == b"hello Arena"


def test_the_anonymous_are_sent_to_sign_in_and_come_back(cast):
    answer = visit(AnonymousUser())

    assert answer.status_code == 302
    assert answer["Location"].endswith("?next=/alerts/%3Fpage%3D2")


def test_for_a_person_who_acts_for_nobody_there_is_nothing_here(cast, at):
    actions.suspend(None, cast.vera.membership, at=at)

    with pytest.raises(NotThere):
        visit(cast.vera.user)


def test_finding_the_actor_costs_one_query(cast, django_assert_num_queries):
    with django_assert_num_queries(1):
        visit(cast.vera.user)

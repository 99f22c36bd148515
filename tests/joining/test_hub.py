"""The network's own pages: who is on it, and shutting somebody out."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cityalert.delivery import queries as delivery
from partners.models import Partner
from partners.queries import actor_for
from tests.alerts.writing import draft, published
from tests.cast import DOWNTOWN
from tests.door import let_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def nadia(cast):
    return let_in(Client(), cast.nadia)


def suspend(nadia, partner, reason="A stolen telephone"):
    return nadia.post(reverse("joining:suspend", args=[partner.pk]), {"reason": reason})


def test_a_suspended_partners_members_are_out_at_the_next_request(cast, nadia, at):
    corin = let_in(Client(), cast.corin)
    assert corin.get("/alerts/").status_code == 200

    assert suspend(nadia, cast.corin.partner).status_code == 302

    assert corin.get("/alerts/").status_code == 404
    assert actor_for(cast.corin.user, at=at) is None


def test_new_alerts_pass_it_over_and_corrections_of_old_ones_do_not(cast, nadia, at):
    from cityalert.alerts import actions

    heard = published(cast.avery, at)
    suspend(nadia, cast.corin.partner)

    later = published(cast.avery, at, shapes=DOWNTOWN)
    avery = cast.avery.actor(at)
    cancel = actions.publish(avery, actions.start_cancel(avery, heard, at=at), key="c", at=at)

    assert cast.corin.partner.pk not in delivery.reach(later.notice_id).by_partner
    assert cast.corin.partner.pk in delivery.reach(cancel.notice_id).by_partner


def test_reinstated_they_are_back_in_the_roles_they_had(cast, nadia, at):
    suspend(nadia, cast.corin.partner)

    nadia.post(reverse("joining:reinstate", args=[cast.corin.partner.pk]), {"reason": "It was found"})

    actor = actor_for(cast.corin.user, at=at)
    assert actor is not None
    assert actor.membership.role == "operator"
    page = nadia.get(reverse("joining:partner", args=[cast.corin.partner.pk])).content.decode()
    assert "A stolen telephone" in page
    assert "It was found" in page


def test_without_a_reason_nobody_is_shut_out(cast, nadia):
    assert suspend(nadia, cast.corin.partner, reason=" ").status_code == 422
    with pytest.raises(IntegrityError, match="partner_suspended_with_a_reason"), transaction.atomic():
        Partner.objects.filter(pk=cast.corin.partner.pk).update(suspended_reason="why")


def test_to_everybody_else_the_hub_is_not_there(cast):
    for person in (cast.otto, cast.avery, cast.bao):
        client = let_in(Client(), person)
        assert client.get(reverse("joining:hub")).status_code == 404
        assert suspend(client, cast.corin.partner).status_code == 404
    assert Partner.objects.get(pk=cast.corin.partner.pk).is_active


def test_a_thousand_partners_take_as_many_queries_as_ten(cast, nadia):
    def queries():
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert nadia.get(reverse("joining:hub")).status_code == 200
        return len(captured)

    few = queries()
    Partner.objects.bulk_create(
        Partner(kind="venue", name=f"Hall {number}", short_name="Hall") for number in range(1000)
    )

    assert queries() == few


def test_a_draft_of_a_suspended_partner_goes_nowhere(cast, nadia, at):
    alert = draft(cast.avery, at)
    avery = let_in(Client(), cast.avery)
    suspend(nadia, cast.avery.partner)

    assert avery.post(f"/alerts/{alert.pk}/publish/", {"key": "k"}).status_code == 404

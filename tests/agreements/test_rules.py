"""What an agreement that is not in force stops, and what nothing stops."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from cityalert.agreements import queries, wording
from cityalert.agreements.models import Agreement, Signing
from cityalert.agreements.queries import AgreementMissing
from cityalert.agreements.rules import Act, Kind
from cityalert.alerts import actions as alerts
from cityalert.delivery import queries as delivery
from tests.alerts.writing import draft, published

pytestmark = pytest.mark.django_db


def expire(partner, at, *, kind=Kind.SHARING):
    Signing.objects.filter(partner=partner, kind=kind).update(expires_at=at)


@pytest.mark.parametrize(
    ("kind", "stopped"),
    [
        (Kind.SHARING, {Act.PUBLISH, Act.GROUP, Act.SPONSOR, Act.LEND}),
        (Kind.CONFIDENTIALITY, {Act.DIRECTORY, Act.GROUP}),
        (Kind.CAMERAS, {Act.LEND}),
    ],
)
def test_each_kind_stops_its_acts_and_no_others(cast, at, kind, stopped):
    expire(cast.corin.partner, at, kind=kind)

    allowed = {act for act in Act if queries.allows(cast.corin.partner, act, at=at)}
    assert set(Act) - allowed == stopped
    assert all(queries.allows(cast.vera.partner, act, at=at) for act in Act)


def test_it_counts_to_its_last_moment(cast, at):
    expire(cast.corin.partner, at)

    queries.check(cast.corin.partner, Act.GROUP, at=at - timedelta(seconds=1))
    with pytest.raises(AgreementMissing, match="information sharing"):
        queries.check(cast.corin.partner, Act.GROUP, at=at)


def test_one_side_alone_is_no_agreement(cast, at):
    Signing.objects.filter(partner=cast.corin.partner).update(
        countersigned_at=None,
        countersigned_by=None,
        countersigner_name="",
        countersigner_role="",
        expires_at=None,
    )

    assert not queries.allows(cast.corin.partner, Act.GROUP, at=at)


def test_before_any_text_is_required_nothing_is_stopped(cast, at):
    Signing.objects.all().delete()
    before = datetime(2024, 1, 1, tzinfo=UTC)

    assert all(queries.allows(cast.corin.partner, act, at=before) for act in Act)
    assert not any(queries.allows(cast.corin.partner, act, at=at) for act in Act)


def test_without_it_an_alert_neither_goes_out_nor_is_submitted(cast, at):
    alert = draft(cast.avery, at)
    expire(cast.avery.partner, at)

    with pytest.raises(AgreementMissing):
        alerts.publish(cast.avery.actor(at), alert, key="k", at=at)
    with pytest.raises(AgreementMissing):
        alerts.submit(cast.avery.actor(at), alert, at=at)


def test_what_is_out_can_be_corrected_and_ended(cast, at):
    sent = published(cast.avery, at)
    expire(cast.avery.partner, at)
    avery = cast.avery.actor(at)

    update = alerts.publish(avery, alerts.start_update(avery, sent, at=at), key="u", at=at)
    cancel = alerts.publish(avery, alerts.start_cancel(avery, update, at=at), key="c", at=at)

    assert (update.state, cancel.state) == ("published", "published")


def test_whoever_signed_nothing_is_warned_all_the_same(cast, at):
    Signing.objects.filter(partner=cast.corin.partner).delete()

    sent = published(cast.avery, at)

    assert cast.corin.partner.pk in delivery.reach(sent.notice_id).by_partner


def test_a_text_with_another_texts_hash_is_refused_by_the_database(cast, at):
    with pytest.raises(IntegrityError, match="agreement_hash_is_the_texts"), transaction.atomic():
        Agreement.objects.create(
            kind=Kind.SHARING, version=2, text_en="Anything.", text_fr="N’importe quoi.", valid_months=12,
            sha256=wording.digest("Something.", "Quelque chose."), required_from=at, published_at=at,
        )  # fmt: skip

"""Whom an alert is for, as the statement that freezes it says."""

from datetime import timedelta

import pytest
from django.contrib.gis.geos import Point
from django.db import connection

from cityalert.alerts import targeting
from cityalert.alerts.models import Alert
from cityalert.alerts.targeting import AreaMissing
from cityalert.delivery.audience import frozen
from cityalert.subscriptions.models import WatchArea
from partners.models import Membership, Site
from partners.roles import Role
from tests.alerts.writing import draft
from tests.cast import DOWNTOWN, EMPTY, FAR_AWAY, JOINED_AT, Cast, Person, rectangle
from tests.partners.sharing import group, place

AROUND_THE_TOWER = rectangle(-79.3820, 43.6483, -79.3810, 43.6490)


def rows(alert: Alert, at) -> list[tuple]:
    audience = frozen(targeting.audience(alert, at))
    with connection.cursor() as cursor:
        cursor.execute(audience.sql, audience.params)
        return cursor.fetchall()


def people(alert: Alert, at, *candidates: Person) -> set[str]:
    told = {subscriber for kind, _, subscriber, _ in rows(alert, at) if kind == "member"}
    return {person.user.get_short_name().lower() for person in candidates if person.subscriber.pk in told}


def kinds(alert: Alert, at) -> set[str]:
    return {row[0] for row in rows(alert, at)}


def test_screens_and_members_of_the_partners_whose_site_is_hit(cast: Cast, at):
    alert = draft(cast.avery, at, shapes=AROUND_THE_TOWER)

    tower = cast.corin.partner.pk
    assert sorted(rows(alert, at), key=str) == [
        ("member", tower, cast.corin.subscriber.pk, 1),
        ("screen", tower, None, 1),
    ]


def test_nobody_is_in_an_empty_place(cast: Cast, at):
    assert rows(draft(cast.avery, at, shapes=EMPTY), at) == []


def test_a_site_is_hit_by_its_footprint_not_only_its_middle(cast: Cast, at):
    Site.objects.create(
        partner=cast.otto.partner,
        name="Warehouse",
        location=Point(-79.3815, 43.6487, srid=4326).buffer(0.001),
    )
    alert = draft(cast.avery, at, shapes=rectangle(-79.3806, 43.6483, -79.3804, 43.6490))

    assert people(alert, at, cast.otto) == {"otto"}


def test_the_author_is_not_told(cast: Cast, at):
    told = {partner for _, partner, _, _ in rows(draft(cast.avery, at), at)}

    assert cast.avery.partner.pk not in told


def test_a_missing_area_is_refused_and_never_means_everyone(cast: Cast, at):
    alert = draft(cast.avery, at, shapes={}, scope="Public", tlp="CLEAR")

    with pytest.raises(AreaMissing):
        targeting.audience(alert, at)
    assert targeting.sites(alert).count == 0


def test_an_alert_for_some_kinds_of_partner(cast: Cast, at):
    alert = draft(cast.avery, at, audience_kinds=["school", "venue"])

    assert people(alert, at, *cast) == {"noor", "vera"}


def test_an_alert_for_a_sharing_group(cast: Cast, at):
    towers = group("Towers", cast.avery.partner, cast.corin.partner, cast.otto.partner)
    alert = draft(cast.avery, at, audience_groups=[str(towers.pk)])

    assert people(alert, at, *cast) == {"corin"}


@pytest.mark.parametrize("state", ["invited", "suspended", "declined", "left", "removed"])
def test_only_who_is_in_the_group_hears_what_is_for_it(cast: Cast, at, state):
    towers = group("Towers", cast.avery.partner, cast.corin.partner)
    place(towers, cast.vera.partner, state)
    alert = draft(cast.avery, at, audience_groups=[str(towers.pk)])

    assert people(alert, at, *cast) == {"corin"}


def test_an_alert_for_some_roles(cast: Cast, at):
    alert = draft(cast.avery, at, audience_roles=["analyst"])

    assert people(alert, at, *cast) == {"pim"}


def test_an_inactive_partner_is_not_told(cast: Cast, at):
    cast.corin.partner.is_active = False
    cast.corin.partner.save()

    assert rows(draft(cast.avery, at, shapes=AROUND_THE_TOWER), at) == []


@pytest.mark.parametrize(
    "change",
    [
        {"is_active": False},
        {"valid_from": "soon"},
        {"valid_until": "just over"},
        {"role": Role.VIEWER},
    ],
)
def test_a_membership_that_does_not_count_is_not_told_but_the_screen_is(cast: Cast, at, change):
    moments = {"soon": at + timedelta(minutes=1), "just over": at}
    Membership.objects.filter(user=cast.corin.user).update(
        **{name: moments.get(value, value) for name, value in change.items()}
    )

    assert kinds(draft(cast.avery, at, shapes=AROUND_THE_TOWER), at) == {"screen"}


def test_a_disabled_account_is_not_told(cast: Cast, at):
    cast.corin.user.is_active = False
    cast.corin.user.save()

    assert kinds(draft(cast.avery, at, shapes=AROUND_THE_TOWER), at) == {"screen"}


def test_a_member_of_one_site_is_told_about_that_site_only(cast: Cast, at):
    tower = cast.corin.partner
    uptown = Site.objects.create(partner=tower, name="Uptown", location=Point(-79.3960, 43.7080, srid=4326))
    uma = cast.join("uma", tower, site=uptown)
    dora = cast.join("dora", tower, call_order=2)

    downtown = draft(cast.avery, at, shapes=AROUND_THE_TOWER)
    assert people(downtown, at, uma, dora, cast.corin) == {"dora", "corin"}
    there = draft(cast.avery, at, shapes=rectangle(-79.40, 43.70, -79.39, 43.71))
    assert people(there, at, uma, dora, cast.corin) == {"uma", "dora", "corin"}
    assert ("member", tower.pk, dora.subscriber.pk, 2) in rows(there, at)


def test_a_member_far_away_hears_about_a_place_they_watch(cast: Cast, at):
    WatchArea.objects.create(subscriber=cast.otto.subscriber, area=Point(-79.3815, 43.6486, srid=4326))
    alert = draft(cast.avery, at, shapes=AROUND_THE_TOWER)

    assert people(alert, at, cast.otto) == {"otto"}
    assert ("screen", cast.otto.partner.pk, None, 1) not in rows(alert, at)
    assert (
        people(draft(cast.avery, at, shapes=AROUND_THE_TOWER, audience_kinds=["venue"]), at, cast.otto)
        == set()
    )


def test_who_belongs_to_two_partners_is_told_once_as_early_as_either_role_would_be(cast: Cast, at):
    Membership.objects.create(
        user=cast.corin.user,
        partner=cast.vera.partner,
        role=Role.OPERATOR,
        call_order=2,
        valid_from=JOINED_AT,
    )
    own = [row for row in rows(draft(cast.avery, at), at) if row[2] == cast.corin.subscriber.pk]

    assert own == [("member", cast.corin.partner.pk, cast.corin.subscriber.pk, 1)]


def test_residents_hear_a_public_alert_only(cast: Cast, at):
    public = draft(cast.avery, at, scope="Public", tlp="CLEAR")

    assert ("resident", None, cast.rosa.subscriber.pk, 1) in rows(public, at)
    assert "resident" not in kinds(draft(cast.avery, at), at)
    assert "resident" not in kinds(draft(cast.avery, at, scope="Public", shapes=FAR_AWAY), at)


@pytest.mark.parametrize("status", ["Exercise", "Test"])
def test_residents_never_hear_an_exercise(cast: Cast, at, status):
    alert = draft(cast.avery, at, scope="Public", tlp="CLEAR", status=status, exercise_note="Autumn drill")

    assert kinds(alert, at) == {"screen", "member"}


def test_the_preview_names_the_sites_hit(cast: Cast, at):
    sites = targeting.sites(draft(cast.avery, at, shapes=DOWNTOWN))

    assert (sites.count, sites.partners) == (5, 5)
    assert sites.partners_by_kind == {"bia": 1, "corporate": 1, "municipal": 1, "school": 1, "venue": 1}
    assert '"King Bay Tower"' in sites.geojson
    assert "Rouge" not in sites.geojson

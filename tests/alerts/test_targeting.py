"""Whom an alert is for, as the statement that freezes it says."""

from datetime import timedelta

import pytest
from django.contrib.gis.geos import GEOSGeometry, Point
from django.db import connection

from cityalert.alerts import actions, targeting
from cityalert.alerts.models import Alert
from cityalert.alerts.targeting import AreaMissing
from cityalert.delivery import counting
from cityalert.delivery.audience import frozen
from cityalert.lib.severity import Severity
from cityalert.subscriptions.models import WatchArea
from partners.models import Membership, Partner, Site
from partners.roles import Role
from tests.alerts.writing import draft, published
from tests.cast import DOWNTOWN, EMPTY, FAR_AWAY, JOINED_AT, Cast, Person, rectangle
from tests.partners.sharing import group, place

AROUND_THE_TOWER = rectangle(-79.3820, 43.6483, -79.3810, 43.6490)


def rows(alert: Alert, at) -> list[tuple]:
    audience = frozen(targeting.audience(alert, at))
    with connection.cursor() as cursor:
        cursor.execute(audience.sql, audience.params)
        return [row[:4] for row in cursor.fetchall()]  # why is told in tests/preferences


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


def test_an_alert_for_some_sectors(cast: Cast, at):
    Partner.objects.filter(pk=cast.corin.partner.pk).update(sector="office")
    Partner.objects.filter(pk=cast.vera.partner.pk).update(sector="stadium")

    assert people(draft(cast.avery, at, audience_sectors=["office", "bank"]), at, *cast) == {"corin"}
    assert targeting.sites(draft(cast.avery, at, audience_sectors=["office"])).count == 1


def test_a_site_of_a_sector_of_its_own_is_that(cast: Cast, at):
    tower = cast.corin.partner
    Partner.objects.filter(pk=tower.pk).update(sector="office")
    Site.objects.filter(partner=tower).update(sector="bank")

    assert people(draft(cast.avery, at, audience_sectors=["office"]), at, cast.corin) == set()
    assert people(draft(cast.avery, at, audience_sectors=["bank"]), at, cast.corin) == {"corin"}


@pytest.mark.parametrize(
    ("bearing", "metres", "margin", "hears"),
    [(0, 795, 800, True), (90, 795, 800, True), (225, 795, 800, True),
     (0, 805, 800, False), (90, 805, 800, False), (90, 4_990, 5_000, True), (90, 10, 0, False)],
)  # fmt: skip
def test_a_margin_is_in_metres_on_the_ground_whatever_the_direction(
    cast: Cast, at, bearing, metres, margin, hears
):
    """Away from the corner or the side of the area that looks that way, as PostGIS walks on the spheroid."""
    west, south, east, north = -79.3820, 43.6483, -79.3810, 43.6490
    start = {0: ((west + east) / 2, north), 90: (east, (south + north) / 2), 225: (west, south)}[bearing]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ST_AsEWKT(ST_Project(ST_Point(%s, %s, 4326)::geography, %s, radians(%s))::geometry)",
            [*start, metres, bearing],
        )
        place = GEOSGeometry(cursor.fetchone()[0])
    Site.objects.filter(partner=cast.otto.partner).update(location=place)
    alert = draft(cast.avery, at, shapes=AROUND_THE_TOWER, audience_margin_m=margin)

    assert people(alert, at, cast.otto) == ({"otto"} if hears else set())
    assert targeting.sites(alert).count == 1 + hears + sum(
        1 for one in Site.objects.exclude(partner__in=[cast.otto.partner, cast.corin.partner, cast.avery.partner])
        if margin and _metres_to(one, alert) <= margin
    )  # fmt: skip


def _metres_to(site: Site, alert: Alert) -> float:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ST_Distance(s.location::geography, a.area::geography)"
            " FROM partners_site s, alerts_alert a WHERE s.id = %s AND a.id = %s", [site.pk, alert.pk],
        )  # fmt: skip
        return float(cursor.fetchone()[0])


def test_residents_hear_it_in_the_area_only(cast: Cast, at):
    south_of_rosa = rectangle(-79.3825, 43.6470, -79.3815, 43.6480)
    alert = draft(cast.avery, at, shapes=south_of_rosa, scope="Public", tlp="CLEAR", audience_margin_m=5_000)

    assert "resident" not in kinds(alert, at)


def test_what_the_preview_counts_is_what_is_frozen(cast: Cast, at):
    Partner.objects.exclude(pk=cast.noor.partner.pk).update(sector="office")
    alert = draft(cast.avery, at, shapes=AROUND_THE_TOWER, audience_margin_m=900, audience_sectors=["office"])
    counted = counting.count(targeting.audience(alert, at), counting.Plan(Severity(alert.severity), at))
    frozen_rows = rows(alert, at)

    assert counted.people == sum(row[0] == "member" and row[3] == 1 for row in frozen_rows)
    assert counted.screens == sum(row[0] == "screen" for row in frozen_rows) > 2


def test_a_correction_reaches_all_whom_the_first_reached_however_narrow_it_is(cast: Cast, at):
    first = published(cast.avery, at, audience_margin_m=5_000, shapes=AROUND_THE_TOWER)
    update = actions.start_update(cast.avery.actor(at), first, at=at)
    assert update.audience_margin_m == 5_000
    update = actions.edit(
        cast.avery.actor(at), update, {"audience_margin_m": 0, "audience_sectors": ["hospital"]}, at=at
    )

    assert rows(update, at) == []
    assert targeting.follows(update) == [first.notice_id]

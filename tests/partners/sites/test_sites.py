"""A partner's sites: its administrators write them, its members read them, to everybody else they are not there."""

import json

import pytest
from django.contrib.gis.geos import Point
from django.urls import reverse

from cityalert.alerts import targeting
from cityalert.audit import queries as audit
from cityalert.geo.gazetteer import fold
from cityalert.geo.models import Place
from partners.models import Keyholder, Site
from partners.roles import Role
from partners.sites import actions
from tests.alerts.writing import draft
from tests.door import let_in

pytestmark = pytest.mark.django_db

LIST = reverse("sites:list")
ADD = reverse("sites:add")
HERE = [-79.3817, 43.6479]
BLOCK = [[[-79.382, 43.647], [-79.381, 43.647], [-79.381, 43.648], [-79.382, 43.648], [-79.382, 43.647]]]


def drawn(*shapes):
    return json.dumps({"shapes": list(shapes), "zones": []})


POINT = {"type": "Point", "coordinates": HERE}
FOOTPRINT = {"type": "Polygon", "coordinates": BLOCK}
FULL = {
    "name": "Annex", "address": "100 King St W", "location": drawn(FOOTPRINT), "floors": "12", "capacity": "800",
    "day_0": "8-18", "day_6": "closed", "hours_note": "Later on match days", "hazards": ["gas", "height"],
    "hazards_note": "Roof plant", "meeting_point": "Fountain", "notes": "Ask for\nthe desk",
    "holder_1": "Ada", "phone_1": "416 555 0101", "holder_3": "Ben", "phone_3": "+1 647-555-0102",
}  # fmt: skip


@pytest.fixture
def boss(cast):
    """Somebody who manages the tower."""
    return cast.join("ines", cast.corin.partner, Role.ADMINISTRATOR)


@pytest.fixture
def desk(client, boss):
    return let_in(client, boss)


def url(name, site):
    return reverse(f"sites:{name}", args=[site.pk])


def test_a_site_is_kept_with_all_that_is_known_of_it(desk, boss):
    answer = desk.post(ADD, FULL)

    site = Site.objects.get(partner=boss.partner, name="Annex")
    assert answer["Location"] == url("detail", site)
    assert site.location.geom_type == "Polygon"
    assert (site.floors, site.capacity) == (12, 800)
    assert site.hours == {"0": [["08:00", "18:00"]], "6": []}
    assert site.hazards == ["gas", "height"]
    assert list(site.keyholders.values_list("position", "name", "phone")) == [
        (1, "Ada", "+14165550101"),
        (2, "Ben", "+16475550102"),
    ]
    assert [entry.verb for entry in audit.timeline(site)] == ["site.added"]

    page = desk.get(url("detail", site)).content.decode()
    for said in (
        "Gas under pressure",
        "Fountain",
        "Ada",
        "Later on match days",
        "08:00–18:00",
        "closed",
        "Ask for<br>",
    ):
        assert said in page


def test_a_name_and_an_address_are_enough(desk, boss):
    Place.objects.create(name="King St W & Bay St", search=fold("King St W & Bay St"), location=Point(*HERE))

    desk.post(ADD, {"name": "Kiosk", "address": "king & bay", "location": drawn()})

    assert Site.objects.get(name="Kiosk").location.coords == tuple(HERE)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"name": ""}, "required"),
        ({"name": "King Bay Tower"}, "a site with this name"),
        ({"location": drawn(), "address": ""}, "point or draw its footprint"),
        ({"location": drawn(), "address": "12 Nowhere Lane"}, "not found"),
        ({"location": drawn(POINT, POINT)}, "one point or one footprint"),
        ({"location": '["type"'}, "point or draw its footprint"),
        ({"location": drawn({"type": "Point", "coordinates": [43.6479, -79.3817]})}, "swapped"),
        ({"location": drawn({"type": "Point", "coordinates": [2.35, 48.85]})}, "outside the city"),
        ({"location": drawn({"type": "Point", "coordinates": ["x", 1]})}, "pair of numbers"),
        ({"location": drawn({"type": "Circle", "center": HERE, "radius_m": 3000})}, "larger than 5 km²"),
        ({"floors": "0"}, ""),
        ({"floors": "999"}, ""),
        ({"capacity": "-1"}, ""),
        ({"capacity": "1e9"}, ""),
        ({"day_0": "nine to five"}, "Write the hours as"),
        ({"hazards": ["dragons"]}, "dragons"),
        ({"phone_1": "12"}, "telephone number"),
        ({"holder_1": ""}, "a name and a telephone number"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(desk, wrong, says):
    before = Site.objects.count()
    answer = desk.post(ADD, FULL | wrong)

    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'class="fault"' in page or 'data-part="fault" role="alert">' in page
    assert says in page
    assert "Later on match days" in page
    assert Site.objects.count() == before


def test_the_log_says_which_fields_changed_and_no_telephone_number(desk, boss):
    site = boss.partner.sites.get()
    desk.post(url("edit", site), FULL | {"name": "King Bay Tower", "location": drawn(POINT)})

    entry = audit.timeline(site).get()
    assert entry.verb == "site.changed"
    assert "keyholders" in entry.facts["fields"]
    assert "floors" in entry.facts["fields"]
    assert "0101" not in str(entry.facts)


def test_saving_what_is_there_changes_nothing(desk, boss):
    desk.post(ADD, FULL)
    site = Site.objects.get(name="Annex")
    desk.post(url("edit", site), FULL)

    assert [entry.verb for entry in audit.timeline(site)] == ["site.added"]


def test_the_form_comes_back_as_it_was_kept(desk):
    desk.post(ADD, FULL)
    page = desk.get(url("edit", Site.objects.get(name="Annex"))).content.decode()

    for said in ('value="08:00–18:00"', 'value="closed"', 'value="Ada"', 'value="+16475550102"', "Polygon"):
        assert said in page


def test_an_archived_site_is_reached_by_no_alert_until_it_is_restored(desk, boss, cast, at):
    site = boss.partner.sites.get()
    alert = draft(cast.avery, at)
    assert reaches_the_tower(alert)

    desk.post(url("archive", site))
    assert not reaches_the_tower(alert)
    assert "1 archived site" in desk.get(LIST).content.decode()

    desk.post(url("restore", site))
    assert reaches_the_tower(alert)
    assert [entry.verb for entry in audit.timeline(site)] == ["site.archived", "site.restored"]


def reaches_the_tower(alert):
    return "King Bay Tower" in targeting.sites(alert).geojson


def test_a_site_some_hear_about_alone_is_not_archived(desk, boss, cast):
    site = boss.partner.sites.get()
    cast.join("lone", boss.partner, Role.OPERATOR, site=site)

    answer = desk.post(url("archive", site))

    assert answer.status_code == 409
    assert "1 member is told about this site only" in answer.content.decode()
    site.refresh_from_db()
    assert site.archived_at is None


def test_members_read_and_only_administrators_write(client, cast):
    let_in(client, cast.corin)
    site = cast.corin.site

    assert client.get(LIST).status_code == 200
    assert client.get(url("detail", site)).status_code == 200
    assert "Change" not in client.get(url("detail", site)).content.decode()
    assert client.get(url("edit", site)).status_code == 404
    assert client.post(ADD, FULL).status_code == 404
    assert client.post(url("archive", site)).status_code == 403


@pytest.mark.parametrize("name", ["detail", "edit", "archive", "restore"])
def test_to_otto_it_is_not_there(client, cast, name):
    let_in(client, cast.otto)
    method = client.get if name in {"detail", "edit"} else client.post

    theirs, nothing = (
        method(url(name, cast.corin.site)),
        method(reverse(f"sites:{name}", args=[cast.partners["bia"].pk])),
    )

    assert theirs.status_code == nothing.status_code == 404
    assert "King Bay Tower" not in client.get(LIST).content.decode()


def test_keyholders_leave_the_partner_by_no_page(desk, client, cast, boss):
    desk.post(ADD, FULL)
    assert Keyholder.objects.count() == 2
    let_in(client, cast.avery)

    assert client.get(url("detail", Site.objects.get(name="Annex"))).status_code == 404


def test_a_thousand_sites_cost_few_statements(desk, boss, django_assert_max_num_queries):
    Site.objects.bulk_create(
        Site(partner=boss.partner, name=f"Stop {n}", location=Point(HERE[0], HERE[1], srid=4326))
        for n in range(1000)
    )
    desk.get(LIST)
    with django_assert_max_num_queries(12):
        page = desk.get(LIST).content.decode()
    assert "Stop 999" in page


def test_no_more_than_a_partner_needs(boss, at, monkeypatch):
    monkeypatch.setattr(actions, "MAX_SITES", 1)

    with pytest.raises(actions.TooManySites):
        actions.add(boss.actor(at), name="Another", location=Point(HERE[0], HERE[1], srid=4326), at=at)

"""Many sites from one file: shown first, done once, undone if it was wrong."""

from datetime import timedelta

import pytest
from django.contrib.gis.geos import Point
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from cityalert.audit import queries as audit
from cityalert.geo import geocoding
from cityalert.geo.gazetteer import fold
from cityalert.geo.models import Place
from partners.models import Membership, Placing, Site
from partners.roles import Role
from partners.sites import placing
from partners.sites.placing import Verdict
from tests.cast import JOINED_AT
from tests.door import let_in

pytestmark = pytest.mark.django_db

BRING = reverse("sites:bring")
FILE = (
    "Name;Adresse;Latitude;Longitude\r\n"
    "Annex;100 King St W;43,6480;-79,3815\r\n"  # new
    "King Bay Tower;66 Wellington;43.6400;-79.3800\r\n"  # moved
    "Kiosk;King and Bay;;\r\n"  # by its address
    "Turned;;-79.3815;43.6480\r\n"  # swapped
    "Paris;;48.85;2.35\r\n"  # outside
    "Nowhere;12 Nowhere Lane;;\r\n"  # not found
    ";;43.6480;-79.3815\r\n"  # nameless
    "Annex;;43.6481;-79.3815\r\n"  # twice
    "Letters;;north;west\r\n"
    "Nothing;;;\r\n"
)


@pytest.fixture(autouse=True)
def crossing(db):
    Place.objects.create(
        name="King St W & Bay St", search=fold("King St W & Bay St"), location=Point(-79.3813, 43.6488)
    )


@pytest.fixture
def boss(cast):
    return cast.join("ines", cast.corin.partner, Role.ADMINISTRATOR)


@pytest.fixture
def desk(client, boss):
    return let_in(client, boss)


def bring(desk, text=FILE, name="sites.csv"):
    content = text if isinstance(text, bytes) else text.encode("cp1252")
    answer = desk.post(BRING, {"file": SimpleUploadedFile(name, content)})
    assert answer.status_code == 302, answer.content.decode()
    return Placing.objects.latest("made_at")


def post(desk, name, kept, **data):
    return desk.post(reverse(f"sites:{name}", args=[kept.pk]), data)


def sites(boss):
    return dict(boss.partner.sites.values_list("name", "address"))


def test_a_file_is_shown_row_by_row_and_places_nothing(desk, boss):
    kept = bring(desk)

    assert {(line.name, line.number): line.verdict for line in placing.lines(kept)} == {
        ("Annex", 2): Verdict.NEW,
        ("King Bay Tower", 3): Verdict.CHANGED,
        ("Kiosk", 4): Verdict.NEW,
        ("Turned", 5): Verdict.REFUSED,
        ("Paris", 6): Verdict.OUTSIDE,
        ("Nowhere", 7): Verdict.REFUSED,
        ("", 8): Verdict.REFUSED,
        ("Annex", 9): Verdict.REFUSED,
        ("Letters", 10): Verdict.REFUSED,
        ("Nothing", 11): Verdict.REFUSED,
    }
    page = desk.get(reverse("sites:placing", args=[kept.pk])).content.decode()
    for said in ("swapped", "outside the city", "not found", "no name", "same name", "numbers in degrees",
                 "neither coordinates", "Place 3 sites"):  # fmt: skip
        assert said in page
    # Turned and Paris would leave a map on which nothing can be seen: it keeps to the city, and says so.
    assert "2 places lie too far from the city" in page
    shown = desk.get(reverse("sites:placing", args=[kept.pk])).context["map"]["features"]
    assert {one["properties"]["name"] for one in shown} == {"Annex", "King Bay Tower", "Kiosk"}
    assert sites(boss) == {"King Bay Tower": ""}


def test_confirming_places_once_however_often_it_is_pressed(desk, boss):
    kept = bring(desk)
    for _press in range(2):
        post(desk, "confirm", kept)

    assert sites(boss) == {
        "King Bay Tower": "66 Wellington",
        "Annex": "100 King St W",
        "Kiosk": "King and Bay",
    }
    assert boss.partner.sites.get(name="Kiosk").location.coords == (-79.3813, 43.6488)
    entry = audit.timeline(kept).get()
    assert (entry.verb, entry.facts) == ("sites.placed", {"added": 2, "moved": 1})


def test_those_outside_the_city_are_placed_when_somebody_says_so(desk, boss):
    post(desk, "confirm", bring(desk), with_outside="on")

    assert "Paris" in sites(boss)


def test_bringing_the_same_file_again_would_do_nothing(desk, boss):
    post(desk, "confirm", bring(desk))
    again = bring(desk)

    assert not {Verdict.NEW, Verdict.CHANGED} & {line.verdict for line in placing.lines(again)}
    post(desk, "confirm", again)
    assert Site.objects.filter(partner=boss.partner).count() == 3


def test_undoing_takes_back_what_nobody_touched_since(desk, boss):
    kept = bring(desk)
    post(desk, "confirm", kept)
    post(desk, "undo", kept)

    assert sites(boss) == {"King Bay Tower": ""}
    assert boss.partner.sites.get().location.coords != (-79.38, 43.64)
    assert [entry.verb for entry in audit.timeline(kept)] == ["sites.placed", "sites.unplaced"]
    assert post(desk, "undo", kept).status_code == 409


def test_what_was_changed_or_used_since_stays(desk, boss, cast):
    kept = bring(desk)
    post(desk, "confirm", kept)
    boss.partner.sites.filter(name="Annex").update(address="Elsewhere")
    cast.join("lone", boss.partner, Role.OPERATOR, site=boss.partner.sites.get(name="Kiosk"))

    answer = desk.post(reverse("sites:undo", args=[kept.pk]), follow=True)

    assert set(sites(boss)) == {"King Bay Tower", "Annex", "Kiosk"}
    assert "2 sites stay" in answer.content.decode()
    assert Membership.objects.get(user__email__startswith="lone").site.name == "Kiosk"


def test_only_the_last_file_can_be_undone(desk, boss):
    first = bring(desk)
    post(desk, "confirm", first)
    post(desk, "confirm", bring(desk, "name,lat,lon\nOther,43.65,-79.38\n"))

    assert post(desk, "undo", first).status_code == 409
    assert "Annex" in sites(boss)


def test_a_point_inside_a_footprint_is_no_change(desk, boss):
    site = boss.partner.sites.get()
    site.location = Point(-79.38, 43.64, srid=4326).buffer(0.001)
    site.save()

    [line] = placing.lines(bring(desk, "name,lat,lon\nKing Bay Tower,43.6402,-79.3801\n"))
    assert line.verdict == Verdict.SAME


def test_an_archived_name_is_refused(desk, boss):
    boss.partner.sites.update(archived_at=JOINED_AT)

    [line] = placing.lines(bring(desk, "name,lat,lon\nking bay tower,43.64,-79.38\n"))
    assert (line.verdict, line.reason) == (
        Verdict.REFUSED,
        "A site of this name is archived. Restore it first.",
    )


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b"street,lat,lon\nA,1,2\n", "needs a column"),
        (b"name,note\nA,1\n", "needs a column"),
        (b"name,lat\nA,1\n", "needs a column"),
        (b"name,lat,lon\n" + b"A,43,-79\n" * 2001, "more than 2000 rows"),
        (b"%PDF-1.4", "not a table"),
        (b"name,lat,lon,name\nA,1,2,B\n", "Two columns"),
    ],
)
def test_a_file_that_is_none_is_refused_with_a_sentence(desk, content, says):
    answer = desk.post(BRING, {"file": SimpleUploadedFile("sites.csv", content)})

    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert not Placing.objects.exists()


def test_no_file_is_a_sentence_too(desk):
    assert "Choose a CSV or XLSX file" in desk.post(BRING, {}).content.decode()


def test_the_file_to_begin_with_can_be_brought(desk):
    kept = bring(desk, desk.get(reverse("sites:template")).content)

    assert [line.verdict for line in placing.lines(kept)] == [Verdict.CHANGED, Verdict.NEW]


def test_a_slow_service_is_asked_one_address_at_a_time(desk, boss, monkeypatch, at):
    asked = []

    class Slow:
        is_quick, attribution = False, "© Somebody"

        def find(self, text, **_at):
            asked.append(text)
            if len(asked) == 2:
                raise geocoding.NotYet
            return [geocoding.Found(text, -79.38, 43.65), geocoding.Found("Elsewhere", -79.3, 43.7)]

    for module in (placing, placing.location):
        monkeypatch.setattr(module, "geocoder", Slow)

    kept = bring(desk, "name,address\nA,1 Yonge St\nB,2 Yonge St\n")
    assert asked == []
    assert placing.counts(kept)[Verdict.WAITING] == 2

    assert placing.look_up(boss.actor(at), kept, at=at) is True
    assert placing.look_up(boss.actor(at), kept, at=at + timedelta(seconds=1)) is False
    page = desk.post(
        reverse("sites:look_up", args=[kept.pk]), headers={"HX-Request": "true"}
    ).content.decode()

    kept.refresh_from_db()
    assert placing.counts(kept) == {Verdict.NEW: 2}
    assert "Place 2 sites" in page
    assert "hx-trigger" not in page


@pytest.mark.parametrize("name", ["placing", "look_up", "confirm", "undo"])
def test_a_file_is_its_partners_alone(desk, client, cast, name):
    kept = bring(desk)
    rival = cast.join("rita", cast.otto.partner, Role.OWNER)
    let_in(client, rival)
    url = reverse(f"sites:{name}", args=[kept.pk])

    assert (client.get(url) if name == "placing" else client.post(url)).status_code == 404
    kept.refresh_from_db()
    assert kept.done_at is None


def test_operators_bring_no_files(client, cast):
    let_in(client, cast.corin)

    assert client.get(BRING).status_code == 404
    assert not Placing.objects.exists()

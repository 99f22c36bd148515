"""What a partner shows of itself, and the police of their liaison officers."""

from uuid import uuid4

import pytest
from django.urls import reverse

from cityalert.audit import queries as audit
from cityalert.directory.models import Contact, Entry, Liaison, Lookup
from cityalert.geo.models import Zone
from partners.roles import Role
from partners.sites import actions as site_actions
from tests.directory.asking import found, page, publish
from tests.door import let_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("crossing")]


def test_a_partners_page_says_what_it_publishes_and_no_more(desk, cast):
    tower = cast.corin.partner
    publish(tower, hours="24 h")
    site_actions._keep_keyholders(tower.sites.get(), [("Secret Sid", "416 555 0199")])
    said = desk.get(page(tower)).content.decode()

    assert "Control room" in said
    assert "24 h" in said
    for secret in ("5550177", "555-0177", "Secret Sid", "0199", cast.corin.user.name, cast.corin.email):
        assert secret not in said


def test_a_number_is_shown_when_it_is_asked_for_and_counts(desk, cast):
    contact = publish(cast.corin.partner)
    answer = desk.post(
        reverse("directory:contact", args=[cast.corin.partner.pk, contact.pk]), headers={"HX-Request": "true"}
    )

    assert "+14165550177" in answer.content.decode()
    assert Lookup.objects.get().kind == "contact"


def test_who_is_unlisted_is_nowhere(desk, cast):
    tower = cast.corin.partner
    Entry.objects.create(partner=tower, is_listed=False)
    contact = publish(tower)

    assert "King Bay Tower" not in found(desk, q="king bay tower")
    assert "King Bay Tower" not in found(desk, near="king and bay")
    theirs, nothing = desk.get(page(tower)), desk.get(reverse("directory:partner", args=[uuid4()]))
    assert theirs.status_code == nothing.status_code == 404
    assert desk.post(reverse("directory:contact", args=[tower.pk, contact.pk])).status_code == 404


def test_hidden_sites_find_nobody_by_place_and_stand_on_no_page(desk, cast):
    tower = cast.corin.partner
    tower.sites.update(name="The Vault", address="1 Secret St")
    Entry.objects.create(partner=tower, shows_sites=False)

    assert "King Bay Tower" not in found(desk, near="king and bay")
    assert "Secret St" not in desk.get(page(tower)).content.decode()


def test_an_administrator_says_what_others_see(client, cast):
    boss = cast.join("ines", cast.corin.partner, Role.ADMINISTRATOR)
    let_in(client, boss)
    answer = client.post(
        reverse("directory:entry"),
        {
            "shows_sites": "on",
            "about": "Tower\u202e of banks",
            "function_1": "control",
            "hours_1": "24 h",
            "phone_1": "416 555 0177",
        },
    )

    assert answer.status_code == 302
    entry = Entry.objects.get()
    assert (entry.is_listed, entry.shows_sites, entry.about) == (False, True, "Tower of banks")
    assert Contact.objects.get().phone == "+14165550177"
    assert audit.timeline(cast.corin.partner).get().verb == "directory.entry_changed"


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"phone_1": "12"}, "no telephone number"),
        ({"phone_1": ""}, "Give a telephone number"),
        ({"function_1": ""}, "what this contact is for"),
        ({"email_1": "nobody"}, "valid email"),
        ({"about": "x" * 301}, "300"),
    ],
)
def test_what_is_wrong_with_an_entry_is_said(client, cast, wrong, says):
    let_in(client, cast.join("ines", cast.corin.partner, Role.ADMINISTRATOR))
    right = {
        "is_listed": "on",
        "about": "Kept",
        "function_1": "control",
        "phone_1": "416 555 0177",
        "email_1": "",
    }
    answer = client.post(reverse("directory:entry"), right | wrong)

    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert not Entry.objects.exists()


def test_members_who_do_not_manage_change_no_entry(desk):
    assert desk.get(reverse("directory:entry")).status_code == 404
    assert desk.post(reverse("directory:entry"), {"is_listed": "on"}).status_code == 404


def test_the_police_name_liaison_officers_and_partners_find_them(client, cast):
    division = Zone.objects.create(kind=Zone.Kind.DIVISION, name="52 Division", area=cast.zone.area)
    boss = cast.join("ines", cast.avery.partner, Role.ADMINISTRATOR)
    let_in(client, boss)
    named = {"member": cast.sam.membership.pk, "division": division.pk, "phone": "416 555 0188"}
    assert client.post(reverse("directory:name_liaison"), named).status_code == 302
    assert client.post(reverse("directory:name_liaison"), named).status_code == 422

    let_in(client, cast.corin)
    said = client.get(reverse("directory:liaison"), {"division": division.pk}).content.decode()
    assert cast.sam.user.name in said
    assert "+14165550188" in said
    assert Lookup.objects.get(user=cast.corin.user).kind == "liaison"

    let_in(client, boss)
    client.post(reverse("directory:remove_liaison", args=[Liaison.objects.get().pk]))
    assert not Liaison.objects.exists()


def test_only_the_police_have_liaison_officers(client, cast):
    division = Zone.objects.create(kind=Zone.Kind.DIVISION, name="52 Division", area=cast.zone.area)
    let_in(client, cast.join("ines", cast.corin.partner, Role.ADMINISTRATOR))

    assert (
        client.post(reverse("directory:name_liaison"), {"member": 1, "division": division.pk}).status_code
        == 404
    )

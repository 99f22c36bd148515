"""The administration pages change memberships by the same verbs, so they are granted and recorded."""

from datetime import timedelta

import pytest
from django.contrib import admin
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.storage.base import BaseStorage
from django.test import RequestFactory

from cityalert.accounts.models import User
from cityalert.audit.models import Entry
from partners import access
from partners.forms import PartnerForm, SiteForm
from partners.models import Membership, Partner, Site
from partners.roles import PERMISSIONS, Role

pytestmark = pytest.mark.django_db
PAGE = admin.site.get_model_admin(Membership)


@pytest.fixture
def request_(cast):
    request = RequestFactory().post("/admin/")
    request.user = cast.nadia.user
    vars(request)["_messages"] = BaseStorage(request)
    return request


def save(request, membership=None, **values):
    """As the page does: validate, build the object, save; the errors, if there are some."""
    kind = PAGE.get_form(request, membership, change=membership is not None)
    initial = dict(kind(instance=membership).initial) if membership else {}
    data = {name: value for name, value in (initial | values).items() if value is not None}
    for name in ("valid_from", "valid_until"):
        if name in data:
            value = data.pop(name)
            data |= {f"{name}_0": f"{value:%Y-%m-%d}", f"{name}_1": f"{value:%H:%M:%S}"}
    form = kind(data, instance=membership)
    if form.is_valid():
        PAGE.save_model(request, form.save(commit=False), form, change=membership is not None)
    return form.errors


def test_a_member_is_added(request_, cast, at):
    lena = User.objects.create(email="lena@cityalert.example", name="Lena")
    yesterday = at - timedelta(days=1)

    errors = save(
        request_,
        user=lena.pk,
        partner=cast.vera.partner.pk,
        role="operator",
        call_order=1,
        valid_from=yesterday,
    )

    assert not errors
    assert access.permissions_of(lena, cast.vera.partner) == PERMISSIONS[Role.OPERATOR]
    assert (Entry.objects.get().verb, Entry.objects.get().user_name) == ("member.added", "Nadia Rahman")


def test_a_role_and_a_unit_are_changed(request_, cast):
    membership = cast.vera.membership

    assert not save(request_, Membership.objects.get(pk=membership.pk), role="viewer", unit="Gate 4")

    membership.refresh_from_db()
    assert (membership.role, membership.unit) == ("viewer", "Gate 4")
    assert access.permissions_of(cast.vera.user, cast.vera.partner) == PERMISSIONS[Role.VIEWER]
    assert [entry.verb for entry in Entry.objects.all()] == ["member.changed", "member.changed"]


def test_bad_terms_are_said_at_their_field_and_nothing_is_saved(request_, cast):
    membership = Membership.objects.get(pk=cast.vera.membership.pk)

    errors = save(request_, membership, site=cast.corin.site.pk)
    early = save(request_, membership, valid_until=membership.valid_from - timedelta(days=1))

    assert (list(errors), list(early)) == (["site"], ["valid_until"])
    assert not Entry.objects.exists()


@pytest.mark.parametrize(
    ("name", "verb"),
    [("suspend", "member.suspended"), ("restore", "member.restored"), ("remove", "member.removed")],
)
def test_the_lists_actions_are_the_verbs(request_, cast, at, name, verb):
    chosen = Membership.objects.filter(pk__in=[cast.vera.membership.pk, cast.corin.membership.pk])
    if name == "restore":
        chosen.update(is_active=False)

    getattr(PAGE, name)(request_, chosen)

    assert [entry.verb for entry in Entry.objects.all()] == [verb, verb]


def test_nothing_here_is_deleted_past_the_log(request_, cast):
    assert not PAGE.has_delete_permission(request_)
    assert not admin.site.get_model_admin(Partner).has_delete_permission(request_)
    log = admin.site.get_model_admin(Entry)
    assert not log.has_add_permission(request_)
    assert not log.has_change_permission(request_)
    assert not log.has_delete_permission(request_)


def test_a_site_that_is_moved_or_taken_away_is_told(request_, cast):
    page, site = admin.site.get_model_admin(Site), cast.vera.site
    kind = page.get_form(request_, site, change=True)
    form = kind(
        {"partner": site.partner_id, "name": "Gate 4", "address": "", "location": site.location.geojson},
        instance=site,
    )
    assert form.is_valid(), form.errors

    page.save_model(request_, form.save(commit=False), form, change=True)
    page.delete_model(request_, site)

    assert [entry.facts.get("fields") or entry.facts["deleted"] for entry in Entry.objects.all()][
        1
    ] == "Gate 4"
    assert "name" in Entry.objects.earliest("position").facts["fields"]


@pytest.mark.parametrize(
    "nonsense",
    [
        "", "King and Bay", "{", "null", "[]", "7", "{}", '{"type": "Point"}',
        '{"type": "Point", "coordinates": [NaN, 43.6]}', '{"type": "Point", "coordinates": [1e999, 43.6]}',
        '{"type": "Point", "coordinates": "here"}', '{"type": "Polygon", "coordinates": []}',
        '{"type": "LineString", "coordinates": [[0, 0], [1, 1]]}',
    ],
)  # fmt: skip
def test_a_place_that_is_none_gets_a_sentence(cast, nonsense):
    site, police = cast.vera.site, cast.avery.partner

    place = SiteForm({"partner": site.partner_id, "name": "Gate", "location": nonsense}, instance=site)
    assert list(place.errors) == ["location"]

    data = {
        "name": police.name,
        "short_name": police.short_name,
        "kind": police.kind,
        "jurisdiction": nonsense,
    }
    realm = PartnerForm(data, instance=police)
    empty = nonsense in ("", "null", "[]", "{}")
    assert list(realm.errors) == ([] if empty else ["jurisdiction"])


def test_a_place_as_shown_can_be_saved_again(cast):
    site, police = cast.vera.site, cast.avery.partner
    where, realm = site.location.ewkt, police.jurisdiction.ewkt

    for form in (SiteForm, PartnerForm):
        instance = site if form is SiteForm else police
        shown = form(instance=instance)
        again = form({name: shown[name].value() for name in shown.fields}, instance=instance)
        assert again.is_valid(), again.errors
        again.save()

    site.refresh_from_db()
    police.refresh_from_db()
    assert (site.location.ewkt, police.jurisdiction.ewkt) == (where, realm)


def test_the_anonymous_do_not_see_them(rf):
    request = rf.get("/admin/")
    request.user = AnonymousUser()

    assert not PAGE.has_view_permission(request)

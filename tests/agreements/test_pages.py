"""Signing through the pages: the owner reads and signs, the network signs beside, the log tells."""

import hashlib
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cityalert.accounts import letters
from cityalert.agreements import queries, reminding
from cityalert.agreements.models import Agreement, Signing
from cityalert.agreements.rules import Act, Kind
from cityalert.audit import queries as audit
from cityalert.lib import clock
from partners.roles import Role
from tests.alerts.writing import draft
from tests.door import let_in

pytestmark = pytest.mark.django_db

SIGNATURE = {"name": "Olive Park", "role": "Director of security", "may_sign": "on"}


@pytest.fixture
def olive(cast):
    """Owns the tower."""
    return cast.join("olive", cast.corin.partner, Role.OWNER)


@pytest.fixture
def owner(olive):
    return let_in(Client(), olive)


@pytest.fixture
def nadia(cast):
    return let_in(Client(), cast.nadia)


@pytest.fixture
def unsigned(cast):
    """The tower has signed nothing about information sharing."""
    Signing.objects.filter(partner=cast.corin.partner, kind=Kind.SHARING).delete()
    return Agreement.objects.get(kind=Kind.SHARING)


def sign(client, agreement, **changes):
    form = SIGNATURE | {"sha256": agreement.sha256} | changes
    return client.post(reverse("agreements:sign", args=[agreement.pk]), form)


def countersign(client, signing, **changes):
    return client.post(
        reverse("agreements:countersign", args=[signing.pk]), {"role": "Network administrator"} | changes
    )


def test_signed_by_both_sides_it_is_in_force(cast, owner, nadia, unsigned, at):
    assert sign(owner, unsigned).status_code == 302
    signing = Signing.objects.waiting().get()
    assert not queries.allows(cast.corin.partner, Act.GROUP, at=clock.now())

    assert countersign(nadia, signing).status_code == 302

    signing.refresh_from_db()
    assert queries.allows(cast.corin.partner, Act.GROUP, at=clock.now())
    assert (signing.signer_name, signing.signer_role) == ("Olive Park", "Director of security")
    assert (signing.countersigner_name, signing.countersigner_role) == (
        "Nadia Rahman",
        "Network administrator",
    )
    assert signing.sha256 == unsigned.sha256
    assert signing.expires_at.year == signing.countersigned_at.year + 10
    assert [one.verb for one in audit.timeline(signing)] == ["agreement.signed", "agreement.countersigned"]


def test_only_an_owner_signs(cast, unsigned):
    for role in (Role.ADMINISTRATOR, Role.OPERATOR):
        member = let_in(Client(), cast.join(role.value, cast.corin.partner, role))
        assert sign(member, unsigned).status_code == 404
    assert not Signing.objects.waiting().exists()


def test_what_is_signed_is_what_stood_on_the_page(owner, unsigned):
    answer = sign(owner, unsigned, sha256="0" * 64)

    assert answer.status_code == 409
    assert "newer text" in answer.content.decode()
    assert "Director of security" in answer.content.decode()  # what was typed is kept


@pytest.mark.parametrize("missing", ["name", "role", "may_sign"])
def test_a_signature_says_who_and_that_they_may(owner, unsigned, missing):
    assert sign(owner, unsigned, **{missing: ""}).status_code == 422
    assert not Signing.objects.waiting().exists()


def test_signing_takes_a_second_factor_shown_just_now(olive, unsigned):
    stale = let_in(Client(), olive, second_factor_at=clock.now().timestamp() - 3600)

    assert sign(stale, unsigned).status_code == 403
    assert not Signing.objects.waiting().exists()


def test_pressed_twice_it_is_signed_once(owner, unsigned):
    assert (sign(owner, unsigned).status_code, sign(owner, unsigned).status_code) == (302, 409)
    assert Signing.objects.waiting().count() == 1


def test_nobody_signs_for_both_sides(cast, unsigned):
    both = cast.join("ora", cast.corin.partner, Role.OWNER)
    both.user.is_staff = True
    both.user.save()
    client = let_in(Client(), both)
    sign(client, unsigned)

    assert countersign(client, Signing.objects.waiting().get()).status_code == 409


def test_the_file_is_the_bytes_of_the_hash(owner, unsigned):
    answer = owner.get(reverse("agreements:text", args=[unsigned.pk]))

    assert hashlib.sha256(answer.content).hexdigest() == unsigned.sha256


def test_a_partner_reads_what_it_signed_and_nobody_elses(cast, owner, nadia, unsigned):
    sign(owner, unsigned, name="Olive Q. Unmistakable")
    countersign(nadia, Signing.objects.waiting().get())

    otto = let_in(Client(), cast.otto).get(reverse("agreements:list")).content.decode()

    assert "Olive Q. Unmistakable" in owner.get(reverse("agreements:list")).content.decode()
    assert "Olive Q. Unmistakable" not in otto


def test_a_new_version_leaves_what_was_signed_alone(cast, nadia, owner, at):
    first = Agreement.objects.get(kind=Kind.SHARING)
    form = {
        "kind": "sharing", "text_en": "We agree more.", "text_fr": "Nous sommes plus d’accord.",
        "valid_months": "12", "required_on": timezone.localdate(at + timedelta(days=1)).isoformat(),
    }  # fmt: skip

    assert nadia.post(reverse("agreements:publish"), form).status_code == 302
    again = nadia.post(reverse("agreements:publish"), form)

    assert again.status_code == 409
    assert "word for word" in again.content.decode()
    assert queries.allows(cast.corin.partner, Act.GROUP, at=at + timedelta(days=2))
    assert owner.get(reverse("agreements:list")).context["standings"][0].can_be_signed
    assert Signing.objects.filter(agreement=first).exists()
    first.refresh_from_db()
    assert first.text_en == "sharing: we agree."


def test_a_published_text_cannot_be_changed_by_the_product(cast):
    from django.db import ProgrammingError, connection, transaction

    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        Agreement.objects.update(text_en="Something else.")
    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM agreements_agreement")


def test_owners_are_reminded_thirty_and_seven_days_before_and_once_each(cast, olive, at):
    Signing.objects.filter(partner=olive.partner, kind=Kind.SHARING).update(
        expires_at=at + timedelta(days=20)
    )

    def remind(when):
        reminding.remind(at=when)
        letters.send_due(at=when)
        return [one.to for one in mail.outbox]

    assert remind(at) == [[olive.email]]
    assert remind(at) == [[olive.email]]
    assert remind(at + timedelta(days=14)) == [[olive.email]] * 2
    assert remind(at + timedelta(days=15)) == [[olive.email]] * 2


def test_who_has_signed_again_is_not_reminded(cast, olive, owner, at):
    Signing.objects.filter(partner=olive.partner, kind=Kind.SHARING).update(expires_at=at + timedelta(days=5))
    sign(owner, Agreement.objects.get(kind=Kind.SHARING))

    assert reminding.remind(at=at) == 0


def test_whoever_manages_sees_what_is_stopped(cast, owner, unsigned):
    page = owner.get(reverse("agreements:list")).content.decode()
    elsewhere = let_in(Client(), cast.bao).get(reverse("agreements:list")).content.decode()

    assert "the agreement is not signed." in page
    assert "sending alerts" in page
    assert "the agreement is not signed." not in elsewhere


def test_to_everybody_else_the_networks_side_is_not_there(cast, owner, unsigned):
    sign(owner, unsigned)
    signing = Signing.objects.waiting().get()

    for person in (cast.otto, cast.bao, cast.avery):
        client = let_in(Client(), person)
        assert client.get(reverse("agreements:hub")).status_code == 404
        assert countersign(client, signing).status_code == 404


def test_whoever_writes_alerts_hears_of_it_before_it_stops_them(cast, at):
    ends = at + timedelta(days=5)
    Signing.objects.filter(kind=Kind.SHARING).update(expires_at=ends)
    pages = ["/", reverse("alerts:compose", args=[draft(cast.avery, at).pk])]
    avery, corin = let_in(Client(), cast.avery), let_in(Client(), cast.corin)

    for page in pages:
        said = avery.get(page).content.decode()
        assert f"the agreement ends on {timezone.localtime(ends):%-d %B %Y}" in said
        assert reverse("agreements:list") in said
    assert "the agreement ends" not in corin.get("/").content.decode()

    Signing.objects.filter(kind=Kind.SHARING).update(expires_at=at - timedelta(days=1))

    for page in pages:
        assert "It stops: sending alerts" in avery.get(page).content.decode()

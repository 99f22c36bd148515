"""How many people stand behind an alert: the network's rule, the partner's own, and that they are different persons."""

from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import reverse

from cityalert.accounts import demo
from cityalert.alerts import actions, queries
from cityalert.alerts.actions.approving import SamePerson
from cityalert.alerts.actions.releasing import SecondPersonNeeded
from cityalert.alerts.approvals import ApprovalPolicy
from cityalert.alerts.policy import persons
from cityalert.audit.models import Entry
from cityalert.delivery.models import Notice
from cityalert.lib.severity import Severity
from partners.roles import Role
from tests.alerts.writing import draft, published
from tests.cast import Cast
from tests.door import let_in

NONE = SimpleNamespace(
    second_from_severity=None, second_from_km2=None, third_from_severity=None, third_from_km2=None
)


def policy(**rules):
    return SimpleNamespace(**{**vars(NONE), **rules})


@pytest.mark.parametrize(
    ("rules", "is_public", "severity", "km2", "needed"),
    [
        ({}, False, Severity.EXTREME, 600, 1),
        ({}, True, Severity.MINOR, 0.1, 2),
        ({"second_from_severity": Severity.SEVERE}, False, Severity.MODERATE, 1, 1),
        ({"second_from_severity": Severity.SEVERE}, False, Severity.SEVERE, 1, 2),
        ({"second_from_severity": Severity.UNKNOWN}, False, Severity.UNKNOWN, 1, 2),
        ({"second_from_km2": 10}, False, Severity.MINOR, 9.9, 1),
        ({"second_from_km2": 10}, False, Severity.MINOR, 10, 2),
        ({"third_from_km2": 150}, True, Severity.MINOR, 149, 2),
        ({"third_from_km2": 150}, True, Severity.MINOR, 150, 3),
        ({"third_from_severity": Severity.EXTREME}, True, Severity.EXTREME, 1, 3),
        ({"third_from_km2": 1, "third_from_severity": Severity.MINOR}, False, Severity.EXTREME, 99, 1),
    ],
)
def test_how_many_people_a_policy_asks_for(rules, is_public, severity, km2, needed):
    assert persons(policy(**rules), is_public=is_public, severity=severity, km2=km2) == needed


def test_a_large_public_alert_takes_three_and_any_change_starts_anew(cast: Cast, at):
    third = cast.join("tess", cast.avery.partner, role=Role.APPROVER)
    ApprovalPolicy.objects.create(partner=cast.avery.partner, third_from_km2=1)
    alert = draft(cast.avery, at, scope="Public", tlp="CLEAR")
    actions.submit(cast.avery.actor(at), alert, at=at)

    alert = actions.approve(cast.sam.actor(at), alert, at=at)
    assert alert.state == "pending"
    assert list(queries.awaiting(cast.sam.actor(at))) == []
    assert list(queries.awaiting(third.actor(at))) == [alert]
    # Pressing again is no second person.
    assert actions.approve(cast.sam.actor(at), alert, at=at).state == "pending"

    actions.edit(cast.avery.actor(at), alert, {"area_desc": "Queen and Bay"}, at=at)
    actions.submit(cast.avery.actor(at), alert, at=at)
    assert actions.approve(third.actor(at), alert, at=at).state == "pending"
    assert not Notice.objects.exists()
    assert actions.approve(cast.sam.actor(at), alert, at=at).state == "published"


def test_two_accounts_with_one_telephone_are_one_person(cast: Cast, at):
    other = cast.join("tess", cast.avery.partner, role=Role.APPROVER)
    other.subscriber.contact_points.filter(channel="sms").update(address=cast.avery.phone)
    alert = draft(cast.avery, at, scope="Public", tlp="CLEAR")
    actions.submit(cast.avery.actor(at), alert, at=at)

    with pytest.raises(SamePerson, match="telephone"):
        actions.approve(other.actor(at), alert, at=at)

    # A number nobody has confirmed says nothing about who they are.
    other.subscriber.contact_points.filter(channel="sms").update(verified_at=None)
    assert actions.approve(other.actor(at), alert, at=at).state == "published"


def test_a_partners_managers_set_its_rules_and_they_hold_at_once(cast: Cast, at):
    chief = cast.join("dana", cast.avery.partner, role=Role.ADMINISTRATOR)
    demo.enrol(chief.user)
    page = reverse("alerts:policy")
    typed = {
        "second_from_severity": "2",
        "second_from_km2": "",
        "third_from_severity": "",
        "third_from_km2": "0",
    }

    refused = let_in(Client(), chief).post(page, typed)
    assert refused.status_code == 422
    assert 'value="0"' in refused.content.decode()
    assert let_in(Client(), chief).post(page, {**typed, "third_from_km2": "200"}).status_code == 302

    with pytest.raises(SecondPersonNeeded):
        published(cast.avery, at)
    assert published(cast.avery, at, severity=Severity.MINOR).state == "published"
    entry = Entry.objects.get(verb="approval_policy.changed")
    assert entry.facts["after"]["third_from_km2"] == 200
    # Their people read it, and change nothing. Another partner has its own.
    read = let_in(Client(), cast.avery).get(page)
    assert "from 200 km²" in read.content.decode()
    assert 'name="third_from_km2"' not in read.content.decode()
    assert let_in(Client(), cast.avery).post(page, typed).status_code == 404
    assert "200 km²" not in let_in(Client(), cast.otto).get(page).content.decode()

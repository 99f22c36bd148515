"""How widely a role may share, and what groups take: enforced where an alert goes out."""

import pytest

from cityalert.alerts import actions
from cityalert.alerts.actions.wording import NotUsable
from cityalert.alerts.sharing import GroupGone, TooStrict, TooWide
from cityalert.delivery.models import Recipient
from partners.roles import Role
from partners.sharing import Participant, SharingGroup
from tests.alerts.writing import draft, published
from tests.cast import Cast
from tests.partners.sharing import group

pytestmark = pytest.mark.django_db


@pytest.fixture
def dana(cast: Cast):
    """A BIA's publisher."""
    return cast.join("dana", cast.bao.partner, role=Role.PUBLISHER)


def test_a_publisher_reaches_the_groups_their_partner_is_in(cast: Cast, dana, at):
    towers = group("Towers", cast.bao.partner, cast.corin.partner)

    alert = published(dana, at, audience_groups=[str(towers.pk)])

    told = Recipient.objects.filter(notice=alert.notice_id, kind="screen").values_list("partner", flat=True)
    assert list(told) == [cast.corin.partner.pk]


def test_wider_than_that_takes_somebody_who_may(cast: Cast, dana, at):
    alert = draft(dana, at)
    with pytest.raises(TooWide):
        actions.publish(dana.actor(at), alert, key="one", at=at)

    actions.submit(dana.actor(at), alert, at=at)
    erin = cast.join("erin", cast.bao.partner, role=Role.APPROVER)
    assert actions.approve(erin.actor(at), alert, at=at).state == "published"


def test_whose_duty_is_to_warn_reaches_the_whole_area(cast: Cast, at):
    assert published(cast.avery, at).state == "published"


def test_ending_it_is_never_too_wide(cast: Cast, dana, at):
    alert = draft(dana, at)
    actions.submit(dana.actor(at), alert, at=at)
    alert = actions.approve(cast.join("erin", cast.bao.partner, role=Role.APPROVER).actor(at), alert, at=at)

    cancel = actions.start_cancel(dana.actor(at), alert, at=at)
    assert actions.publish(dana.actor(at), cancel, key="end", at=at).state == "published"


def test_a_group_takes_nothing_stricter_than_its_ceiling(cast: Cast, at):
    towers = group("Towers", cast.avery.partner, cast.corin.partner, ceiling="GREEN")
    alert = draft(cast.avery, at, audience_groups=[str(towers.pk)], tlp="AMBER")

    with pytest.raises(TooStrict, match="nothing stricter than TLP:GREEN") as refused:
        actions.publish(cast.avery.actor(at), alert, key="one", at=at)
    assert refused.value.field == "tlp"


def test_a_group_one_is_not_in_cannot_be_chosen_and_is_not_there(cast: Cast, at):
    others = group("Towers", cast.bao.partner, cast.corin.partner)
    key = str(others.pk)

    with pytest.raises(NotUsable) as there:
        draft(cast.avery, at, audience_groups=[key])
    others.delete()
    with pytest.raises(NotUsable) as nowhere:
        draft(cast.avery, at, audience_groups=[key])
    assert str(there.value) == str(nowhere.value)


def test_a_hidden_group_is_its_hosts_to_address(cast: Cast, at):
    """Whoever addresses a group sees whom it reaches."""
    ours = group("Ours", cast.avery.partner, cast.corin.partner, is_hidden=True)
    theirs = group("Theirs", cast.bao.partner, cast.avery.partner, is_hidden=True)

    assert published(cast.avery, at, audience_groups=[str(ours.pk)]).state == "published"
    with pytest.raises(NotUsable):
        draft(cast.avery, at, audience_groups=[str(theirs.pk)])


@pytest.mark.parametrize("end", ["closed", "left"])
def test_a_group_that_is_gone_meanwhile_stops_the_alert_and_never_widens_it(cast: Cast, at, end):
    towers = group("Towers", cast.bao.partner, cast.avery.partner, cast.corin.partner)
    alert = draft(cast.avery, at, audience_groups=[str(towers.pk)])
    if end == "closed":
        SharingGroup.objects.update(is_active=False)
    else:
        Participant.objects.filter(partner=cast.avery.partner).update(state="left")

    alert = actions.edit(cast.avery.actor(at), alert, {"audience_groups": [str(towers.pk)]}, at=at)
    assert alert.audience_groups == [towers.pk]
    with pytest.raises(GroupGone):
        actions.publish(cast.avery.actor(at), alert, key="one", at=at)

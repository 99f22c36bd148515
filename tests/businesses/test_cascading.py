"""Bao passes an alert on: her businesses hear it, she sees who has it, and a correction reaches the same people."""

from datetime import timedelta

import pytest
from django.urls import reverse

from cityalert.alerts import actions as alerts
from cityalert.alerts import targeting
from cityalert.alerts.vocabulary import Ending
from cityalert.audit import queries as audit
from cityalert.businesses import actions as keeping
from cityalert.businesses.cascading import actions, correcting, queries
from cityalert.businesses.cascading.actions import Choice, MayNotTravel, NobodyThere, NotNow
from cityalert.businesses.models import Business, Cascade, Contact
from cityalert.delivery import counting, fanout, sending
from cityalert.lib import tlp
from cityalert.lib.severity import Severity
from cityalert.lib.tlp import Circle, Tlp
from cityalert.subscriptions import actions as subscriptions
from cityalert.subscriptions.models import ContactPoint
from partners.models import Partner
from partners.roles import Role
from tests.alerts.writing import draft, published
from tests.businesses.bia import business
from tests.door import let_in

pytestmark = pytest.mark.django_db
EVERYBODY = Choice()


@pytest.fixture
def cafe(cast, at):
    """A business with an owner who reads French."""
    return business(cast.bao, at)


def deliver(cascade, at):
    """What a worker would do."""
    cascade.refresh_from_db()
    fanout.fan_out(cascade.notice_id, at=at)
    for channel in ("sms", "email"):
        sending.send_due(channel)


def pass_on(cast, alert, at, choice=EVERYBODY, **more):
    return actions.pass_on(cast.bao.actor(at), alert, choice, key=more.pop("key", "k"), at=at, **more)


@pytest.mark.parametrize(
    ("label", "reach"),
    [("RED", 1), ("AMBER+STRICT", 2), ("AMBER", 3), ("GREEN", 4), ("CLEAR", 5)],
)
def test_how_far_a_label_lets_a_thing_travel(label, reach):
    assert [circle for circle in Circle if tlp.may_go(label, circle)] == list(Circle)[:reach]


def test_an_alert_is_passed_on_in_its_words_and_each_language(cast, bao, cafe, at, sandbox):
    alert = published(cast.avery, at)

    answer = bao.post(reverse("businesses:pass_on", args=[alert.pk]), {"key": "1", "note": "Close the patio"})
    cascade = Cascade.objects.get()
    deliver(cascade, at)

    assert answer["Location"] == reverse("businesses:cascade", args=[cascade.pk])
    text = sandbox.phones["+14165550123"].expect("FD BIA: Personne")
    assert "Close the patio" in text.body
    mail = sandbox.mailboxes["zoe@cafe.example"].expect("Personne")
    assert "Toronto Police Service" in mail.text
    assert "TLP:AMBER" in mail.text
    assert audit.timeline(cascade).get().facts["businesses"] == 1


def test_only_its_own_subtree_hears_it(cast, cafe, at, sandbox):
    other = Partner.objects.create(kind="bia", name="Chinatown BIA", short_name="Chinatown")
    mei = cast.join("mei", other, Role.OWNER)
    business(mei, at, owner_phone="416-555-0188", owner_email="mei@tea.example")
    archived = business(cast.bao, at, name="Gone", owner_phone="416-555-0189", owner_email="")
    keeping.archive(cast.bao.actor(at), archived, at=at)

    cascade = pass_on(cast, published(cast.avery, at), at)
    deliver(cascade, at)

    assert [target.business_name for target in cascade.targets.all()] == ["Café Zoé"]
    sandbox.phones["+14165550188"].expect_nothing(within=0.2)
    sandbox.phones["+14165550189"].expect_nothing(within=0.2)


@pytest.mark.parametrize("label", ["RED", "AMBER+STRICT"])
def test_what_must_stay_inside_stays(cast, bao, cafe, at, label):
    alert = published(cast.avery, at, tlp=label)

    with pytest.raises(MayNotTravel):
        pass_on(cast, alert, at)
    assert bao.post(reverse("businesses:pass_on", args=[alert.pk]), {"key": "1"}).status_code == 409
    assert not Cascade.objects.exists()


def test_exercises_and_what_is_over_are_not_passed_on(cast, cafe, at):
    drill = published(cast.avery, at, status="Exercise", exercise_note="Drill")
    over = published(cast.avery, at)

    with pytest.raises(NotNow):
        pass_on(cast, drill, at)
    with pytest.raises(NotNow):
        pass_on(cast, over, at + timedelta(hours=3))


def test_sending_twice_under_one_key_sends_once(cast, cafe, at):
    alert = published(cast.avery, at)

    assert pass_on(cast, alert, at) == pass_on(cast, alert, at)
    assert Cascade.objects.count() == 1


def test_one_person_for_several_businesses_is_told_once(cast, cafe, at, sandbox):
    business(cast.bao, at, name="Second", manager_name="Zoé", manager_phone="416-555-0123")

    cascade = pass_on(cast, published(cast.avery, at), at)
    deliver(cascade, at)

    sandbox.phones["+14165550123"].expect("FD BIA")
    sandbox.phones["+14165550123"].expect_nothing(within=0.2)
    assert {place.step for place in queries.reached(cascade).places} == {"sent"}


def test_she_sees_who_has_it(cast, bao, cafe, at, sandbox):
    business(cast.bao, at, name="Silent", owner_name="Only a name", owner_phone="", owner_email="")
    business(cast.bao, at, name="Far", owner_phone="+15005550009", owner_email="")
    cascade = pass_on(cast, published(cast.avery, at), at)
    deliver(cascade, at)
    link = sandbox.phones["+14165550123"].expect("FD BIA").links[0]
    token = link.rstrip("/").rpartition("/")[2]
    page = reverse("businesses:cascade", args=[cascade.pk])
    assert {p.name: p.step for p in bao.get(page).context["reached"].places} == {
        "Silent": "nobody",
        "Far": "failed",
        "Café Zoé": "sent",
    }

    bao.post(reverse("delivery:answer", args=[token]))

    fragment = bao.get(page, headers={"HX-Request": "true"})
    assert {p.name: p.step for p in fragment.context["reached"].places}["Café Zoé"] == "acknowledged"
    counts = {step: n for step, _word, n in fragment.context["reached"].counts}
    assert counts == {"wanted": 3, "sent": 1, "delivered": 1, "acknowledged": 1, "failed": 1, "nobody": 1}


def test_stop_is_honoured_for_good(cast, cafe, at, sandbox):
    deliver(pass_on(cast, published(cast.avery, at), at), at)
    sandbox.phones["+14165550123"].expect("FD BIA")
    subscriptions.stop("sms", "+14165550123", at=at)
    # Neither a second contact under the number, nor writing it down anew, undoes it.
    business(cast.bao, at, name="Second", owner_phone="416-555-0123", owner_email="")
    keeping.change(cast.bao.actor(at), cafe, {"owner_phone": ""}, at=at)
    keeping.change(cast.bao.actor(at), cafe, {"owner_phone": "416-555-0123"}, at=at)

    deliver(pass_on(cast, published(cast.avery, at), at, key="again"), at)

    sandbox.phones["+14165550123"].expect_nothing(within=0.2)
    assert not ContactPoint.objects.filter(address="+14165550123", stopped_at=None).exists()


def test_a_cancel_reaches_everyone_it_reached_even_if_they_left(cast, cafe, at, sandbox):
    alert = published(cast.avery, at)
    cascade = pass_on(cast, alert, at)
    deliver(cascade, at)
    sandbox.phones["+14165550123"].expect("Personne")
    keeping.archive(cast.bao.actor(at), cafe, at=at)
    Contact.objects.all().delete()

    over = alerts.start_cancel(cast.avery.actor(at), alert, at=at)
    alerts.publish(cast.avery.actor(at), over, key="cancel", at=at)
    assert correcting.correct_due(at=at) == 1
    assert correcting.correct_due(at=at) == 0

    correction = Cascade.objects.get(corrects=cascade)
    deliver(correction, at)
    sandbox.phones["+14165550123"].expect("ANNUL")
    sandbox.mailboxes["zoe@cafe.example"].expect("ANNUL")


def test_that_an_alert_was_a_mistake_is_heard_by_whoever_heard_it(cast, cafe, at, sandbox):
    cascade = pass_on(cast, alert := published(cast.avery, at), at)
    deliver(cascade, at)
    error = alerts.start_cancel(cast.avery.actor(at), alert, Ending.ERROR, at=at)
    alerts.publish(cast.avery.actor(at), error, key="error", at=at)

    correcting.correct_due(at=at)
    deliver(Cascade.objects.get(corrects=cascade), at)

    assert "par erreur" in sandbox.phones["+14165550123"].expect("ANNUL").body


def test_an_update_that_may_not_travel_says_only_that_something_changed(cast, cafe, at, sandbox):
    alert = published(cast.avery, at)
    cascade = pass_on(cast, alert, at)
    deliver(cascade, at)
    update = alerts.start_update(cast.avery.actor(at), alert, at=at)
    secret = {"fr": {"headline": "Nom de code Falcon"}, "en": {"headline": "Code name Falcon"}}
    alerts.edit(cast.avery.actor(at), update, {"tlp": "RED", "words": secret}, at=at)
    alerts.publish(cast.avery.actor(at), update, key="update", at=at)

    correcting.correct_due(at=at)
    correction = Cascade.objects.get(corrects=cascade)
    deliver(correction, at)

    assert "Falcon" not in f"{correction.headline} {correction.notice.texts}"
    assert "chang" in sandbox.phones["+14165550123"].expect("MISE").body


def test_a_notice_of_her_own_and_its_end(cast, bao, cafe, at, sandbox):
    said = {
        "headline": "Street closed for filming",
        "instruction": "Use York St.",
        "severity": "1",
        "key": "own",
    }

    bao.post(reverse("businesses:say"), said)
    cascade = Cascade.objects.get()
    deliver(cascade, at)
    sandbox.phones["+14165550123"].expect("Street closed")
    bao.post(reverse("businesses:end", args=[cascade.pk]))
    deliver(Cascade.objects.get(corrects=cascade), at)

    sandbox.phones["+14165550123"].expect("C'EST TERMIN")
    assert bao.post(reverse("businesses:end", args=[cascade.pk])).status_code == 409


@pytest.mark.parametrize(
    "wrong", [{"headline": ""}, {"headline": "x" * 141}, {"severity": "9"}, {"severity": ""}]
)
def test_a_notice_that_says_nothing_gets_a_sentence(bao, cafe, wrong):
    said = {"headline": "Hello", "instruction": "Kept", "severity": "1", "key": "own", **wrong}

    answer = bao.post(reverse("businesses:say"), said)

    assert answer.status_code == 422
    assert "Kept" in answer.content.decode()
    assert not Cascade.objects.exists()


def test_a_choice_narrows_and_an_empty_one_is_refused(cast, bao, cafe, at):
    business(cast.bao, at, name="Books", levy_class="Retail", tags="retail")
    alert = published(cast.avery, at)
    page = bao.get(
        reverse("businesses:pass_on", args=[alert.pk]), {"tag": "patio"}, headers={"HX-Request": "true"}
    )
    assert [one.name for one in page.context["businesses"]] == ["Café Zoé"]

    cascade = pass_on(cast, alert, at, Choice(levy_class="Retail"))
    assert [target.business_name for target in cascade.targets.all()] == ["Books"]
    with pytest.raises(NobodyThere):
        pass_on(cast, alert, at, Choice(tag="nothing"), key="2")


def test_contacts_are_no_residents_of_the_next_public_alert(cast, cafe, at):

    pass_on(cast, published(cast.avery, at), at)

    public = draft(cast.avery, at, scope="Public", tlp="CLEAR")
    counted = counting.count(targeting.audience(public, at), counting.Plan(Severity.EXTREME, at))
    assert counted.residents == 1  # Rosa


def test_nobody_else_finds_or_sends_it(cast, client, cafe, at):
    alert = published(cast.avery, at)
    cascade = pass_on(cast, alert, at)
    page = reverse("businesses:cascade", args=[cascade.pk])

    for who in (cast.otto, cast.avery, cast.corin):
        let_in(client, who)
        assert client.get(page).status_code == 404
        assert client.post(reverse("businesses:pass_on", args=[alert.pk])).status_code == 404
    let_in(client, cast.join("vi", cast.bao.partner, Role.VIEWER))
    assert client.get(page).status_code == 200
    assert client.post(reverse("businesses:pass_on", args=[alert.pk])).status_code == 403
    assert client.post(reverse("businesses:say")).status_code == 403
    assert client.post(reverse("businesses:end", args=[cascade.pk])).status_code == 403
    assert Business.objects.count() == 1
    assert Cascade.objects.count() == 1
    assert cascade.tlp == Tlp.AMBER

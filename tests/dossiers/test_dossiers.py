"""An event kept by one partner and read by several: what each may read, who said what, what was learned."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from cityalert.audit import queries as audit
from cityalert.delivery.models import Notice
from cityalert.dossiers.models import Dossier, Part, Source, Tick
from cityalert.lib import tenancy
from tests.cast import DOWNTOWN
from tests.door import let_in
from tests.dossiers.events import frame, join, local, opened, part, risk
from tests.partners.sharing import group

pytestmark = pytest.mark.django_db


def of(dossier, name="detail", *more):
    return reverse(f"dossiers:{name}", args=[dossier.pk, *more])


def text(client, url):
    return client.get(url).content.decode()


@pytest.fixture
def vera(cast):
    return let_in(Client(), cast.vera)


@pytest.fixture
def avery(cast):
    return let_in(Client(), cast.avery)


@pytest.fixture
def otto(cast):
    return let_in(Client(), cast.otto)


@pytest.fixture
def parade(cast, at):
    """The arena keeps it, the police take part."""
    return opened(cast.vera, at, cast.avery)


def test_a_venue_opens_one_and_invites_the_police_who_are_told(cast, at, vera, avery, otto):
    vera.post(reverse("dossiers:new"), frame(at))
    dossier = Dossier.objects.get()
    assert avery.get(of(dossier)).status_code == 404

    vera.post(of(dossier, "invite"), {"partner": [cast.avery.partner.pk, cast.otto.partner.pk]})

    said = text(avery, of(dossier))
    assert "Santa Claus Parade" in said
    assert "400,000" in said
    assert "Kept by Lakeside Arena" in said
    assert "Santa Claus Parade" in text(avery, reverse("dossiers:list"))
    # Otto's mall could not be named by the arena: it shares no group with it.
    assert otto.get(of(dossier)).status_code == 404
    notice = Notice.objects.get()
    assert "[TLP:AMBER] Lakeside Arena shares an event with you" in notice.texts["en"]["subject"]
    assert {one.partner_id for one in notice.recipients.all()} == {cast.avery.partner.pk}
    assert [one.verb for one in audit.timeline(dossier)] == ["dossier.opened", "dossier.guests"]


def test_by_area_and_by_group_those_there_are_invited_together(cast, at, avery):
    group("Towers", cast.avery.partner, cast.otto.partner)
    hidden = group("Quiet", cast.avery.partner, cast.noor.partner, is_hidden=True)
    dossier = opened(cast.avery, at, shapes=DOWNTOWN)
    page = text(avery, of(dossier))
    assert "Towers" in page
    assert hidden.name not in page

    avery.post(of(dossier, "invite"), {"partner": ["area"]})
    named = {one.partner_id for one in dossier.guests.all()}
    assert cast.corin.partner.pk in named
    assert cast.otto.partner.pk not in named
    towers = Dossier.objects.get().partner.hosted_groups.get(name="Towers")
    avery.post(of(dossier, "invite"), {"partner": [str(towers.pk)]})
    assert dossier.guests.filter(partner=cast.otto.partner).exists()

    avery.post(of(dossier, "dismiss", cast.otto.partner.pk))
    assert let_in(Client(), cast.otto).get(of(dossier)).status_code == 404
    assert avery.post(of(dossier, "dismiss", cast.avery.partner.pk)).status_code == 302
    assert avery.get(of(dossier)).status_code == 200


def test_each_sees_its_own_and_the_shared_parts_and_which_is_which(cast, parade, vera, avery):
    vera.post(of(parade, "add", "risk"), risk(title="Gate 4 is narrow", is_shared=""))
    vera.post(of(parade, "add", "task"), part(title="Barriers at Bloor"))
    avery.post(of(parade, "add", "risk"), risk(title="A counter-march is planned"))

    ours, theirs = text(vera, of(parade)), text(avery, of(parade))
    assert "Gate 4 is narrow" in ours
    assert "Gate 4 is narrow" not in theirs
    for said in ("Barriers at Bloor", "A counter-march is planned"):
        assert said in ours
        assert said in theirs
    assert ours.count("is-ours") == 1
    assert ours.count("is-given") == 1
    assert ours.count("is-theirs") == 1
    assert "usually reliable; probably true" in ours
    # Who of another partner wrote it is that partner's to tell.
    assert "Avery Chen" in theirs
    assert "Avery Chen" not in ours


def test_a_source_is_named_to_its_own_partner_only(cast, at, parade, vera, avery):
    for title in ("Flares in backpacks", "Flares, again"):
        avery.post(
            of(parade, "add", "intelligence"), risk(title=title, source="Marek of the supporters’ club")
        )
    source = Source.objects.get()

    assert "Marek" in text(avery, of(parade))
    seen = text(vera, of(parade))
    assert "Marek" not in seen
    assert source.handle in seen
    assert "Marek" not in text(avery, of(parade, "briefing"))
    assert "Marek" not in str([one.facts for one in audit.timeline(parade)])
    # The same person in another event has another handle.
    other = opened(cast.vera, at, cast.avery)
    avery.post(of(other, "add", "risk"), risk(source="Marek of the supporters’ club"))
    assert Source.objects.get(dossier=other).handle != source.handle
    with tenancy.acting(partner_id=cast.vera.partner.pk, person_id=cast.vera.user.pk):
        assert not Source.objects.exists()


def test_red_is_for_named_people(cast, parade, vera, avery):
    dana = cast.join("dana", cast.vera.partner)
    unnamed = avery.post(of(parade, "add", "intelligence"), risk(title="An informer walks along", tlp="RED"))
    assert unnamed.status_code == 422
    assert "An informer walks along" in unnamed.content.decode()
    # Whom a shared contact names can be chosen.
    vera.post(of(parade, "add", "contact"), part(title="Event control", person=cast.vera.user.pk))
    red = risk(title="An informer walks along", tlp="RED", people=[cast.vera.user.pk])
    assert avery.post(of(parade, "add", "intelligence"), red).status_code == 302

    assert "An informer walks along" in text(vera, of(parade))
    assert "An informer walks along" in text(avery, of(parade))
    assert "An informer walks along" not in text(let_in(Client(), dana), of(parade))
    assert "An informer walks along" not in text(let_in(Client(), cast.sam), of(parade))
    paper = text(vera, of(parade, "briefing"))
    assert "An informer walks along" not in paper
    assert "1 part is labelled RED" in paper


def test_nobody_changes_what_is_anothers(cast, parade, vera, avery, otto):
    vera.post(of(parade, "add", "risk"), risk())
    found = Part.objects.get()
    address = reverse("dossiers:part", args=[found.pk])
    for client in (avery, otto):
        assert client.get(address).status_code == 404
        assert client.post(address, risk(title="Nothing to fear")).status_code == 404
        assert client.post(reverse("dossiers:remove", args=[found.pk])).status_code == 404
    assert avery.post(of(parade, "change"), frame(found.made_at)).status_code == 404
    assert avery.post(of(parade, "close")).status_code == 404
    with tenancy.acting(partner_id=cast.avery.partner.pk, person_id=cast.avery.user.pk):
        assert Part.objects.update(title="Nothing to fear") == 0

    assert vera.post(address, risk(title="Pickpockets at gate 2", is_shared="")).status_code == 302
    assert "Pickpockets" not in text(avery, of(parade))
    vera.post(reverse("dossiers:remove", args=[found.pk]))
    assert "Pickpockets" not in text(vera, of(parade))


@pytest.mark.django_db(transaction=True)
def test_the_host_changes_the_frame(cast, at):
    vera = let_in(Client(), cast.vera)
    parade = opened(cast.vera, at, shapes=DOWNTOWN)
    page = text(vera, of(parade, "change"))
    assert "Parade Society" in page
    assert "-79.392" in page
    vera.post(of(parade, "change"), frame(at, title="Parade, moved", venue="Lakeshore", shapes=""))
    assert "Parade, moved" in text(vera, of(parade))
    assert Dossier.objects.get().area is None


def test_viewers_read_and_do_not_write(cast, at, parade):
    join(parade, cast.pim, at)
    pim = let_in(Client(), cast.pim)
    assert pim.get(of(parade)).status_code == 200
    assert pim.get(of(parade, "add", "risk")).status_code == 404
    assert pim.post(of(parade, "add", "risk"), risk()).status_code == 404
    assert not Part.objects.exists()


def test_what_is_done_and_who_is_at_their_post_is_said_and_taken_back(cast, parade, vera, avery):
    vera.post(of(parade, "add", "post"), part(title="Gate 3", place="North side"))
    vera.post(of(parade, "add", "risk"), risk())
    post, other = Part.objects.order_by("made_at")
    tick = reverse("dossiers:tick", args=[post.pk])
    for on in ("1", "1", "0", "1"):
        assert avery.post(tick, {"on": on}).status_code == 302
    assert avery.post(reverse("dossiers:tick", args=[other.pk]), {"on": "1"}).status_code == 404

    assert [one.is_on for one in Tick.objects.filter(part=post)] == [True, False, True]
    seen = text(vera, of(parade))
    assert "manned, says Toronto Police Service" in seen
    assert "not any more, says Toronto Police Service" in seen
    assert "manned, says Avery Chen" in text(avery, of(parade))


def test_bad_input_gets_a_sentence_and_keeps_what_was_typed(at, parade, vera):
    for wrong, sentence in (
        ({"title": " "}, "Say what the event is called."),
        ({"ends_at": local(at)}, "It has to end after it begins."),
        ({"begins_at": "9999-12-31T23:59"}, "Choose a day of this century."),
        ({"shapes": "[" * 3000}, "area"),
        ({"tlp": "RED"}, "RED"),
    ):
        page = vera.post(reverse("dossiers:new"), frame(at, **wrong))
        assert page.status_code == 422, wrong
        assert sentence in page.content.decode()
        assert "Parade Society" in page.content.decode()
    times = {"begins_at": local(at), "ends_at": local(at - timedelta(hours=1))}
    phase = vera.post(of(parade, "add", "phase"), part(title="Arrivals", **times))
    assert phase.status_code == 422
    assert "Arrivals" in phase.content.decode()
    assert vera.get(of(parade, "add", "nothing")).status_code == 404
    assert Dossier.objects.count() == 1


def test_when_it_is_over_it_is_talked_through_and_closed(cast, at, vera, avery, parade):
    assert "Debrief" not in text(vera, of(parade))
    Dossier.objects.update(begins_at=at - timedelta(days=2), ends_at=at - timedelta(days=1))
    avery.post(of(parade, "add", "debrief"), part(title="Radios failed at Queen"))
    assert "Radios failed at Queen" in text(vera, of(parade))

    vera.post(of(parade, "close"), {"lesson": "Bring spare radios."})
    assert avery.post(of(parade, "add", "debrief"), part()).status_code == 409
    assert "Bring spare radios." in text(avery, of(parade))
    vera.post(of(parade, "reopen"))
    assert avery.post(of(parade, "add", "debrief"), part()).status_code == 302

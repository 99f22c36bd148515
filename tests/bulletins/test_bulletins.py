"""Bulletins: to whom they go, who has read them, what is put right, and that the unnamed stay unnamed."""

import json

import pytest
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.urls import reverse

from cityalert.audit import queries as audit
from cityalert.audit.models import Entry
from cityalert.bulletins.models import Bulletin, Correction, Origin, Proposal, Reading
from cityalert.delivery.models import Notice
from cityalert.lib import tenancy
from partners.models import Site
from partners.roles import Role
from tests.cast import DOWNTOWN, EMPTY
from tests.door import let_in
from tests.partners.sharing import group

pytestmark = pytest.mark.django_db

NEW = "/bulletins/new/"


def of(bulletin, name="detail", *more):
    return reverse(f"bulletins:{name}", args=[bulletin.pk, *more])


def text(client, url):
    return client.get(url).content.decode()


@pytest.fixture
def avery(cast):
    return let_in(Client(), cast.avery)


@pytest.fixture
def bao(cast):
    return let_in(Client(), cast.bao)


@pytest.fixture
def corin(cast):
    return let_in(Client(), cast.corin)


@pytest.fixture
def otto(cast):
    return let_in(Client(), cast.otto)


@pytest.fixture
def towers(cast):
    """Bao's group, with the tower and the arena in it."""
    return group("Towers", cast.bao.partner, cast.corin.partner, cast.vera.partner)


def words(**more):
    return {"title": "Fake inspectors", "text": "They ask for keys. Do not give any.", "tlp": "AMBER", **more}


def published(client, **more):
    answer = client.post(NEW, words(**more))
    assert answer.status_code == 302, answer.content.decode()
    return Bulletin.objects.latest("published_at")


def test_it_reaches_a_group_by_the_pipeline_and_says_who_has_not_read_it(cast, bao, corin, otto, towers):
    bulletin = published(bao, groups=[towers.pk])

    notice = Notice.objects.get()
    assert notice.texts["en"]["subject"] == "[TLP:AMBER] Bulletin: Fake inspectors"
    assert "Do not give any." in notice.texts["en"]["text"]
    assert {one.subscriber.user_id for one in notice.recipients.all()} == {
        cast.corin.user.pk,
        cast.vera.user.pk,
    }
    assert "Fake inspectors" in text(corin, reverse("bulletins:list"))
    assert "Unread" in text(corin, reverse("bulletins:list"))
    assert otto.get(of(bulletin)).status_code == 404
    assert "Fake inspectors" not in text(otto, reverse("bulletins:list"))

    assert text(bao, of(bulletin)).count("Nobody yet") == 2
    for _twice in range(2):
        corin.post(of(bulletin, "acknowledge"))
    assert text(bao, of(bulletin)).count("Nobody yet") == 1
    assert "Unread" not in text(corin, reverse("bulletins:list"))
    assert otto.post(of(bulletin, "acknowledge")).status_code == 404
    assert [one.verb for one in audit.timeline(bulletin)] == ["bulletin.published", "bulletin.read"]


def test_by_sector_and_area_only_where_one_may_alert(cast, avery, bao, corin):
    Site.objects.filter(partner=cast.corin.partner).update(sector="bank")
    hotels = published(avery, sectors=["bank"])
    assert set(hotels.addressees.values_list("partner", flat=True)) == {cast.corin.partner.pk}
    around = published(avery, shapes=json.dumps(DOWNTOWN))
    assert cast.otto.partner.pk not in around.addressees.values_list("partner", flat=True)
    assert around.addressees.count() >= 5
    nothings: tuple[dict[str, object], ...] = (
        {"shapes": json.dumps(EMPTY)},
        {"groups": []},
        {"sectors": ["nothing"]},
        {"shapes": "[" * 300},
    )
    for nobody in nothings:
        answer = avery.post(NEW, words(**nobody))
        assert answer.status_code == 422
        assert "They ask for keys." in answer.content.decode()
    # Who is where is not for those who may alert nowhere.
    dana = let_in(Client(), cast.join("dana", cast.vera.partner, Role.ADMINISTRATOR))
    assert dana.post(NEW, words(sectors=["bank"])).status_code == 422
    assert corin.get(NEW).status_code == 404


def test_red_is_read_by_those_it_was_told_to_and_messages_only_point(cast, bao, corin, towers):
    viewer = let_in(Client(), cast.join("vic", cast.corin.partner, Role.VIEWER))
    owner = let_in(Client(), cast.join("olga", cast.bao.partner, Role.OWNER))
    towers.ceiling = "RED"
    towers.save()
    bulletin = published(bao, groups=[towers.pk], tlp="RED")

    notice = Notice.objects.get()
    for language in ("en", "fr"):
        for said in notice.texts[language].values():
            assert "inspectors" not in said
            assert "keys" not in said
    assert "TLP:RED" in notice.texts["en"]["subject"]
    assert "They ask for keys." in text(corin, of(bulletin))
    assert viewer.get(of(bulletin)).status_code == 404
    assert owner.get(of(bulletin)).status_code == 404
    assert "They ask for keys." in text(bao, of(bulletin))


def test_a_group_takes_nothing_above_its_ceiling(bao, towers):
    towers.ceiling = "GREEN"
    towers.save()
    assert "Towers (up to TLP:GREEN)" in text(bao, NEW)
    answer = bao.post(NEW, words(groups=[towers.pk]))
    assert answer.status_code == 422
    assert "takes nothing stricter than TLP:GREEN" in answer.content.decode()


def test_readers_put_right_what_is_wrong_and_are_thanked(cast, bao, corin, otto, towers):
    vera = let_in(Client(), cast.vera)
    bulletin = published(bao, groups=[towers.pk])
    assert corin.post(of(bulletin, "propose"), {"text": " "}).status_code == 422
    corin.post(of(bulletin, "propose"), {"text": "They wear blue, not grey.", "credit": "1"})
    vera.post(of(bulletin, "propose"), {"text": "We saw none."})
    assert otto.post(of(bulletin, "propose"), {"text": "Me too"}).status_code == 404
    assert bao.post(of(bulletin, "propose"), {"text": "Mine"}).status_code == 404
    blue, none = Proposal.objects.all()
    assert "They wear blue" not in text(vera, of(bulletin))

    assert corin.post(of(bulletin, "answer", blue.pk), {"accept": "1"}).status_code == 404
    bao.post(of(bulletin, "answer", blue.pk), {"accept": "1"})
    bao.post(of(bulletin, "answer", none.pk), {"accept": "0", "text": "It was at three towers."})
    assert bao.post(of(bulletin, "answer", none.pk), {"accept": "1"}).status_code == 409

    seen = text(vera, of(bulletin))
    assert "They wear blue, not grey." in seen
    assert "Seen by King Bay Tower. Thank you." in seen
    assert "It was at three towers." in seen
    assert "It was at three towers." not in text(corin, of(bulletin))
    assert Correction.objects.count() == 1
    assert "Correction of a bulletin" in Notice.objects.latest("posted_at").texts["en"]["subject"]


def test_without_a_name_nobody_learns_whose_it_is(cast, at, bao, corin, towers):
    bulletin = published(bao, groups=[towers.pk], is_unnamed="on")
    named = ("Financial District BIA", "Bao Nguyen", str(cast.bao.partner.pk))

    seen, listed = text(corin, of(bulletin)), text(corin, reverse("bulletins:list"))
    assert "A partner that is not named" in seen
    notice = Notice.objects.get()
    for said in (seen, listed, str(notice.texts), facts(bulletin)):
        assert not [one for one in named if one in said]
    assert notice.partner_id is None
    assert set(notice.recipients.values_list("sender", flat=True)) == {None}
    # Not in the tables, for a thief; not for the administration pages.
    with connection.cursor() as cursor:
        cursor.execute("SELECT b::text || o::text FROM bulletins_bulletin b, bulletins_origin o")
        (row,) = cursor.fetchone()
    assert not [one for one in named if one in row]
    with tenancy.acting(partner_id=cast.bao.partner.pk, person_id=cast.bao.user.pk):
        assert not Origin.objects.exists()
    assert Origin not in admin.site._registry

    # Its own partner goes on with it, still without a name.
    assert "(you)" in text(bao, of(bulletin))
    corin.post(of(bulletin, "propose"), {"text": "They wear blue.", "credit": "1"})
    bao.post(of(bulletin, "answer", Proposal.objects.get().pk), {"accept": "1"})
    assert "They wear blue." in text(corin, of(bulletin))
    assert not [one for one in named if one in facts(bulletin)]
    assert bao.post(NEW, words(groups=[towers.pk], tlp="RED", is_unnamed="on")).status_code == 422


def test_the_auditor_alone_lifts_a_seal_with_a_reason_that_is_kept(cast, avery, bao, towers):
    bulletin = published(bao, groups=[towers.pk], is_unnamed="on")
    pim, nadia = let_in(Client(), cast.pim), let_in(Client(), cast.nadia)
    page = reverse("bulletins:unnamed")
    for other in (avery, bao, nadia):
        assert other.get(page).status_code == 404
        assert (
            other.post(page, {"bulletin": bulletin.pk, "reason": "I should like to know it"}).status_code
            == 404
        )
    short = pim.post(page, {"bulletin": bulletin.pk, "reason": "because"})
    assert short.status_code == 422
    assert "Bao Nguyen" not in short.content.decode()

    found = pim.post(page, {"bulletin": bulletin.pk, "reason": "Order of the court of 3 May, file 12"})
    assert "Financial District BIA" in found.content.decode()
    assert "Bao Nguyen" in found.content.decode()
    assert "Bao Nguyen" not in text(pim, page)
    entry = audit.timeline(bulletin).last()
    assert (entry.verb, entry.facts) == (
        "bulletin.resolved",
        {"reason": "Order of the court of 3 May, file 12"},
    )
    assert Reading.objects.count() == 2


def facts(bulletin):
    """All that the log says of it, but for who answered as a reader."""
    found = Entry.objects.filter(object_id=str(bulletin.pk)).exclude(
        verb__in=["bulletin.proposed", "bulletin.read"]
    )
    return str([(one.user_id, one.user_name, one.partner_id, one.facts) for one in found])

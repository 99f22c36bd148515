"""Prepared wording: who keeps it, what it locks, its versions, and the blanks in the composer. Through HTTP."""

import pytest
from django.test import Client
from django.urls import reverse

from cityalert.alerts import actions
from cityalert.alerts.models import Alert
from cityalert.alerts.templates import Template
from cityalert.audit.queries import timelines
from tests.alerts.pages import HTMX, blank, start, typed, url
from tests.cast import Cast
from tests.door import let_in

LIST, NEW = reverse("templates:list"), reverse("templates:new")
SAID = {
    "en_headline": "Door [door] is jammed", "en_instruction": "Leave by another way before [time].",
    "en_description": "A lock broke.", "fr_headline": "La porte [door] est coincée",
    "fr_instruction": "Sortez par ailleurs avant [time].", "fr_description": "Une serrure a cédé.",
}  # fmt: skip
SETS = {
    "name": "Jammed door", "name_fr": "Porte coincée", "event": "utility", "category": "Safety",
    "response_type": "Avoid", "urgency": "Immediate", "severity": "2", "certainty": "Observed", "scope": "Restricted",
    "tlp": "GREEN", "lasts_min": "60", "locked": ["headline", "instruction"], "known": "0",
}  # fmt: skip
WRITTEN = {**SETS, **SAID}


@pytest.fixture
def door(avery: Client) -> Template:
    assert avery.post(NEW, WRITTEN)["Location"] == LIST
    return Template.objects.get(name="Jammed door")


def page_of(template: Template, name: str = "change") -> str:
    return reverse(f"templates:{name}", args=[template.key])


def test_an_officer_writes_tries_changes_and_retires_one(avery: Client, cast: Cast, door: Template):
    tried = avery.post(
        page_of(door), {**WRITTEN, "do": "try", "try_0": "B7", "try_1": "noon"}
    ).content.decode()
    avery.post(page_of(door), {**WRITTEN, "en_description": "Two locks broke.", "known": "1"})
    second = Template.objects.get(key=door.key, ended_at=None)
    page = avery.get(page_of(door)).content.decode()
    avery.post(page_of(door, "retire"))
    alert = start(avery)
    offered = avery.get(url("compose", alert)).content.decode()
    avery.post(page_of(door, "retire"), {"do": "restore"})

    assert "Door B7 is jammed" in tried
    assert "La porte B7 est coincée" in tried
    assert second.number == 2
    assert second.made_by == cast.avery.user
    assert "A lock broke." in page  # the first version can still be read
    assert "Jammed door" not in offered
    assert "Jammed door" in avery.get(url("compose", alert)).content.decode()
    verbs = [entry.verb for entry in timelines("template", [door.key])[door.key]]
    assert verbs == ["template.written", "template.written", "template.retired", "template.restored"]


def test_of_two_who_change_it_the_second_is_told(avery: Client, door: Template):
    avery.post(page_of(door), {**WRITTEN, "name": "Door", "known": "1"})
    late = avery.post(page_of(door), {**WRITTEN, "name": "Gate", "known": "1"})

    assert late.status_code == 422
    assert "changed this template meanwhile" in late.content.decode()
    assert 'value="Gate"' in late.content.decode()
    assert not Template.objects.filter(name="Gate").exists()


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"en_headline": ""}, "Write a headline in English and in French."),
        ({"fr_headline": "La porte est coincée"}, "The blank [door] is missing here"),
        ({"en_description": "[a] [b]", "fr_description": "[a] [b]"}, "A template has at most three blanks."),
        ({"en_headline": "x" * 90 + " [door]"}, "Shorten this"),
        ({"scope": "Public"}, "TLP:CLEAR"),
        ({"event": "fire", "lasts_min": "1500"}, "lasts at most 1 day"),
        ({"lasts_min": "9" * 30}, "lasts_min"),
        ({"name": "\x00"}, "name"),
        ({"locked": "nothing"}, "locked"),
    ],
)
def test_what_cannot_be_used_is_said_and_kept_on_the_page(avery: Client, cast: Cast, wrong, sentence):
    answer = avery.post(NEW, {**WRITTEN, "name_fr": "Une porte à part", **wrong})

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert "Une porte à part" in answer.content.decode()
    assert not Template.objects.exists()


def test_blanks_are_filled_in_and_locked_words_stay_as_they_are(avery: Client, cast: Cast, door: Template):
    alert = start(avery)
    taken = avery.post(url("template", alert), typed(alert, template=door.key, **blank()), headers=HTMX)
    asked = avery.post(url("confirm", alert), {**typed(alert, **shown(alert)), **now(alert)}, headers=HTMX)
    mine = {"en_headline": "Everybody out!", "en_description": "It is the north door."}
    filled = {"blank_en_0": "B7", "blank_fr_0": "B7 nord", "blank_en_1": "noon [x]"}
    kept = avery.post(
        url("preview", alert), {**typed(alert, **shown(alert)), **mine, **filled, **now(alert)}, headers=HTMX
    )
    sent = avery.post(url("publish", alert), {"key": "1", **now(alert)}, headers=HTMX)
    page = avery.get(url("detail", alert)).content.decode()

    assert 'name="blank_fr_1"' in taken.content.decode()
    assert "readonly" in taken.content.decode()
    assert asked.status_code == 422
    assert "Fill in what stands between brackets: [door]." in asked.content.decode()
    assert 'value="Door B7 is jammed"' in kept.content.decode()
    english, french = (alert.infos.get(language=one) for one in ("en", "fr"))
    assert (english.headline, french.headline) == ("Door B7 is jammed", "La porte B7 nord est coincée")
    assert english.description == "It is the north door."
    assert french.instruction == "Sortez par ailleurs avant noon (x)."  # what French lacks, English says
    assert sent["HX-Redirect"] == url("reach", alert)
    assert "Jammed door, version 1" in page


def test_the_version_that_was_used_stays_with_the_alert(avery: Client, cast: Cast, door: Template, at):
    alert = actions.create_draft(cast.avery.actor(at), door, at=at)
    avery.post(
        page_of(door), {**WRITTEN, "en_headline": "Gate [door]", "fr_headline": "Grille [door]", "known": "1"}
    )

    avery.post(url("preview", alert), {**typed(alert, **shown(alert)), "blank_en_0": "B7"}, headers=HTMX)

    alert.refresh_from_db()
    assert alert.template.number == 1
    assert alert.infos.get(language="en").headline == "Door B7 is jammed"


def test_with_words_of_ones_own_nothing_is_locked(avery: Client, cast: Cast, door: Template, at):
    alert = actions.create_draft(cast.avery.actor(at), door, at=at)

    freed = avery.post(url("template", alert), typed(alert, template="", **shown(alert)), headers=HTMX)
    avery.post(
        url("preview", alert),
        {**typed(alert, **shown(alert)), "en_headline": "Mine", **now(alert)},
        headers=HTMX,
    )

    assert "readonly" not in freed.content.decode()
    alert.refresh_from_db()
    assert alert.template is None
    assert alert.infos.get(language="en").headline == "Mine"


def test_a_partners_templates_are_its_own_and_the_networks_are_everybodys(cast: Cast, door: Template, at):
    bao, otto, corin = (let_in(Client(), one) for one in (cast.bao, cast.otto, cast.corin))
    cast.nadia.user.is_staff = True
    cast.nadia.user.save()
    nadia = let_in(Client(), cast.nadia)
    nadia.post(reverse("templates_staff:new"), {**WRITTEN, "name": "For all"})
    everybodys = Template.objects.get(name="For all")

    assert everybodys.partner is None
    seen = bao.get(LIST).content.decode()
    assert "For all" in seen
    assert "Jammed door" not in seen
    assert "Door [door] is jammed" in bao.get(f"{NEW}?like={everybodys.key}").content.decode()
    assert bao.get(page_of(door)).status_code == 404
    for client in (bao, otto, corin):
        assert client.post(page_of(door), {**WRITTEN, "known": "1"}).status_code == 404
        assert client.post(page_of(everybodys), {**WRITTEN, "known": "1"}).status_code == 404
        assert client.post(page_of(door, "retire")).status_code == 404
    assert otto.get(LIST).status_code == corin.get(LIST).status_code == 404
    assert bao.get(f"{NEW}?like={door.key}").content.decode().count("jammed") == 0
    assert bao.get(f"{NEW}?like=%00").status_code == 200
    door.refresh_from_db()
    assert door.ended_at is None


def shown(alert: Alert) -> dict[str, str]:
    """The words as the page has them."""
    return {
        f"{info.language}_{name}": getattr(info, name)
        for info in alert.infos.all()
        for name in ("headline", "instruction", "description")
    }


def now(alert: Alert) -> dict[str, str]:
    alert.refresh_from_db()
    return {"version": actions.version(alert)}

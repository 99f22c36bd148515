"""Audiences under a name, through the pages: saved while composing, taken, kept in order; and said in words."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from cityalert.alerts import actions, audience_words
from cityalert.alerts.models import SavedAudience
from cityalert.audit.models import Entry
from tests.alerts.pages import typed
from tests.alerts.writing import draft
from tests.cast import Cast
from tests.door import let_in
from tests.partners.sharing import group

pytestmark = pytest.mark.django_db

CHOSEN = {"audience_sectors": ["hotel", "bank"], "audience_margin_m": "800"}


@pytest.fixture
def avery(cast: Cast):
    return let_in(Client(), cast.avery)


@pytest.fixture
def compose(cast: Cast, at, avery):
    """Post to a page of Avery's draft."""
    alert = draft(cast.avery, at)

    def post(name, **data):
        said = {**typed(alert), **data}
        response = avery.post(
            reverse(f"alerts:{name}", args=[alert.pk]), said, headers={"HX-Request": "true"}
        )
        alert.refresh_from_db()
        return response

    post.alert = alert
    return post


def saved(cast: Cast, at, name="Hotels", **chosen) -> SavedAudience:
    alert = draft(cast.avery, at, **{"audience_sectors": ["hotel"], "audience_margin_m": 800, **chosen})
    return actions.save_audience(cast.avery.actor(at), name, alert, at=at)


def test_what_is_chosen_is_saved_and_taken_again(cast: Cast, at, compose):
    compose("save_audience", audience_name=" Hotels and  banks ", **CHOSEN)
    kept = SavedAudience.objects.get()
    assert (kept.name, kept.audience_sectors, kept.audience_margin_m) == (
        "Hotels and banks",
        ["bank", "hotel"],
        800,
    )

    compose("preview")
    assert compose.alert.audience_margin_m == 0
    answer = compose("audience", audience=str(kept.pk))
    assert (compose.alert.audience_sectors, compose.alert.audience_margin_m) == (["bank", "hotel"], 800)
    assert "Banks and hotels within 800 m of the area" in answer.content.decode()


def test_without_a_name_nothing_is_saved_and_the_choice_stays(compose):
    answer = compose("save_audience", audience_name=" ", **CHOSEN)

    assert answer.status_code == 422
    assert "Give the audience a name" in answer.content.decode()
    assert not SavedAudience.objects.exists()
    assert compose.alert.audience_margin_m == 800


def test_the_same_name_takes_the_place_of_what_was_there(cast: Cast, at):
    saved(cast, at)
    saved(cast, at, "hotels", audience_margin_m=50)

    assert SavedAudience.objects.get().audience_margin_m == 50


def test_an_audience_whose_group_is_gone_is_refused_and_never_wider(cast: Cast, at, compose):
    towers = group("Towers", cast.avery.partner)
    kept = saved(cast, at, audience_groups=[str(towers.pk)])
    towers.is_active = False
    towers.save()

    answer = compose("audience", audience=str(kept.pk))

    assert answer.status_code == 422
    assert compose.alert.audience_sectors == []


def test_new_alerts_begin_with_the_default(cast: Cast, at, avery):
    kept, other = saved(cast, at), saved(cast, at, "Others", audience_sectors=["park"])
    for one in (other, kept):
        avery.post(reverse("alerts:change_audience", args=[one.pk]), {"do": "default"})

    begun = actions.create_draft(cast.avery.actor(at), None, at=at)
    assert (begun.audience_sectors, begun.audience_margin_m) == (["hotel"], 800)
    avery.post(reverse("alerts:change_audience", args=[kept.pk]), {"do": "no-default"})
    assert actions.create_draft(cast.avery.actor(at), None, at=at).audience_sectors == []


def test_renaming_and_deleting(cast: Cast, at, avery):
    kept, _other = saved(cast, at), saved(cast, at, "Parks")
    url = reverse("alerts:change_audience", args=[kept.pk])

    taken = avery.post(url, {"do": "rename", "name": "parks"})
    assert taken.status_code == 422
    assert "There is an audience of this name already" in taken.content.decode()
    avery.post(url, {"do": "rename", "name": "Hotels downtown"})
    assert "Hotels downtown" in avery.get(reverse("alerts:audiences")).content.decode()
    avery.post(url, {"do": "delete"})
    assert [one.name for one in SavedAudience.objects.all()] == ["Parks"]
    log = (
        Entry.objects.filter(verb__startswith="audience.").order_by("position").values_list("verb", flat=True)
    )
    assert list(log) == ["audience.saved", "audience.saved", "audience.changed", "audience.deleted"]


def test_anothers_audience_is_not_there(cast: Cast, at):
    kept = saved(cast, at)
    dana = cast.join("dana", cast.otto.partner, role="publisher")
    client = let_in(Client(), dana)

    assert client.post(reverse("alerts:change_audience", args=[kept.pk]), {"do": "delete"}).status_code == 404
    own = draft(dana, at, shapes={})
    assert (
        client.post(reverse("alerts:audience", args=[own.pk]), {"audience": str(kept.pk)}).status_code == 404
    )
    assert let_in(Client(), cast.otto).get(reverse("alerts:audiences")).status_code == 404


@pytest.mark.parametrize(
    ("metres", "sentence"), [("5001", "less than or equal to 5000"), ("-1", "greater"), ("x", "whole")]
)
def test_a_margin_that_cannot_be_is_said(compose, metres, sentence):
    answer = compose("preview", audience_margin_m=metres)

    assert answer.status_code == 422
    assert sentence in answer.content.decode()


@pytest.mark.parametrize(
    ("language", "chosen", "groups", "words"),
    [
        ("en", {}, [], "All partners in the area"),
        ("en", {"audience_sectors": ["hotel", "bank"], "audience_margin_m": 800}, ["Financial District"],
         "Hotels and banks of the group Financial District within 800 m of the area"),
        ("en", {"audience_kinds": ["venue", "school"]}, ["A", "B"],
         "Partners of the kind Venue and school of the groups A and B in the area"),
        ("en", {"audience_sectors": ["hotel"], "audience_kinds": ["corporate"], "audience_roles": ["analyst"]}, [],
         "Hotels (only: Corporate security) in the area; there: Analyst"),
        ("fr", {"audience_sectors": ["hotel", "bank"], "audience_margin_m": 1500}, ["Campus"],
         "Hôtels et banques du groupe Campus à moins de 1\u202f500 m de la zone"),
    ],
)  # fmt: skip
def test_an_audience_in_words(language, chosen, groups, words):
    with translation.override(language):
        assert audience_words.sentence(SavedAudience(**chosen), groups) == words

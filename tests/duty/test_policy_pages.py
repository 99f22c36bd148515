"""A partner's managers write the steps by which they are called, and read them as a line of time."""

import pytest
from django.test import Client
from django.urls import reverse

from cityalert.audit.models import Entry
from cityalert.duty.models import Policy, Step
from tests.door import let_in

pytestmark = pytest.mark.django_db

OVERVIEW = reverse("duty:policies")
SEVERE = reverse("duty:policy", args=["severe"])


def steps(*lines):
    """What the form posts: (after, whom, by, enough, times, every) for each step."""
    names = ("after", "whom", "by", "enough", "times", "every")
    return {
        f"{name}_{turn}": value
        for turn, line in enumerate(lines, start=1)
        for name, value in zip(names, line, strict=True)
    }


def test_steps_are_kept_shown_logged_and_removed(cast):
    owner = let_in(Client(), cast.join("olive", cast.corin.partner, "owner"))
    cast.join("dana", cast.corin.partner, call_order=2)
    assert "no steps of your own" in owner.get(OVERVIEW).content.decode()

    said = steps(
        (0, "first", ["email"], 1, 1, 5), (8, "deputies", [], 2, 1, 5), (3, "told", ["sms"], 0, 2, 4)
    )
    assert owner.post(SEVERE, said).status_code == 302

    page = " ".join(owner.get(OVERVIEW).content.decode().split())
    for words in (
        "From Severe on", "Those who are called first, by E-mail", "Those who were told and are silent, by SMS",
        "unless everybody who was told has answered", "again after 7 min", "unless 2 people have answered",
    ):  # fmt: skip
        assert words in page
    assert page.index("by SMS") < page.index("The deputies"), "in the order of their minutes"
    assert "Dana" in page[page.index("If an alert came now") :]
    assert Entry.objects.get(verb="escalation.set").facts == {"severity": "Severe", "steps": 3}

    assert owner.post(reverse("duty:remove_policy", args=["severe"])).status_code == 302
    assert not Policy.objects.exists()
    assert not Step.objects.exists()


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        (steps((5, "first", [], 1, 1, 5)), "The first step is at once"),
        (steps((0, "first", [], 1, 1, 5), (0, "deputies", [], 1, 1, 5)), "comes after the one before it"),
        (steps((0, "told", [], 1, 1, 5)), "choose who is called at once"),
        (steps((0, "first", ["pigeon"], 1, 1, 5)), "pigeon"),
        (steps((0, "first", [], 1, 99999999999999999999, 5)), "less than or equal to 10"),
        ({}, "The first step is at once"),
    ],
)
def test_steps_that_make_no_policy_are_refused_in_a_sentence(said, sentence, cast):
    bao = let_in(Client(), cast.bao)

    answer = bao.post(SEVERE, said)

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Policy.objects.exists()
    assert bao.get(reverse("duty:policy", args=["grave"])).status_code == 404

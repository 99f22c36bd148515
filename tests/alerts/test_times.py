"""When it begins and ends: sane, in the city's time, and said in CAP."""

from datetime import timedelta

import pytest
from django.test import Client
from lxml import etree

from cityalert.alerts.cap import NAMESPACE
from cityalert.alerts.readiness import NotReady
from tests.alerts.pages import HTMX, typed, url
from tests.alerts.writing import draft, published
from tests.cast import Cast
from tests.door import let_in


def test_cap_says_when_it_holds_begins_and_ends(cast: Cast, at):
    alert = published(cast.avery, at, onset_at=at + timedelta(minutes=30))

    info = etree.fromstring(alert.cap_xml).find(f"{{{NAMESPACE}}}info")
    times = [
        one.tag.partition("}")[2] for one in info if "T" in (one.text or "") and "-0" in (one.text or "")
    ]
    assert times == ["effective", "onset", "expires"]
    assert "Begins:" in alert.notice.texts["en"]["text"]


@pytest.mark.parametrize(
    ("onset", "sentence"),
    [(timedelta(hours=2), "after the alert has ended"), (-timedelta(hours=25), "more than a day ago")],
)
def test_it_begins_before_it_ends_and_not_before_yesterday(cast: Cast, at, onset, sentence):
    with pytest.raises(NotReady, match=sentence) as refused:
        draft(cast.avery, at, onset_at=at + onset)

    assert refused.value.field == "onset_at"


@pytest.mark.parametrize("name", ["expires_at", "onset_at"])
@pytest.mark.parametrize("moment", ["2027-03-14T02:30", "2026-11-01T01:30"])
def test_the_hour_that_is_not_and_the_hour_that_comes_twice(client: Client, cast: Cast, at, name, moment):
    avery, alert = let_in(client, cast.avery), draft(cast.avery, at)

    page = avery.post(url("preview", alert), typed(alert, **{name: moment}), headers=HTMX)

    assert page.status_code == 422
    assert "The clocks change in that night" in page.content.decode()

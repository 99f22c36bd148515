"""The pages one looks at alerts with: who sees what, what an answer does, and how many questions a list costs."""

import json
import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cityalert.alerts import actions
from cityalert.alerts.models import Alert
from cityalert.delivery import fanout
from cityalert.delivery.models import Delivery, Recipient
from cityalert.lib import clock
from partners.roles import Role
from tests.alerts.test_targeting import AROUND_THE_TOWER
from tests.alerts.writing import draft, public, published
from tests.cast import Cast, Person
from tests.door import let_in

HTMX = {"hx-request": "true"}


@pytest.fixture
def now():
    return clock.now()


def as_(person: Person) -> Client:
    return let_in(Client(), person)


def page_of(name: str, alert: Alert) -> str:
    return reverse(f"alerts:{name}", args=[alert.pk])


def updated(cast: Cast, alert: Alert, at, **changes) -> Alert:
    new = actions.start_update(cast.avery.actor(at), alert, at=at)
    new = actions.edit(cast.avery.actor(at), new, changes, at=at)
    return actions.publish(cast.avery.actor(at), new, key=str(new.pk), at=at)


def cancelled(cast: Cast, alert: Alert, at) -> Alert:
    new = actions.start_cancel(cast.avery.actor(at), alert, at=at)
    return actions.publish(cast.avery.actor(at), new, key=str(new.pk), at=at)


def words_of(html: str) -> str:
    """What a reader reads: without tags, with single blanks."""
    return re.sub(r" ([,.:;)])", r"\1", " ".join(re.sub(r"<[^>]+>", " ", html).split()))


def bare(answer) -> str:
    """The page without what differs from request to request: its id, its token, its own address."""
    page = answer.content.decode().replace(answer["X-Request-ID"], "")
    page = page.replace(answer.wsgi_request.get_full_path(), "")
    return re.sub(r"\b[A-Za-z0-9]{64}\b", "", page)


# --- who sees what ---

ANY_ALERT = ["detail", "progress", "answer", "reach", "sites", "cap"]


@pytest.mark.parametrize("name", ANY_ALERT)
def test_what_is_not_ottos_looks_like_what_is_not_there(cast: Cast, now, name):
    alert, otto = published(cast.avery, now), as_(cast.otto)

    theirs = otto.get(page_of(name, alert))
    nobodys = otto.get(reverse(f"alerts:{name}", args=[uuid4()]))

    assert theirs.status_code == nobodys.status_code == 404
    assert bare(theirs) == bare(nobodys)


@pytest.mark.parametrize("name", ["acknowledge", "respond"])
def test_otto_cannot_answer_what_he_was_not_told(cast: Cast, now, name):
    alert = published(cast.avery, now)

    assert as_(cast.otto).post(page_of(name, alert), {"response": "safe"}).status_code == 404
    assert not Recipient.objects.filter(acknowledged_at__isnull=False).exists()


def test_the_lists_of_an_outsider_are_empty(cast: Cast, now):
    published(cast.avery, now)
    otto = as_(cast.otto)

    assert "Nothing is going on" in otto.get(reverse("alerts:inbox")).content.decode()
    assert otto.get(reverse("alerts:map")).json()["features"] == []
    assert otto.get(reverse("alerts:reach_index")).status_code == 404


@pytest.mark.parametrize("name", ["inbox", "map", "reach_index"])
def test_nobody_looks_without_signing_in(client: Client, db, name):
    assert client.get(reverse(f"alerts:{name}"))["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize(
    ("who", "status"), [("avery", 200), ("sam", 200), ("corin", 404), ("pim", 404), ("otto", 404)]
)
def test_reach_is_for_the_authors_side_alone(cast: Cast, now, who, status):
    alert = published(cast.avery, now)

    assert as_(getattr(cast, who)).get(page_of("reach", alert)).status_code == status


def test_a_colleague_without_leave_sees_no_numbers(cast: Cast, now):
    alert = published(cast.avery, now)
    olga = cast.join("olga", cast.avery.partner, Role.OPERATOR)

    assert as_(olga).get(page_of("reach", alert)).status_code == 404
    assert "Wanted" not in as_(olga).get(page_of("detail", alert)).content.decode()


def test_who_was_told_sees_the_alert_and_only_their_own_part_of_its_story(cast: Cast, now):
    alert = published(cast.avery, now)
    actions.respond(cast.vera.actor(now), alert, "need_help", "Gate 4", at=now)
    actions.acknowledge(cast.corin.actor(now), alert, at=now)

    page = words_of(as_(cast.corin).get(page_of("detail", alert)).content.decode())

    assert "Armed person, King St W and Bay St" in page
    assert "King Bay Tower acknowledged" in page
    assert not [word for word in ("Vera", "Gate 4", "Lakeside", "Avery", "Wanted") if word in page]


def test_the_authors_side_reads_the_whole_story(cast: Cast, now):
    alert = public(cast.avery, cast.sam, now)
    actions.respond(cast.vera.actor(now), alert, "need_help", "Gate 4", at=now)

    page = words_of(as_(cast.avery).get(page_of("detail", alert)).content.decode())

    assert "Vera Kovács: “Gate 4”" in page
    assert "Lakeside Arena needs help Vera Kovács" in page
    assert "and 1 resident Approved by Sam Okafor" in page
    assert "Submitted for approval by Avery Chen" in page
    assert "approved by Sam Okafor" in page


def test_cap_is_given_to_those_who_may_see(cast: Cast, now):
    alert = published(cast.avery, now)

    answer = as_(cast.corin).get(page_of("cap", alert))

    assert answer["Content-Type"].startswith("application/cap+xml")
    assert answer.content.decode() == Alert.objects.get(pk=alert.pk).cap_xml
    assert as_(cast.avery).get(page_of("cap", draft(cast.avery, now))).status_code == 404


def test_a_draft_is_shown_to_writers_with_the_way_on(cast: Cast, now):
    alert = draft(cast.avery, now)

    assert page_of("compose", alert) in as_(cast.sam).get(page_of("detail", alert)).content.decode()
    assert as_(cast.corin).get(page_of("detail", alert)).status_code == 404


def test_the_map_shows_sites_by_what_was_said_there(cast: Cast, now):
    alert = published(cast.avery, now)
    actions.acknowledge(cast.corin.actor(now), alert, at=now)
    actions.respond(cast.vera.actor(now), alert, "need_help", at=now)

    def states(person: Person) -> dict[str, str]:
        features = as_(person).get(page_of("sites", alert)).json()["features"]
        return {one["properties"]["name"]: one["properties"]["state"] for one in features}

    whole = states(cast.avery)
    assert whole["King Bay Tower"] == "acknowledged"
    assert whole["Lakeside Arena"] == "needs_help"
    assert whole["School"] == "no_answer"
    assert states(cast.corin) == {"King Bay Tower": "acknowledged"}


def test_the_latest_word_of_a_partner_counts(cast: Cast, now):
    alert = published(cast.avery, now)
    cora = cast.join("cora", cast.corin.partner)
    actions.respond(cast.corin.actor(now), alert, "need_help", at=now)
    actions.respond(cora.actor(now), alert, "safe", at=now + timedelta(minutes=1))

    [tower] = as_(cast.corin).get(page_of("sites", alert)).json()["features"]
    assert tower["properties"]["state"] == "acknowledged"


# --- my alerts ---


def test_a_card_asks_for_an_answer_and_then_says_who_gave_it(cast: Cast, now):
    alert = published(cast.avery, now)
    corin = as_(cast.corin)
    before = corin.get(reverse("alerts:inbox")).content.decode()

    answer = corin.post(page_of("acknowledge", alert))

    assert page_of("acknowledge", alert) in before
    assert answer["Location"] == f"{reverse('alerts:inbox')}#alert-{alert.pk}"
    after = corin.get(reverse("alerts:inbox")).content.decode()
    assert page_of("acknowledge", alert) not in after
    assert re.search(r"Acknowledged \d\d:\d\d by Corin Walsh\.", words_of(after))


def test_a_script_gets_the_answer_as_a_fragment(cast: Cast, now):
    alert = published(cast.avery, now)

    fragment = as_(cast.corin).post(page_of("acknowledge", alert), headers=HTMX).content.decode()

    assert "<html" not in fragment
    assert f'data-answer="{alert.pk}"' in fragment
    assert "data-acknowledged" in fragment


def test_the_same_answer_twice_is_said_once(cast: Cast, now):
    alert, corin = published(cast.avery, now), as_(cast.corin)
    said = {"response": "need_help", "note": "Two hurt,  at the dock", "client_id": str(uuid4())}

    for _ in range(2):
        fragment = corin.post(page_of("respond", alert), said, headers=HTMX)

    assert "“Two hurt, at the dock”" in fragment.content.decode()
    lines = as_(cast.avery).get(page_of("progress", alert)).content.decode()
    assert lines.count("King Bay Tower needs help") == 1


@pytest.mark.parametrize(
    "said", [{}, {"response": "fine"}, {"response": "safe", "note": "x" * 501}, {"response": "\x00"}]
)
def test_an_answer_that_makes_no_sense_is_refused_in_a_sentence(cast: Cast, now, said):
    alert = published(cast.avery, now)

    answer = as_(cast.corin).post(page_of("respond", alert), said, headers=HTMX)

    assert answer.status_code == 422
    assert "toast" in json.loads(answer["HX-Trigger"])
    assert not Recipient.objects.filter(responded_at__isnull=False).exists()


def test_who_only_looks_is_not_asked(cast: Cast, now):
    alert = published(cast.avery, now)
    viewer = cast.join("vito", cast.corin.partner, Role.VIEWER)

    page = as_(viewer).get(reverse("alerts:inbox")).content.decode()

    assert page_of("acknowledge", alert) not in page
    assert "Your role cannot answer." in page
    assert as_(viewer).post(page_of("acknowledge", alert)).status_code == 404


def test_an_update_takes_the_place_of_what_it_changes(cast: Cast, now):
    first = published(cast.avery, now)
    words = {"en": {"instruction": "Stay where you are."}}
    second = updated(cast, first, now + timedelta(seconds=1), words=words, area_desc="Bay St")

    page = as_(cast.corin).get(reverse("alerts:inbox")).content.decode()

    assert f'id="alert-{second.pk}"' in page
    assert f'id="alert-{first.pk}"' not in page
    assert page_of("detail", first) in page
    assert "Update 1" in page
    assert "Changed: what to do, area." in page


def test_a_cancel_says_that_it_is_over_and_asks_only_whether_it_was_heard(cast: Cast, now):
    alert = published(cast.avery, now)
    over = cancelled(cast, alert, now + timedelta(seconds=1))

    page = as_(cast.corin).get(reverse("alerts:inbox")).content.decode()

    assert ">Cancelled<" in page
    assert page_of("acknowledge", over) in page
    assert page_of("respond", over) not in page


def test_what_has_ended_is_folded(cast: Cast, now):
    alert = published(cast.avery, now - timedelta(hours=3), expires_at=now - timedelta(hours=1))

    page = as_(cast.corin).get(reverse("alerts:inbox")).content.decode()

    assert page.index("Nothing is going on") < page.index("Earlier") < page.index(f"alert-{alert.pk}")
    assert page_of("acknowledge", alert) not in page


def test_an_exercise_says_so_on_its_card(cast: Cast, now):
    published(cast.avery, now, status="Exercise", exercise_note="Autumn drill")

    page = as_(cast.corin).get(reverse("alerts:inbox")).content.decode()

    assert '<span class="exercise-word">EXERCISE</span>' in page


def test_the_inbox_speaks_the_readers_language(cast: Cast, now):
    published(cast.avery, now)

    page = as_(cast.noor).get(reverse("alerts:inbox")).content.decode()

    assert '<h2 id="headline-' in page
    assert "Personne armée, rues King et Bay" in page
    assert "Armed person" not in page


def test_seen_is_kept_once_and_for_ones_own_alone(cast: Cast, now):
    near, far = published(cast.avery, now), published(cast.avery, now, shapes=AROUND_THE_TOWER)
    corin = as_(cast.corin)

    for _ in range(2):
        answer = corin.post(reverse("alerts:seen"), {"id": [str(near.pk), "nonsense", str(uuid4())]})
        assert answer.status_code == 204

    seen = Recipient.objects.filter(seen_at__isnull=False)
    assert {one.notice_id for one in seen} == {near.notice_id}
    assert {one.partner_id for one in seen} == {cast.corin.partner.pk}
    as_(cast.otto).post(reverse("alerts:seen"), {"id": str(far.pk)})
    assert not Recipient.objects.filter(notice=far.notice, seen_at__isnull=False).exists()


def test_looking_changes_nothing(cast: Cast, now):
    alert = published(cast.avery, now)

    for name in ("detail", "progress", "answer"):
        as_(cast.corin).get(page_of(name, alert))

    assert not Recipient.objects.filter(seen_at__isnull=False).exists()
    assert as_(cast.corin).get(page_of("acknowledge", alert)).status_code == 405


def test_a_frozen_card_knows_nothing_of_its_reader(cast: Cast, now):
    from cityalert.alerts import render

    html = render.cards(published(cast.avery, now))["en"]["html"]

    assert "<form" not in html
    assert "csrf" not in html


# --- reach ---


def test_reach_says_how_far_it_came_partner_by_partner(cast: Cast, now):
    alert = public(cast.avery, cast.sam, now)
    fanout.fan_out(alert.notice_id, at=now)
    actions.respond(cast.vera.actor(now), alert, "need_help", "Gate 4", at=now)
    Delivery.objects.filter(recipient__subscriber=cast.bao.subscriber).update(
        state="failed", reason="Unreachable handset"
    )

    page = words_of(as_(cast.avery).get(page_of("reach", alert)).content.decode())

    assert "Wanted 5 people" in page
    assert "Residents: 1 wanted" in page
    assert "Need help 1" in page
    table = page[page.index("By partner") :]
    assert table.index("Lakeside Arena") < table.index("City of Toronto") < table.index("King Bay Tower")
    assert "Bao Nguyen Financial District BIA E-mail: Could not be delivered (Unreachable handset)" in page


def test_the_table_is_sorted_by_plain_links(cast: Cast, now):
    alert = published(cast.avery, now)
    actions.acknowledge(cast.vera.actor(now), alert, at=now)
    avery = as_(cast.avery)

    def order(query: str) -> list[str]:
        page = avery.get(page_of("reach", alert) + query).content.decode()
        return re.findall(r'data-label="Partner"><b>([^<]+)</b>', page)

    names = order("?sort=name")
    assert names == sorted(names)
    assert order("?sort=name&by=desc") == names[::-1]
    assert order("?sort=acknowledged")[0] == "Lakeside Arena"
    assert set(order("?sort=nonsense&by=nonsense")) == set(names)


def test_deputies_are_named_before_they_are_called_up(cast: Cast, now):
    cast.join("dana", cast.corin.partner, call_order=2)
    alert = published(cast.avery, now, escalate_after_min=5)
    fanout.fan_out(alert.notice_id, at=now)

    page = words_of(as_(cast.avery).get(page_of("progress", alert)).content.decode())
    assert re.search(r"Deputies of 1 partner are called up at \d\d:\d\d", page)
    wanted = re.search(r"Wanted (\d+)", page)

    actions.acknowledge(cast.corin.actor(now), alert, at=now)
    page = words_of(as_(cast.avery).get(page_of("progress", alert)).content.decode())
    assert "called up" not in page
    assert re.search(r"Wanted (\d+)", page)[0] == wanted[0], "a deputy who was not needed was never wanted"


def questions(client: Client, path: str, **headers: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path, headers=headers).status_code == 200
    return len(captured)


@pytest.mark.parametrize(
    ("who", "path"),
    [
        ("avery", "alerts:reach_index"),
        ("corin", "alerts:inbox"),
        ("avery", "web:home"),
        ("corin", "web:home"),
    ],
)
def test_a_list_costs_the_same_for_one_alert_and_for_thirty(cast: Cast, now, who, path):
    client = as_(getattr(cast, who))
    published(cast.avery, now)
    client.get(reverse(path))  # whatever is looked up once per process
    one = questions(client, reverse(path))
    for number in range(29):
        alert = published(cast.avery, now + timedelta(seconds=number))
        if number % 2:
            actions.acknowledge(cast.corin.actor(now), alert, at=now)

    assert questions(client, reverse(path)) == one


def test_reach_costs_the_same_for_few_people_and_for_many(cast: Cast, now):
    avery = as_(cast.avery)

    def cost() -> int:
        alert = published(cast.avery, now)
        fanout.fan_out(alert.notice_id, at=now)
        return questions(avery, page_of("reach", alert))

    few = cost()
    for number in range(10):
        cast.join(f"member{number}", cast.corin.partner)

    assert cost() == few


# --- what the content policy asks of every page ---


@pytest.mark.parametrize("name", ["detail", "reach", "progress"])
def test_pages_about_an_alert_hold_nothing_the_policy_forbids(cast: Cast, now, name):
    alert = published(
        cast.avery, now, words={"en": {"headline": "<script>alert(1)</script>", "instruction": "<b>x</b>"}}
    )

    page = as_(cast.avery).get(page_of(name, alert)).content.decode()

    assert not re.search(r"<script(?![^>]*(src=|application/json))", page)
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=", page)
    assert "<b>x</b>" not in page

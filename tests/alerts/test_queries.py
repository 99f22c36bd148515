"""What an actor sees, and how many questions it costs."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest

from cityalert.alerts import actions, queries
from cityalert.alerts.models import Alert
from cityalert.lib.refusals import NotThere
from cityalert.live import topics
from cityalert.subscriptions.models import WatchArea
from partners.roles import Role
from tests.alerts.test_targeting import AROUND_THE_TOWER
from tests.alerts.writing import draft, public, published
from tests.cast import Cast, Person


def sees(person: Person, alert: Alert, at) -> bool:
    try:
        queries.get_for(person.actor(at), alert.pk)
    except NotThere:
        return False
    return True


def test_who_sees_a_published_alert(cast: Cast, at):
    alert = published(cast.avery, at, shapes=AROUND_THE_TOWER)

    people = ("avery", "sam", "corin", "vera", "pim", "otto")
    assert [name for name in people if sees(getattr(cast, name), alert, at)] == ["avery", "sam", "corin"]


def test_a_public_alert_is_not_everyones_to_open(cast: Cast, at):
    assert not sees(cast.otto, public(cast.avery, cast.sam, at), at)


def test_only_writers_of_its_partner_see_a_draft(cast: Cast, at):
    alert = draft(cast.avery, at)
    wanda = cast.join("wanda", cast.avery.partner, role=Role.VIEWER)

    assert [name for name in ("avery", "sam", "corin", "nadia") if sees(getattr(cast, name), alert, at)] == [
        "avery",
        "sam",
    ]
    assert not sees(wanda, alert, at)
    assert sees(wanda, published(cast.avery, at), at)


def test_whoever_is_told_for_a_place_they_watch_sees_it(cast: Cast, at):
    WatchArea.objects.create(subscriber=cast.otto.subscriber, area=cast.corin.site.location)
    alert = published(cast.avery, at, shapes=AROUND_THE_TOWER)

    assert sees(cast.otto, alert, at)
    assert list(queries.inbox(cast.otto.actor(at))) == [alert]


@pytest.mark.parametrize("alert_id", [uuid4(), "nonsense", ""])
def test_what_does_not_exist_looks_like_what_is_not_yours(cast: Cast, at, alert_id):
    with pytest.raises(NotThere):
        queries.get_for(cast.avery.actor(at), alert_id)
    with pytest.raises(NotThere):
        queries.get_for(None, alert_id)


def test_the_inbox_holds_what_was_sent_with_the_partners_answer(cast: Cast, at):
    alert = published(cast.avery, at)
    cora = cast.join("cora", cast.corin.partner)
    actions.respond(cast.corin.actor(at), alert, "safe", "All inside", at=at)

    [mine] = queries.inbox(cora.actor(at))

    assert (mine.acknowledged_at, mine.acknowledged_by_name) == (at, "Corin Walsh")
    assert (mine.response, mine.response_note, mine.responded_at) == ("safe", "All inside", at)
    [veras] = queries.inbox(cast.vera.actor(at))
    assert (veras.acknowledged_at, veras.response) == (None, "")
    assert list(queries.inbox(cast.avery.actor(at))) == []


def test_what_waits_for_an_answer_is_counted(cast: Cast, at):
    first, _second = published(cast.avery, at), published(cast.avery, at)
    cora = cast.join("cora", cast.corin.partner)

    actions.acknowledge(cast.corin.actor(at), first, at=at)

    def unanswered(person, when=at):
        return queries.unanswered(person.actor(when), when)

    # For the desk Corin answered for all of it; nobody is asked about their own words, or what ran out.
    assert [unanswered(one) for one in (cast.corin, cora, cast.vera, cast.avery, cast.otto)] == [
        1,
        1,
        2,
        0,
        0,
    ]
    assert unanswered(cast.vera, at + timedelta(days=2)) == 0


def test_the_inbox_costs_the_same_however_much_is_in_it(cast: Cast, at, django_assert_num_queries):
    counts = []
    for _ in range(2):
        for _ in range(3):
            actions.acknowledge(cast.corin.actor(at), published(cast.avery, at), at=at)
        actor = cast.corin.actor(at)
        with django_assert_num_queries(3):
            # what they may do, the alerts with partner and answers, their words
            counts.append(
                [
                    (a.partner.name, a.acknowledged_at, [i.headline for i in a.infos.all()])
                    for a in queries.inbox(actor)
                ]
            )
    assert [len(count) for count in counts] == [3, 6]


def test_the_tray_holds_what_is_going_on_gravest_first(cast: Cast, at):
    minor, grave = published(cast.avery, at, severity=1), published(cast.avery, at, severity=4)
    over = published(cast.avery, at, expires_at=at + timedelta(minutes=1))
    gone = published(cast.avery, at)
    cancel = actions.start_cancel(cast.avery.actor(at), gone, at=at)
    actions.publish(cast.avery.actor(at), cancel, key="one", at=at)
    draft(cast.avery, at)

    later = at + timedelta(minutes=2)
    for person in (cast.avery, cast.corin):
        assert list(queries.tray(person.actor(later), later)) == [grave, minor]
    assert over in queries.tray(cast.avery.actor(at), at)
    assert list(queries.tray(cast.otto.actor(later), later)) == []


def test_the_map_is_written_by_the_database(cast: Cast, at, django_assert_num_queries):
    alert = published(cast.avery, at, severity=4)
    published(cast.avery, at)
    actor = cast.noor.actor(at)

    with django_assert_num_queries(2):
        features = json.loads(queries.map_geojson(actor, at))["features"]

    assert len(features) == 2
    last = features[-1]
    assert last["id"] == str(alert.pk)
    assert last["geometry"]["type"] == "MultiPolygon"
    assert last["properties"]["headline"] == "Personne armée, rues King et Bay"
    assert last["properties"]["severity"] == "extreme"
    assert json.loads(queries.map_geojson(cast.otto.actor(at), at))["features"] == []


def test_versions_tell_the_whole_story_to_those_who_heard_it(cast: Cast, at):
    first = published(cast.avery, at)
    second = actions.start_update(cast.avery.actor(at), first, at=at)
    second = actions.publish(cast.avery.actor(at), second, key="one", at=at + timedelta(minutes=1))

    assert list(queries.versions(cast.corin.actor(at), first)) == [first, second]
    assert list(queries.versions(cast.otto.actor(at), first)) == []


def test_hints_are_heard_by_the_author_and_those_who_were_told(cast: Cast, at):
    alert = published(cast.avery, at, shapes=AROUND_THE_TOWER)
    listeners = [
        (p.user.pk, f"partner:{p.partner.pk}") for p in (cast.avery, cast.corin, cast.vera, cast.otto)
    ]

    assert topics.who_may_hear(alert.topic, listeners) == set(listeners[:2])
    assert topics.who_may_hear(draft(cast.avery, at).topic, listeners) == set(listeners[:1])
    assert topics.who_may_hear(f"alert:{uuid4()}", listeners) == set()
    assert topics.who_may_hear("alert:nonsense", listeners) == set()

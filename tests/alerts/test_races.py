"""Two at the same moment: on real connections, each its own transaction."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from cityalert.alerts import actions
from cityalert.alerts.actions.releasing import KeyReused
from cityalert.alerts.lifecycle import NotAllowed
from cityalert.alerts.models import Alert
from cityalert.delivery.models import Notice
from cityalert.lib import clock
from cityalert.lib.refusals import Refusal
from tests.alerts.writing import draft, published
from tests.cast import Cast, assemble

pytestmark = pytest.mark.django_db(transaction=True)


def together(*calls: Callable[[], Any]) -> list[Any]:
    """What each call gave, or the refusal it raised; all start at once."""
    start = Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        start.wait()
        try:
            return call()
        except Refusal as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


@pytest.fixture
def world(transactional_db: None) -> tuple[Cast, datetime]:
    return assemble(), clock.now()


def test_pressing_publish_twice_at_once_publishes_once(world):
    cast, at = world
    alert = draft(cast.avery, at)
    actor = cast.avery.actor(at)

    first, second = together(*2 * [lambda: actions.publish(actor, alert, key="one", at=at)])

    assert first == second == alert
    assert Notice.objects.count() == 1


def test_one_key_for_two_alerts_at_once_is_used_by_one(world):
    cast, at = world
    one = draft(cast.avery, at)
    other = draft(cast.avery, at, words={"en": {"headline": "Something else"}})
    actor = cast.avery.actor(at)

    said = together(
        lambda: actions.publish(actor, one, key="one", at=at),
        lambda: actions.publish(actor, other, key="one", at=at),
    )

    assert [type(each) for each in said].count(KeyReused) == 1
    assert Alert.objects.filter(state="published").count() == Notice.objects.count() == 1


def test_an_update_and_a_cancel_at_once_one_goes_out_the_other_is_told(world):
    cast, at = world
    alert = published(cast.avery, at)
    update = actions.start_update(cast.avery.actor(at), alert, at=at)
    cancel = actions.start_cancel(cast.sam.actor(at), alert, at=at)
    avery, sam = cast.avery.actor(at), cast.sam.actor(at)

    said = together(
        lambda: actions.publish(avery, update, key="update", at=at),
        lambda: actions.publish(sam, cancel, key="cancel", at=at),
    )

    assert [type(each) for each in said].count(NotAllowed) == 1
    assert Notice.objects.count() == 2


def test_expiring_while_publishing_a_cancel_leaves_one_of_both(world):
    cast, at = world
    alert = published(cast.avery, at)
    cancel = actions.start_cancel(cast.avery.actor(at), alert, at=at)
    later = alert.expires_at
    avery = cast.avery.actor(later)

    together(
        lambda: actions.publish(avery, cancel, key="one", at=at),
        lambda: actions.expire_due(at=later),
    )

    alert.refresh_from_db()
    assert alert.state == "cancelled"

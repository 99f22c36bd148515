"""Whatever is killed, at whatever moment: nobody is lost, and nobody is told twice."""

import signal
from datetime import timedelta
from time import sleep

import pytest
from django.db import connection

from cityalert.delivery import reconcile, sending
from cityalert.delivery.ladder import ENDED
from cityalert.delivery.models import Attempt, Delivery, Notice
from cityalert.lib import clock
from cityalert.sandbox.behaviour import Fault
from cityalert.subscriptions.models import ContactPoint
from tests.cast import JOINED_AT
from tests.live.servers import eventually

# A process needs seconds to start, and on a busy machine many; a test goes on as soon as it may.
SOON = 90

pytestmark = pytest.mark.django_db(transaction=True)


def ended():
    """Has every delivery of every notice come to an end?"""
    return (
        Delivery.objects.filter(channel="sms").exists()
        and not Delivery.objects.exclude(state__in=ENDED).exists()
    )


def told_once(world, *people):
    for person in people:
        texts = world.sandbox.phones[person.phone].messages
        mails = world.sandbox.mailboxes[person.email].messages
        assert (len(texts), len(mails)) == (1, 1), person.email


def test_a_worker_killed_between_claim_and_send(world, start):
    world.publish(world.cast.corin)
    world.run("""
import os, signal
from cityalert.delivery import claiming, fanout, sending
from cityalert.delivery.models import Notice
from cityalert.lib import clock
fanout.fan_out(Notice.objects.get().pk, at=clock.now())
assert claiming.claim("sms", at=clock.now())
os.kill(os.getpid(), signal.SIGKILL)
""")
    assert Delivery.objects.get(channel="sms").state == "sending"

    start(world.worker)
    start(world.beat)

    eventually(ended, within=SOON)
    told_once(world, world.cast.corin)
    assert list(Attempt.objects.filter(delivery__channel="sms").order_by("number").values_list("outcome")) == [
        ("unknown",), ("accepted",),
    ]  # fmt: skip


def test_a_worker_killed_after_twilio_accepted_and_before_it_was_recorded(world, start):
    world.sandbox.twilio.behave(Fault.HANG, times=1)
    world.publish(world.cast.corin)
    with world.worker() as worker, world.beat():
        world.sandbox.phones[world.cast.corin.phone].expect("Fire", within=SOON)
        worker.send_signal(signal.SIGKILL)

    start(world.worker)
    start(world.beat)

    eventually(ended, within=SOON)
    told_once(world, world.cast.corin)
    text = Delivery.objects.get(channel="sms")
    assert text.provider_id == world.sandbox.phones[world.cast.corin.phone].messages[0].message.sid
    assert text.tries == 1


def test_a_worker_killed_between_placing_a_call_and_recording_it(world):
    corin, at = world.cast.corin, clock.now()
    ContactPoint.objects.create(
        subscriber=corin.subscriber, channel="voice", address=corin.phone, verified_at=JOINED_AT
    )
    world.publish(corin)
    world.run("""
import asyncio, os, signal
from cityalert.delivery import claiming, fanout, sending
from cityalert.delivery.channels import CHANNELS
from cityalert.delivery.models import Notice
from cityalert.lib import clock
fanout.fan_out(Notice.objects.get().pk, at=clock.now())
(message,) = claiming.claim("voice", at=clock.now())
async def call():
    async with CHANNELS["voice"].open() as line:
        await CHANNELS["voice"].send(line, message)
asyncio.run(call())
os.kill(os.getpid(), signal.SIGKILL)
""")
    assert len(world.sandbox.calls.to(corin.phone)) == 1

    later = at + timedelta(minutes=5)
    assert reconcile.take_back_leases(at=later) == 1
    for moment in (later, later + timedelta(minutes=1)):
        reconcile.reconcile("voice", at=moment)
        sending.send_due("voice")

    (call,) = world.sandbox.calls.to(corin.phone)
    told = Delivery.objects.get(channel="voice")
    assert (told.state, told.tries, told.provider_id) == ("sent", 1, call.sid), (
        "asked about, not called again"
    )


def test_with_redis_down_messages_still_go(world, start):
    world.redis.kill()
    start(world.lifeline)

    world.publish(world.cast.corin)

    eventually(ended, within=SOON)
    told_once(world, world.cast.corin)


def test_the_lifeline_and_the_worker_together_tell_nobody_twice(world, start):
    start(world.lifeline)
    start(world.worker)
    start(world.beat)

    for n in range(5):
        world.publish(world.cast.corin, world.cast.vera, key=f"alert:{n}")

    eventually(lambda: Notice.objects.filter(fanned_out_at=None).count() == 0 and ended(), within=SOON)
    for person in (world.cast.corin, world.cast.vera):
        assert len(world.sandbox.phones[person.phone].messages) == 5
        assert len(world.sandbox.mailboxes[person.email].messages) == 5


def test_the_publisher_killed_right_after_its_commit(world, start):
    world.run("""
import os, signal
from django.db import transaction
from cityalert.lib import clock
from tests.delivery.say import members, say
from cityalert.subscriptions.models import Subscriber
class Corin: subscriber = Subscriber.objects.get(user__email="corin@cityalert.example")
with transaction.atomic():
    transaction.on_commit(lambda: os.kill(os.getpid(), signal.SIGKILL))
    say(members(Corin), at=clock.now())
""")
    eventually(Notice.objects.exists, within=2)

    start(world.worker)
    start(world.beat)

    eventually(ended, within=SOON)
    told_once(world, world.cast.corin)


def test_twilio_down_delays_texts_and_nothing_else(world, start):
    world.sandbox.twilio.behave(Fault.ERROR, status=503, code=20503)
    start(world.worker)
    start(world.beat)

    world.publish(world.cast.corin)

    world.sandbox.mailboxes[world.cast.corin.email].expect("Fire", within=SOON)
    assert world.sandbox.phones[world.cast.corin.phone].messages == []
    world.sandbox.calm()
    world.sandbox.phones[world.cast.corin.phone].expect("Fire", within=SOON)
    eventually(ended, within=SOON)
    told_once(world, world.cast.corin)


def test_nobody_holds_a_transaction_open_while_twilio_is_slow(world, start):
    world.sandbox.twilio.behave(latency=4)
    start(world.worker)
    start(world.beat)
    world.publish(world.cast.corin)
    eventually(lambda: Delivery.objects.filter(state="sending").exists(), within=SOON)
    sleep(2.5)

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND xact_start < clock_timestamp() - interval '2 seconds' AND pid <> pg_backend_pid()"
        )
        assert cursor.fetchone()[0] == 0
    eventually(ended, within=SOON)

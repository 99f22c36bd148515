"""What the preview says is what freezing does: who is told at once, who later, who by what, each person once."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from cityalert.delivery import counting, fanout, sampling
from cityalert.delivery.audience import Audience
from cityalert.delivery.ladder import State
from cityalert.delivery.models import Delivery, Notice, Recipient
from cityalert.delivery.sampling import Sample
from cityalert.duty.models import Hours
from cityalert.lib.severity import Severity
from cityalert.subscriptions.models import ContactPoint, Subscriber
from tests.cast import Cast, phone
from tests.delivery.say import WORDS, members, say

pytestmark = pytest.mark.django_db

# In Toronto it is 23:30; the night is over at 07:00, and the mail of the day comes at 18:00.
NIGHT = datetime(2026, 7, 15, 3, 30, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture(autouse=True)
def _on_a_page(monkeypatch):
    monkeypatch.setattr(
        "tests.delivery.say.WORDS",
        {lang: {**said, "read": "https://city.example/read/"} for lang, said in WORDS.items()},
    )


@pytest.fixture
def told(cast: Cast) -> Audience:
    """Members of every kind of habit, and residents, some of whom are these members."""
    sleep = {"quiet_from": time(22), "quiet_until": time(7), "wakes_from": Severity.SEVERE}
    for person, more in (
        (cast.corin, sleep),
        (cast.vera, {**sleep, "digest_at": time(18)}),
        (cast.noor, {"digest_at": time(18)}),
        (cast.avery, sleep),
    ):
        Subscriber.objects.filter(pk=person.subscriber.pk).update(**more)
    on_duty = cast.avery.membership
    Hours.objects.bulk_create(
        Hours(partner=cast.avery.partner, membership=on_duty, begins=day * 1440, minutes=1440)
        for day in range(7)
    )
    cast.pim.subscriber.contact_points.all().delete()
    deputy = cast.join("dana", cast.corin.partner, call_order=2)
    residents = [
        cast.rosa.subscriber,
        _resident(sms=cast.corin.phone),  # and nothing else
        _resident(sms=cast.vera.phone, email="vera.at.home@cityalert.example"),
        _resident(email=cast.noor.email),
        _resident(email=cast.noor.email.replace("noor", "nora"), digest_at=time(18)),
        _resident(sms=deputy.phone),
        _resident(sms=phone(90), **sleep),
        _resident(),
    ]
    people = (cast.corin, cast.vera, cast.noor, cast.avery, cast.pim, cast.bao, deputy)
    audience = members(*people)
    ids = [one.pk for one in residents]
    # As watch areas do: the same resident may be found twice.
    found = "SELECT unnest(%(residents)s::bigint[]) AS subscriber_id UNION ALL SELECT (%(residents)s::bigint[])[1]"
    return replace(audience, residents=found, params={**audience.params, "residents": ids})


def _resident(digest_at=None, quiet_from=None, quiet_until=None, wakes_from=Severity.SEVERE, **ways):
    one = Subscriber.objects.create(
        digest_at=digest_at, quiet_from=quiet_from, quiet_until=quiet_until, wakes_from=wakes_from
    )
    ContactPoint.objects.bulk_create(
        ContactPoint(subscriber=one, channel=channel, address=to, verified_at=NIGHT - DAY)
        for channel, to in ways.items()
    )
    return one


def done(notice: Notice, at: datetime) -> counting.Preview:
    """What posting a notice and fanning it out wrote, as the preview says it."""
    by_channel, later = Counter[tuple[str, str]](), Counter[str]()
    people, silent = Counter[str](), Counter[str]()
    recipients = (
        Recipient.objects.filter(notice=notice).prefetch_related("deliveries").select_related("partner")
    )
    screens = Counter(one.partner.kind for one in recipients if one.kind == "screen" and one.partner)
    for one in recipients.exclude(kind="screen"):
        rows = list(one.deliveries.all())
        if one.call_order > 1:
            people["deputy"] += 1
            continue
        goes = [row for row in rows if row.state == State.QUEUED]
        by_channel.update({(row.channel, row.language) for row in goes})
        if any(row.reason == "told as a member" for row in rows):
            continue  # counted as a member
        people[one.kind] += 1
        silent[one.kind] += all(row.state == State.OPTED_OUT for row in rows)
        if goes:
            first_at, channel = min((row.next_at or at, row.channel) for row in goes)
            waits = "gathered" if channel == "digest" else "held"
            later["now" if first_at <= at else "late" if first_at >= notice.expires_at else waits] += 1
    return counting.Preview(
        screens=screens.total(), people=people["member"], residents=people["resident"], deputies=people["deputy"],
        unreachable_people=silent["member"], unreachable_residents=silent["resident"], held=later["held"],
        gathered=later["gathered"], late=later["late"], by_partner_kind=dict(screens), by_channel=dict(by_channel),
    )  # fmt: skip


def foreseen_and_done(audience, severity, *, at=NIGHT, lasts=DAY, follows=()):
    plan = counting.Plan(severity, at, at + lasts, follows=[one.pk for one in follows], can_be_read=True)
    foreseen = counting.count(audience, plan)
    notice = say(audience, at=at, severity=severity, expires_at=at + lasts, follows=follows)
    fanout.fan_out(notice.pk, at=at)
    return foreseen, done(notice, at), notice


@pytest.mark.parametrize("severity", [Severity.MINOR, Severity.MODERATE, Severity.SEVERE, Severity.EXTREME])
def test_the_preview_says_what_freezing_does(told, severity):
    foreseen, came, _notice = foreseen_and_done(told, severity)

    assert foreseen == came
    is_grave = severity >= Severity.SEVERE
    # Three of them are members as well; two of these members read what is minor in the mail of the day.
    assert foreseen.residents == 8 - (1 if severity == Severity.MINOR else 3)
    assert (foreseen.unreachable_people, foreseen.unreachable_residents) == (1, 1)
    assert foreseen.held == (0 if is_grave else 2 if severity == Severity.MINOR else 3)
    assert foreseen.gathered == (3 if severity == Severity.MINOR else 0)


def test_what_ends_before_they_wake_is_not_told_and_the_preview_says_so(told):
    foreseen, came, _notice = foreseen_and_done(told, Severity.MINOR, lasts=2 * HOUR)

    assert foreseen == came
    assert (foreseen.held, foreseen.gathered, foreseen.late) == (0, 0, 5)


@pytest.mark.parametrize(
    ("severity", "before", "lasts"),
    [
        (Severity.MINOR, Severity.SEVERE, DAY),  # whom the first had woken hear the second at once
        (Severity.MODERATE, Severity.MODERATE, DAY),
        (Severity.MODERATE, Severity.MODERATE, 2 * HOUR),
        (Severity.MINOR, Severity.MINOR, DAY),  # what was read in a mail of the day is corrected by mail
    ],
)
def test_the_same_of_a_correction(told, cast, severity, before, lasts):
    first = foreseen_and_done(told, before, at=NIGHT - 3 * HOUR)[2]
    # Half of it went out, and since then somebody has another number, and somebody said STOP.
    heard = Delivery.objects.filter(notice=first, channel__in=["sms", "digest"], state=State.QUEUED)
    heard.update(state=State.SENT, next_at=None)
    cast.bao.subscriber.contact_points.filter(channel="sms").update(address=phone(91))
    cast.rosa.subscriber.contact_points.update(stopped_at=NIGHT)
    narrower = replace(
        told, sql=members(cast.corin).sql, params={**told.params, "people": [cast.corin.subscriber.pk]}
    )

    foreseen, came, _notice = foreseen_and_done(narrower, severity, lasts=lasts, follows=[first])

    assert foreseen == came
    assert foreseen.people > 1


def test_a_city_is_estimated_from_a_sample_and_members_are_counted(told):
    residents = told.params["residents"]
    plan = counting.Plan(Severity.EXTREME, NIGHT)
    exact = counting.count(told, plan)

    half = counting.count(told, plan, sample=Sample(residents[:1], 400.0))

    assert (half.people, half.screens, half.is_estimate) == (exact.people, exact.screens, True)
    assert half.residents == 400
    assert not counting.count(told, plan, sample=Sample([], 400.0)).residents
    assert sampling.is_enough(50_000, Sample([], 400.0))
    assert not sampling.is_enough(49_999, Sample([], 400.0))
    assert [sampling.rounded(n, Sample([], 1)) for n in (7, 99, 314_693, 1_960)] == [7, 99, 310_000, 2_000]


def test_the_more_it_is_for_the_smaller_a_sample_says_it(told):
    everybody = "SELECT generate_series(1, {})::bigint AS subscriber_id"

    def size(residents):
        sample = sampling.fitting(replace(told, residents=everybody.format(residents)))
        return sample and len(sample.subscribers)

    assert size(1_000_000) is None, "a small city is counted"
    Subscriber.objects.create(pk=Subscriber.objects.latest("pk").pk + 3_000_000)
    assert [size(count) for count in (300_000, 100_000, 20_000)] == [5_000, 20_000, None]
    assert sampling.fitting(replace(told, residents="")) is None

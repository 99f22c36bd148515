"""What messages cost: segments of texts, minutes of calls, and the provider's own word where it says one."""

from decimal import Decimal

import pytest
from django.utils import translation

from cityalert.delivery import costs, fanout, sending
from cityalert.delivery.checks import check_prices
from cityalert.delivery.models import Attempt, Notice
from cityalert.lib.money import money
from cityalert.subscriptions.models import ContactPoint
from tests.cast import JOINED_AT
from tests.delivery.hooks import twilio_calls
from tests.delivery.say import members, say


@pytest.mark.parametrize(
    ("said", "price"),
    [("0.0083", "0.0083"), ("-0.0083", "0.0083"), ("", None), ("free", None), ("NaN", None), ("1e99", None)],
)
def test_a_price_is_a_number_however_it_is_signed(said, price):
    assert costs.price_of(said) == (price and Decimal(price))


@pytest.mark.parametrize(
    ("language", "amount", "written"),
    [
        ("en", Decimal("1204.5"), "$1\u202f204.50"),
        ("fr", Decimal("1204.5"), "1\u202f204,50\xa0$"),
        ("en", Decimal("0.0083"), "$0.0083"),
        ("fr", None, "–"),
    ],
)
def test_money_is_written_as_the_reader_writes_it(language, amount, written):
    with translation.override(language):
        assert money(amount) == written


def test_what_is_no_price_does_not_start(settings):
    assert check_prices() == []
    settings.PRICES = {"twilio": "cheap"}
    assert [one.id for one in check_prices()] == ["delivery.E003"]


@pytest.mark.django_db
def test_a_notice_costs_its_segments_and_minutes_at_the_providers_prices(cast, sandbox, at, settings):
    settings.PRICES = {"twilio": "0.01", "twilio-voice": "0.02"}
    settings.DELIVERY_PER_SECOND = {}
    ContactPoint.objects.create(
        subscriber=cast.corin.subscriber, channel="voice", address=cast.corin.phone, verified_at=JOINED_AT
    )
    notice = say(members(cast.corin, cast.noor), at=at)
    words = dict(notice.texts)
    words["fr"] = {**words["fr"], "sms": "Évacuation… " + "é" * 60 + " {link}"}  # three segments of UCS-2
    Notice.objects.filter(pk=notice.pk).update(texts=words)
    fanout.fan_out(notice.pk, at=at)
    for channel in ("sms", "email", "voice"):
        sending.send_due(channel)

    def spent():
        bill = costs.of_notice(notice.pk)
        return {one.channel: (one.messages, one.units, one.amount) for one in bill.costs}, bill

    each = sum(costs.segments_of(notice.pk).values())
    assert each == 1 + costs.segments_of(notice.pk)["fr"] > 2
    by_channel, bill = spent()
    assert by_channel == {
        "email": (2, 2, None),
        "sms": (2, each, Decimal("0.01") * each),
        "voice": (1, 0, 0),
    }
    assert bill.is_whole, "mail is free where no price is set"

    call = Attempt.objects.get(delivery__channel="voice")
    news = {"CallSid": call.provider_id, "CallStatus": "completed", "CallDuration": "75"}
    twilio_calls(f"/provider/twilio/call/{call.pk}/", **news)
    text = Attempt.objects.filter(delivery__channel="sms").order_by("pk").first()
    for sid, price, unit in (
        ("SMother", "-5", "cad"), (text.provider_id, "-0.25", "usd"), (text.provider_id, "-0.05", "cad"),
    ):  # fmt: skip
        said = {"MessageSid": sid, "MessageStatus": "delivered", "Price": price, "PriceUnit": unit}
        twilio_calls(f"/provider/twilio/status/{text.pk}/", **said)

    by_channel, bill = spent()
    assert by_channel["voice"] == (1, 2, Decimal("0.04"))
    own = costs.segments_of(notice.pk)[text.delivery.language]
    assert by_channel["sms"][2] == Decimal("0.05") + Decimal("0.01") * (each - own)
    assert bill.total == by_channel["sms"][2] + Decimal("0.04")
    settings.PRICES = {}
    assert not costs.of_notice(notice.pk).is_whole

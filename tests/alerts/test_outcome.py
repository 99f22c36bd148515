"""What became of an alert: what it cost, to whom nothing came and what to do, and one person told once more."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from cityalert.alerts import actions, reach
from cityalert.audit.models import Entry
from cityalert.delivery import fanout, sending
from cityalert.delivery.models import Delivery, Recipient
from cityalert.lib import clock
from cityalert.subscriptions.models import ContactPoint
from tests.alerts.writing import public, published
from tests.cast import JOINED_AT
from tests.door import let_in

pytestmark = pytest.mark.django_db


def words_of(answer):
    """What a reader reads."""
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split()).replace(" )", ")")


@pytest.fixture
def alert(cast, sandbox):
    """Everybody was told; to Bao's telephone nothing comes any more, his mail came back; Vera has no way at all."""
    at = clock.now()
    ContactPoint.objects.filter(subscriber=cast.vera.subscriber).delete()
    alert = public(cast.avery, cast.sam, at)
    fanout.fan_out(alert.notice_id, at=at)
    sending.send_due("sms")
    sending.send_due("email")
    bao = Delivery.objects.filter(recipient__subscriber=cast.bao.subscriber)
    bao.filter(channel="sms").update(state="failed", reason="not a valid number")
    bao.filter(channel="email").update(state="failed", reason="=HYPERLINK(1)")
    return alert


def test_the_page_and_the_files_say_what_it_cost_and_to_whom_nothing_came(cast, alert):
    avery, page = let_in(Client(), cast.avery), reverse("alerts:reach", args=[alert.pk])

    said = words_of(avery.get(page))
    assert "Bao Nguyen Financial District BIA E-mail: Could not be delivered (=HYPERLINK(1))" in said
    assert "Ask for another number or address" in said
    assert "Costs $0." in said
    table = avery.get(reverse("alerts:reach_csv", args=[alert.pk])).content.decode("utf-8-sig")
    lines = table.splitlines()
    bao = next(line for line in lines if "Bao Nguyen" in line and "SMS" in line)
    assert "not a valid number,1,1 segment,0.0112" in bao
    assert ",'=HYPERLINK(1)," in table, "no cell is a formula"
    assert any(line.startswith(',"Residents, together",1,SMS') for line in lines)
    assert cast.rosa.phone not in table

    missed = words_of(avery.get(reverse("alerts:missed")))
    assert "Bao Nguyen" in missed
    assert "not a valid number" in missed
    assert "Vera Kovács" in missed
    assert "Corin Walsh" not in missed
    assert "'=HYPERLINK(1)" in avery.get(reverse("alerts:missed_csv")).content.decode()
    assert "SMS" in words_of(avery.get(reverse("alerts:costs")))
    assert Entry.objects.filter(verb="reach.exported").count() == 2

    for name in ("missed", "missed_csv", "costs"):
        assert let_in(Client(), cast.otto).get(reverse(f"alerts:{name}")).status_code == 404
    own = words_of(let_in(Client(), cast.pim).get(reverse("alerts:missed")))
    assert "Bao Nguyen" not in own, "whom others told in vain is theirs to know"


def test_one_person_is_told_once_more_unless_it_is_of_no_use(cast, alert):
    avery, at = let_in(Client(), cast.avery), clock.now()
    bao = Recipient.objects.get(notice=alert.notice_id, subscriber=cast.bao.subscriber)

    def again(who=avery):
        url = reverse("alerts:tell_again", args=[alert.pk, bao.pk])
        return who.post(url, follow=True).content.decode()

    cast.bao.subscriber.contact_points.filter(channel="sms").update(gone_at=at)
    cast.bao.subscriber.contact_points.filter(channel="email").update(stopped_at=at)
    Delivery.objects.filter(recipient=bao, channel="email").update(state="opted_out", reason="STOP")
    assert "Only they can take that back" in again()
    assert Delivery.objects.filter(recipient=bao).count() == 2, "nothing to the dead"

    # A number that is new, and verified, is told too.
    ContactPoint.objects.create(
        subscriber=cast.bao.subscriber, channel="sms", address="+14165550177", verified_at=JOINED_AT
    )
    assert "It is being sent again: SMS." in again()
    assert "is on its way" in again()
    sending.send_due("sms")
    assert Delivery.objects.get(recipient=bao, round=2).address == "+14165550177"
    assert Entry.objects.get(verb="alert.told_again").facts == {"channels": ["sms"]}
    assert let_in(Client(), cast.corin).post(
        reverse("alerts:tell_again", args=[alert.pk, bao.pk])
    ).status_code == 404  # fmt: skip

    actions.acknowledge(cast.bao.actor(at), alert, at=at)
    assert "They have acknowledged it" in again()
    alert.notice.expires_at = at - timedelta(seconds=1)
    alert.notice.save()
    assert "It has ended" in again()


def test_a_crowd_is_counted_and_not_named(cast, monkeypatch):
    at = clock.now()
    alert = published(cast.avery, at)
    fanout.fan_out(alert.notice_id, at=at)
    Delivery.objects.filter(state="queued").update(state="sent")
    monkeypatch.setattr(reach, "NAMED_AT_MOST", 2)

    page = words_of(let_in(Client(), cast.avery).get(reverse("alerts:reach", args=[alert.pk])))

    assert "counted, not named" in page
    assert "people were told and are silent" in page
    assert "Noor Haddad" not in page

"""Numbers and addresses in the database: sealed, found by equality, and under another key when somebody wants it so."""

import base64
from dataclasses import replace
from io import StringIO

import pytest
from cryptography.exceptions import InvalidTag
from django.core.exceptions import FieldError
from django.core.management import CommandError, call_command
from django.db import connection

from cityalert.accounts import letters
from cityalert.delivery import fanout, receipts, sending
from cityalert.delivery.models import Delivery
from cityalert.lib.language import Language
from cityalert.lib.sealed import MARK, rewrite, seal, unseal
from cityalert.subscriptions.models import ContactPoint
from tests.delivery.say import members, say

ANOTHER = base64.b64encode(b"another key, of thirty-two bytes"[:32]).decode()


@pytest.mark.parametrize(
    "text", ["+14165550123", "zoé@maison.example", "https://push.example/" + "x" * 700, ""]
)
def test_an_address_comes_back_and_is_sealed_to_the_same_each_time(text):
    assert unseal(seal(text)) == text
    assert seal(text) == seal(text)
    assert not text or text[1:] not in seal(text)


def test_another_key_opens_nothing_nor_can_a_character_be_changed():
    sealed = seal("+14165550123")

    for one in (
        seal("+14165550123", key=ANOTHER),
        sealed[:-2] + ("A" if sealed[-2] != "A" else "B") + sealed[-1],
    ):
        with pytest.raises(InvalidTag):
            unseal(one)


def everything(but=()):
    """Every row of every table, as text."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
        for (table,) in cursor.fetchall():
            if table not in but:
                cursor.execute(f"SELECT string_agg(t::text, E'\\n') FROM \"{table}\" t")
                yield table, cursor.fetchone()[0] or ""


@pytest.mark.django_db
def test_whoever_has_the_database_has_nobodys_number(cast, at, sandbox):
    rosa, corin = cast.rosa, cast.corin
    notice = say(replace(members(corin), residents=f"VALUES ({rosa.subscriber.pk})"), at=at)
    fanout.fan_out(notice.pk, at=at)
    letters.post("preferences/mail/code", "desk@tower.example", Language.EN, {"code": "123456"}, at=at)

    assert sending.send_due("sms") == 2
    sandbox.phones[rosa.phone].expect()

    assert receipts.last_told(rosa.phone, channel="sms", at=at).subscriber == rosa.subscriber
    assert Delivery.objects.get(address=rosa.phone).state == "sent"
    # People's sign-in addresses are searched for, and stand in a table of their own.
    plain = [rosa.phone[2:], corin.phone[2:], corin.email, "desk@tower.example"]
    found = [(table, one) for table, rows in everything({"accounts_user"}) for one in plain if one in rows]
    assert not found


@pytest.mark.django_db
def test_only_equality_can_be_asked():
    with pytest.raises(FieldError):
        ContactPoint.objects.filter(address__contains="416")


@pytest.mark.django_db
def test_everything_is_sealed_again_under_a_new_key(cast, settings, monkeypatch):
    before, there = settings.ADDRESS_KEY, ContactPoint.objects.count()
    settings.ADDRESS_KEY = ANOTHER
    monkeypatch.setenv("OLD_ADDRESS_KEY", before)

    out = StringIO()
    call_command("reseal", from_env="OLD_ADDRESS_KEY", stdout=out)
    call_command("reseal", from_env="OLD_ADDRESS_KEY", stdout=out)

    assert f"subscriptions_contactpoint: {there}\n" in out.getvalue()
    assert "subscriptions_contactpoint: 0\n" in out.getvalue()
    assert ContactPoint.objects.get(address=cast.rosa.phone).subscriber == cast.rosa.subscriber
    monkeypatch.setenv("OLD_ADDRESS_KEY", before)
    settings.ADDRESS_KEY = base64.b64encode(bytes(32)).decode()
    with pytest.raises(CommandError, match="neither key"):
        call_command("reseal", from_env="OLD_ADDRESS_KEY", stdout=out)


@pytest.mark.django_db
def test_what_was_there_before_is_sealed_in_batches(cast, monkeypatch):
    monkeypatch.setattr("cityalert.lib.sealed.BATCH", 3)
    table, column = "subscriptions_contactpoint", "address"
    there = ContactPoint.objects.count()

    assert rewrite(table, column, unseal, where="true") == there
    assert ContactPoint.objects.filter(address=cast.rosa.phone).first() is None
    assert rewrite(table, column, seal, where=f"address NOT LIKE '{MARK}%%'") == there
    assert ContactPoint.objects.get(address=cast.rosa.phone).subscriber == cast.rosa.subscriber

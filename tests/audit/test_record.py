"""Writing the log: in the act's own transaction, in commit order, and never again."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction
from django.db.transaction import TransactionManagementError
from django.db.utils import ProgrammingError
from django.utils.translation import gettext_lazy

from cityalert.audit import chain, queries
from cityalert.audit.models import Entry
from cityalert.audit.record import Subject, record
from cityalert.audit.verbs import Verb


@pytest.mark.django_db
def test_an_entry_says_who_did_what_to_what_for_whom(cast, at):
    avery = cast.avery.actor(at)

    entry = record(Verb.ALERT_PUBLISHED, avery, cast.zone, at=at, recipients=12)

    entry.refresh_from_db()
    assert (entry.verb, entry.recorded_at) == ("alert.published", at)
    assert (entry.user_name, entry.partner_id) == ("Avery Chen", avery.partner_id)
    assert (entry.object_kind, entry.object_id) == ("zone", str(cast.zone.pk))
    assert entry.facts == {"recipients": 12}


@pytest.mark.django_db
def test_the_system_acts_without_a_name_and_a_subject_may_be_named_from_below(at):
    entry = record(Verb.ALERT_EXPIRED, None, Subject("alert", "42"), at=at)

    assert (entry.user_id, entry.user_name, entry.partner_id) == (None, "", None)
    assert (entry.object_kind, entry.object_id) == ("alert", "42")


@pytest.mark.django_db
def test_an_objects_timeline_is_its_own_oldest_first(cast, at):
    corin, vera = cast.corin.membership, cast.vera.membership
    for verb, membership in [
        (Verb.MEMBER_ADDED, corin),
        (Verb.MEMBER_ADDED, vera),
        (Verb.MEMBER_CHANGED, corin),
    ]:
        record(verb, None, membership, at=at)

    assert [entry.verb for entry in queries.timeline(corin)] == ["member.added", "member.changed"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "fact",
    [
        1e16, 1.0, -0.0, 1e-9, 2**70, 0.1, "Été", "a\0b", "\ud800", "\u2028", True, None, [], {},
        {"b": 1, "a": 2}, {"when": datetime.fromisoformat("2026-03-01T12:00:00-05:00")}, UUID(int=7),
        Decimal("1.50"), {3: {4}}, Verb.SIGNED_IN, gettext_lazy("Police"),
    ],
)  # fmt: skip
def test_whatever_a_fact_is_the_chain_holds_when_it_is_read_back(fact, at):
    record(Verb.ALERT_DRAFTED, None, None, at=at, fact=fact)

    assert chain.first_break(queries.chain()) is None


@pytest.mark.django_db(transaction=True)
def test_nothing_is_written_outside_a_transaction(at):
    with pytest.raises(TransactionManagementError):
        record(Verb.SIGNED_IN, None, None, at=at)


@pytest.mark.django_db(transaction=True)
def test_an_act_that_is_undone_leaves_no_entry_and_no_gap(at):
    with transaction.atomic():
        record(Verb.SIGNED_IN, None, None, at=at)
    with transaction.atomic():
        record(Verb.SIGNED_OUT, None, None, at=at)
        transaction.set_rollback(True)
    with transaction.atomic():
        record(Verb.SESSION_ENDED, None, None, at=at)

    assert list(Entry.objects.values_list("position", "verb")) == [
        (1, "session.signed_in"),
        (2, "session.ended"),
    ]


@pytest.mark.django_db(transaction=True)
def test_many_who_write_at_once_make_one_chain(at):
    def write(number: int) -> None:
        try:
            for step in range(10):
                with transaction.atomic():
                    record(Verb.ALERT_ACKNOWLEDGED, None, None, at=at, writer=number, step=step)
                    # Some of the acts fail after they were recorded.
                    if (number + step) % 5 == 0:
                        transaction.set_rollback(True)
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(write, range(6)))

    assert Entry.objects.count() == 48
    assert chain.first_break(queries.chain()) is None


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET verb = 'nothing'",
        "DELETE FROM audit_entry",
        "TRUNCATE audit_entry",
        "DROP TABLE audit_entry",
        "ALTER TABLE audit_entry DISABLE TRIGGER ALL",
        "INSERT INTO audit_entry TABLE audit_entry ON CONFLICT (position) DO UPDATE SET verb = ''",
    ],
)
def test_the_role_that_runs_can_neither_change_nor_remove_an_entry(statement, at):
    record(Verb.SIGNED_IN, None, Subject("user", str(uuid4())), at=at)

    with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"), transaction.atomic():
        connection.cursor().execute(statement)

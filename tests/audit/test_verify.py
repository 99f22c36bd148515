"""`verify_audit`: names the first entry that does not hold, in the database and in an export."""

import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from cityalert.audit.models import Entry
from cityalert.audit.record import record
from cityalert.audit.verbs import Verb
from tests.table_owner import as_owner

pytestmark = pytest.mark.django_db
SCRIPT = Path(settings.BASE_DIR) / "scripts" / "verify_audit_export"


@pytest.fixture
def log(cast, at):
    for number in range(1, 6):
        record(Verb.ALERT_PUBLISHED, cast.avery.actor(at), cast.zone, at=at, number=number, word="Été \u2028")


def verify(**options):
    out = StringIO()
    call_command("verify_audit", stdout=out, **options)
    return out.getvalue()


def script(export):
    return subprocess.run([sys.executable, "-I", SCRIPT, export], text=True, capture_output=True, check=False)


def test_a_log_as_written_is_found_so(log):
    assert verify().startswith("5 entries, all as written. Head 5:")


def test_an_empty_log_is_fine():
    assert verify().startswith("0 entries")


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        ("UPDATE audit_entry SET facts = '{}' WHERE position = 3", "Entry 3 is altered"),
        ("UPDATE audit_entry SET user_name = 'Sam' WHERE position IN (2, 4)", "Entry 2 is altered"),
        ("DELETE FROM audit_entry WHERE position = 4", "Entry 4 is missing"),
        ("DELETE FROM audit_entry WHERE position = 1", "Entry 1 is missing"),
        ("UPDATE audit_entry SET previous_hash = repeat('0', 64) WHERE position = 2", "Entry 2 is unlinked"),
    ],
)
def test_the_first_damage_is_named(log, damage, sentence):
    with as_owner() as cursor:
        cursor.execute(damage)

    with pytest.raises(CommandError, match=sentence) as found:
        verify()
    assert found.value.returncode == 1


def test_an_export_is_checked_without_anything_of_ours(log, tmp_path):
    export = tmp_path / "audit.jsonl"
    head = verify(export=export).split("Head ")[1].strip()

    checked = script(export)

    assert (checked.returncode, checked.stdout) == (0, f"Every entry is as written. Head {head}\n")


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (
            lambda lines: [lines[0], lines[1].replace('"number": 2', '"number": 9'), *lines[2:]],
            "Entry 2 is altered",
        ),
        (lambda lines: [lines[0], *lines[2:]], "Entry 2 is missing"),
        (
            lambda lines: [line.replace('"position": 2', '"position": 1') for line in lines[1:]],
            "Entry 1 is unlinked",
        ),
    ],
)
def test_a_spoilt_export_is_named_too(log, tmp_path, spoil, sentence):
    export = tmp_path / "audit.jsonl"
    verify(export=export)
    export.write_text("\n".join(spoil(export.read_text().split("\n"))))

    checked = script(export)

    assert checked.returncode == 1
    assert sentence in checked.stderr


def test_a_log_cut_short_is_still_a_chain_but_not_with_the_head_that_was_noted(log):
    head = verify().split("Head ")[1].strip()
    with as_owner() as cursor:
        cursor.execute("DELETE FROM audit_entry WHERE position = 5")

    assert verify().startswith("4 entries")
    with pytest.raises(CommandError, match="Entry 5 is not the one that was there"):
        verify(head=head)


def test_a_head_is_still_there_when_more_was_written(log, at):
    head = verify().split("Head ")[1].strip()
    record(Verb.SIGNED_OUT, None, None, at=at)

    assert verify(head=head).startswith("6 entries")
    assert Entry.objects.count() == 6


def test_a_head_that_is_none_gets_a_sentence(log):
    with pytest.raises(CommandError, match="POSITION:HASH"):
        verify(head="yesterday")

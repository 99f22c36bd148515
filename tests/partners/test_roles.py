"""The document on roles says what the table in code says."""

import re
from pathlib import Path

from partners.roles import NEEDS_SECOND_FACTOR, PERMISSIONS, Permission, Role, needs_second_factor

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "roles-and-permissions.md"


def written():
    """The rows of the document's table, by codename."""
    header, *rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in DOCUMENT.read_text(encoding="utf-8").splitlines()
        if line.startswith("| may |") or re.match(r"\| [^|]*\(`\w+`\) \|", line)
    ]
    return {re.findall(r"`(\w+)`", row[0])[0]: dict(zip(header[1:], row[1:], strict=True)) for row in rows}


def test_the_table_in_the_document_is_the_table_in_code():
    expected = {
        permission.value: {
            **{role.value: "yes" if permission in PERMISSIONS[role] else "" for role in Role},
            "second factor": "yes" if permission in NEEDS_SECOND_FACTOR else "",
        }
        for permission in Permission
    }

    assert written() == expected


def test_whoever_publishes_approves_or_manages_needs_a_second_factor():
    assert {Permission.PUBLISH, Permission.APPROVE, Permission.MANAGE} <= NEEDS_SECOND_FACTOR
    assert [role.value for role in Role if needs_second_factor(role)] == [
        "owner", "administrator", "publisher", "approver",
    ]  # fmt: skip

"""`verify_audit`: does the audit log still say what was written? Names the first entry that does not hold."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cityalert.audit import chain, queries
from cityalert.audit.chain import Link


class Command(BaseCommand):
    help = "Walk the audit log's chain; exit 1 at the first entry that does not hold."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--export", type=Path, metavar="FILE", help="also write every entry, one JSON a line"
        )
        parser.add_argument(
            "--head",
            metavar="POSITION:HASH",
            help="what an earlier run printed: it must still be there (a chain cut short is a chain too)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        walk = Walk()
        if options["export"]:
            with options["export"].open("w", encoding="utf-8") as file:
                found = chain.first_break(walk.over(exported(queries.chain(), file)))
        else:
            found = chain.first_break(walk.over(queries.chain()))
        if found is not None:
            raise CommandError(f"Entry {found.position} is {found.why}.", returncode=1)
        self._check_head(options["head"])
        self.stdout.write(self.style.SUCCESS(f"{walk.count} entries, all as written. Head {walk.head}"))

    def _check_head(self, head: str | None) -> None:
        if head is None:
            return
        position, _colon, digest = head.partition(":")
        if not position.isdecimal():
            raise CommandError("--head is what an earlier run printed: POSITION:HASH.", returncode=2)
        if not queries.stands(int(position), digest):
            raise CommandError(
                f"Entry {position} is not the one that was there: cut off or rewritten.", returncode=1
            )


class Walk:
    """Counts the entries that pass, and remembers the last."""

    def __init__(self) -> None:
        self.count = 0
        self.head = f"0:{chain.GENESIS}"

    def over(self, entries: Iterator[Link]) -> Iterator[Link]:
        for entry in entries:
            self.count += 1
            self.head = f"{entry.position}:{entry.hash}"
            yield entry


def exported(entries: Iterator[Link], file: TextIO) -> Iterator[Link]:
    """The entries, each written down as it passes."""
    for entry in entries:
        file.write(json.dumps(chain.content(entry) | {"hash": entry.hash}, ensure_ascii=False) + "\n")
        yield entry

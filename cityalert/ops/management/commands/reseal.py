"""`manage.py reseal --from-env OLD_ADDRESS_KEY`: numbers and addresses under another key than before."""

import os
from typing import Any

from cryptography.exceptions import InvalidTag
from django.apps import apps
from django.core.management.base import BaseCommand, CommandError, CommandParser

from cityalert.lib.sealed import MARK, SealedField, rewrite, seal, unseal


class Command(BaseCommand):
    help = "Seal every number and address with ADDRESS_KEY that the key before it sealed. May be run again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--from-env", required=True, metavar="NAME", help="the variable with the key before"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        before = os.environ.get(options["from_env"], "")
        if not before:
            raise CommandError(f"{options['from_env']} is not set: there is no key to open with.")

        def reseal(sealed: str) -> str:
            try:
                unseal(sealed)
            except InvalidTag:
                return seal(unseal(sealed, key=before))
            return sealed

        for table, column in _columns():
            try:
                changed = rewrite(table, column, reseal, where=f"\"{column}\" LIKE '{MARK}%%'")
            except (InvalidTag, ValueError) as error:
                raise CommandError(f"{table}: there are addresses that neither key opens.") from error
            self.stdout.write(f"{table}: {changed}")


def _columns() -> list[tuple[str, str]]:
    return [
        (model._meta.db_table, str(field.column))
        for model in apps.get_models()
        for field in model._meta.local_fields
        if isinstance(field, SealedField)
    ]

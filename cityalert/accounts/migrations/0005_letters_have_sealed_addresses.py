from django.db import migrations

from cityalert.lib.sealed import rewrite, seal, unseal


def _seal(_apps, _schema_editor):
    rewrite("accounts_letter", "address", seal, where="address NOT LIKE ':%%'")


def _open(_apps, _schema_editor):
    rewrite("accounts_letter", "address", unseal, where="true")


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_letters_without_a_limit")]

    operations = [migrations.RunPython(_seal, _open)]

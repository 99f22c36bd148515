from django.db import migrations

from cityalert.lib.sealed import rewrite, seal, unseal


def _seal(_apps, _schema_editor):
    rewrite("subscriptions_contactpoint", "address", seal, where="address NOT LIKE ':%%'")


def _open(_apps, _schema_editor):
    rewrite("subscriptions_contactpoint", "address", unseal, where="true")


class Migration(migrations.Migration):
    dependencies = [("subscriptions", "0002_addresses_have_no_limit")]

    operations = [migrations.RunPython(_seal, _open)]

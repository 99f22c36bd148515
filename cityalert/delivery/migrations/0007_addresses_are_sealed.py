from django.db import migrations

from cityalert.lib.sealed import rewrite, seal, unseal


def _seal(_apps, _schema_editor):
    rewrite("delivery_delivery", "address", seal, where="channel <> 'dashboard' AND address NOT LIKE ':%%'")


def _open(_apps, _schema_editor):
    rewrite("delivery_delivery", "address", unseal, where="channel <> 'dashboard'")


class Migration(migrations.Migration):
    dependencies = [("delivery", "0006_addresses_have_no_limit")]

    operations = [migrations.RunPython(_seal, _open)]

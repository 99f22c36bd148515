import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("alerts", "0010_latest")]

    operations = [
        migrations.AddField(
            model_name="alert",
            name="invited_partners",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.UUIDField(), blank=True, default=list, size=None
            ),
        ),
        migrations.AddField(
            model_name="alert",
            name="invited_members",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(),
                blank=True,
                default=list,
                help_text="Memberships of the author's own partner",
                size=None,
            ),
        ),
    ]

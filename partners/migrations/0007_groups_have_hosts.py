"""Every group has a host; who is in it are its participants."""

import django.db.models.deletion
import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("partners", "0006_fill_participants")]

    operations = [
        migrations.RemoveField(
            model_name="sharinggroup",
            name="partners",
        ),
        migrations.AlterField(
            model_name="sharinggroup",
            name="host",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="hosted_groups",
                to="partners.partner",
            ),
        ),
        migrations.AddConstraint(
            model_name="sharinggroup",
            constraint=models.UniqueConstraint(
                models.F("host"),
                django.db.models.functions.text.Lower("name"),
                name="sharing_group_named_once",
            ),
        ),
    ]

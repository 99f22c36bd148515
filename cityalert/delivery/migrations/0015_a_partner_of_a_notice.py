"""Whoever asks for a partner's row of a notice has an index for both, whichever the planner takes."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("delivery", "0014_web_hooks")]

    operations = [
        migrations.RemoveConstraint(model_name="recipient", name="recipient_person_once"),
        migrations.AlterField(
            model_name="recipient",
            name="notice",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="recipients",
                to="delivery.notice",
            ),
        ),
        migrations.AddIndex(
            model_name="recipient",
            index=models.Index(fields=["notice", "partner"], name="recipient_by_notice"),
        ),
        migrations.AddConstraint(
            model_name="recipient",
            constraint=models.UniqueConstraint(
                condition=models.Q(("subscriber__isnull", False)),
                fields=("notice", "subscriber"),
                name="recipient_person_once",
            ),
        ),
    ]

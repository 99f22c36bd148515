from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("partners", "0013_suspension"),
    ]

    operations = [
        migrations.AddField(
            model_name="participant",
            name="to_tell",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddIndex(
            model_name="participant",
            index=models.Index(
                condition=models.Q(("to_tell", True)), fields=["invited_at"], name="participant_to_tell"
            ),
        ),
    ]

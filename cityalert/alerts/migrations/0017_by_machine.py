from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("alerts", "0016_discarded_and_beside")]

    operations = [
        migrations.AddField(
            model_name="info",
            name="is_machine_translated",
            field=models.BooleanField(db_default=False, default=False),
        ),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("delivery", "0004_no_resident_in_an_exercise")]

    operations = [
        migrations.AddIndex(
            model_name="recipient",
            index=models.Index(
                condition=models.Q(("acknowledged_by__isnull", False)),
                fields=["acknowledged_by"],
                name="recipient_by_acknowledger",
            ),
        ),
    ]

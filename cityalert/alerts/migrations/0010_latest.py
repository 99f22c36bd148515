from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("alerts", "0009_time"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="alert", index=models.Index(fields=["-published_at"], name="alert_latest")
        ),
    ]

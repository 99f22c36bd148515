import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("alerts", "0018_beginning"),
        ("exercises", "0001_drills"),
    ]

    operations = [
        migrations.AddField(
            model_name="drill",
            name="blanks",
            field=models.JSONField(db_default=models.Value({}, models.JSONField()), default=dict),
        ),
        migrations.AddField(
            model_name="drill",
            name="template",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="alerts.template"
            ),
        ),
    ]

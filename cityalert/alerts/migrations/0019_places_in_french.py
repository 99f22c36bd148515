"""A place has a name in French beside the one it is written down with."""

from django.db import migrations, models
from django.db.models import Value


class Migration(migrations.Migration):
    dependencies = [("alerts", "0018_beginning")]

    operations = [
        migrations.AddField(
            model_name=model,
            name="area_desc_fr",
            field=models.CharField(
                blank=True, db_default=Value(""), max_length=200, verbose_name="the same in French"
            ),
        )
        for model in ("alert", "savedarea")
    ]

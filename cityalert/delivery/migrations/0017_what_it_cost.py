"""What a provider says that a try cost, and how long a call lasted."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("delivery", "0016_because")]

    operations = [
        migrations.AddField(
            "attempt",
            "seconds",
            models.PositiveIntegerField(null=True, help_text="How long a call lasted"),
        ),
        migrations.AddField(
            "attempt",
            "price",
            models.DecimalField(
                max_digits=10,
                decimal_places=5,
                null=True,
                help_text="What the provider says it cost, in CURRENCY",
            ),
        ),
    ]

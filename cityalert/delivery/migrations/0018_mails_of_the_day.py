"""Mails of the day are few, and looked for in every round."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("delivery", "0017_what_it_cost")]

    operations = [
        migrations.AddIndex(
            "notice",
            models.Index(
                fields=["posted_at"], name="notice_of_the_day", condition=models.Q(topic="contact:digest")
            ),
        ),
    ]

"""Why somebody is told, frozen with them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("delivery", "0015_a_partner_of_a_notice")]

    operations = [
        migrations.AddField(
            model_name="recipient",
            name="because",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="Why they are told, see `because`",
                max_length=120,
            ),
        ),
    ]

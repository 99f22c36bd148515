import django.db.models.deletion
from django.db import migrations, models

_ZONES = [
    ("America/St_Johns", "St. John's"),
    ("America/Halifax", "Halifax"),
    ("America/Toronto", "Toronto"),
    ("America/Winnipeg", "Winnipeg"),
    ("America/Regina", "Regina"),
    ("America/Edmonton", "Edmonton"),
    ("America/Vancouver", "Vancouver"),
    ("America/Whitehorse", "Whitehorse"),
    ("America/Iqaluit", "Iqaluit"),
]


class Migration(migrations.Migration):
    dependencies = [("directory", "0002_names_as_people_type_them"), ("partners", "0014_invited_are_told")]

    operations = [
        migrations.AddField(
            model_name="entry",
            name="zone",
            field=models.CharField(
                blank=True, choices=_ZONES, default="", max_length=20, verbose_name="time zone"
            ),
        ),
        migrations.AddConstraint(
            model_name="entry",
            constraint=models.CheckConstraint(
                condition=models.Q(("zone__in", ["", *(name for name, _label in _ZONES)])),
                name="directory_entry_zone",
            ),
        ),
        migrations.CreateModel(
            name="Duty",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("begins", models.PositiveSmallIntegerField()),
                ("minutes", models.PositiveSmallIntegerField()),
                (
                    "membership",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="duties",
                        to="partners.membership",
                    ),
                ),
                (
                    "partner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="partners.partner"
                    ),
                ),
            ],
            options={
                "ordering": ["membership", "begins"],
                "constraints": [
                    models.UniqueConstraint(fields=("membership", "begins"), name="directory_duty_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("begins__lt", 10080), ("minutes__gte", 1), ("minutes__lte", 1440)
                        ),
                        name="directory_duty_stretch",
                    ),
                ],
            },
        ),
    ]

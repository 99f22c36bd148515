import django.db.models.deletion
from django.db import migrations, models

from cityalert.lib.zones import Zone

_RENAME = """
    ALTER TABLE directory_duty RENAME TO duty_hours;
    ALTER TABLE duty_hours RENAME CONSTRAINT directory_duty_once TO duty_hours_once;
    ALTER TABLE duty_hours RENAME CONSTRAINT directory_duty_stretch TO duty_hours_stretch;
"""
_BACK = """
    ALTER TABLE duty_hours RENAME CONSTRAINT duty_hours_stretch TO directory_duty_stretch;
    ALTER TABLE duty_hours RENAME CONSTRAINT duty_hours_once TO directory_duty_once;
    ALTER TABLE duty_hours RENAME TO directory_duty;
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = [("directory", "0004_hours_move_to_duty"), ("partners", "0015_former_members")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(_RENAME, _BACK)],
            state_operations=[
                migrations.CreateModel(
                    name="Hours",
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
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="partners.partner",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["membership", "begins"],
                        "constraints": [
                            models.UniqueConstraint(fields=("membership", "begins"), name="duty_hours_once"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("begins__lt", 10080), ("minutes__gte", 1), ("minutes__lte", 1440)
                                ),
                                name="duty_hours_stretch",
                            ),
                        ],
                    },
                ),
            ],
        ),
        migrations.CreateModel(
            name="Roster",
            fields=[
                (
                    "partner",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="partners.partner",
                    ),
                ),
                (
                    "zone",
                    models.CharField(
                        blank=True,
                        choices=Zone.choices,
                        default="",
                        max_length=20,
                        verbose_name="time zone",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("zone__in", ["", *Zone.values])), name="duty_roster_zone"
                    )
                ],
            },
        ),
    ]

"""Quiet hours of whoever can be told, and the one place that knows when they end."""

from django.db import migrations, models

ZONES = [
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

# When the quiet hours end in which a moment lies; null where it lies in none. A night is two moments, not two readings of
# a clock: what a clock shows twice in autumn begins and ends it once, what it never shows in spring counts as later.
QUIET_UNTIL = """
CREATE FUNCTION quiet_until(moment timestamptz, begins time, ends time, place text) RETURNS timestamptz
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE
        WHEN begins < ends THEN
            CASE WHEN moment >= (today + begins) AT TIME ZONE place AND moment < (today + ends) AT TIME ZONE place
                 THEN (today + ends) AT TIME ZONE place END
        WHEN moment < (today + ends) AT TIME ZONE place THEN (today + ends) AT TIME ZONE place
        WHEN moment >= (today + begins) AT TIME ZONE place THEN (today + 1 + ends) AT TIME ZONE place END
    FROM (SELECT (moment AT TIME ZONE place)::date AS today) there
$$
"""


class Migration(migrations.Migration):
    dependencies = [("subscriptions", "0006_what_residents_want")]

    operations = [
        migrations.AddField(
            model_name="subscriber",
            name="zone",
            field=models.CharField(
                blank=True,
                choices=ZONES,
                db_default="",
                default="",
                help_text="Empty: the city's",
                max_length=20,
            ),
        ),
        migrations.AddField(
            model_name="subscriber",
            name="quiet_from",
            field=models.TimeField(help_text="By the clock of the zone; null: never quiet", null=True),
        ),
        migrations.AddField(model_name="subscriber", name="quiet_until", field=models.TimeField(null=True)),
        migrations.AddField(
            model_name="subscriber",
            name="wakes_from",
            field=models.PositiveSmallIntegerField(
                choices=[(0, "Unknown"), (1, "Minor"), (2, "Moderate"), (3, "Severe"), (4, "Extreme")],
                db_default=3,
                default=3,
                help_text="From this severity on quiet hours do not count",
            ),
        ),
        migrations.AddConstraint(
            model_name="subscriber",
            constraint=models.CheckConstraint(
                condition=models.Q(("quiet_from", None), ("quiet_until", None))
                | models.Q(("quiet_from__isnull", False), ("quiet_until__isnull", False))
                & ~models.Q(("quiet_from", models.F("quiet_until"))),
                name="subscriber_quiet_is_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="subscriber",
            constraint=models.CheckConstraint(
                condition=models.Q(("zone__in", ["", *(name for name, _town in ZONES)])),
                name="subscriber_zone_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="subscriber",
            constraint=models.CheckConstraint(
                condition=models.Q(("wakes_from__lte", 4)), name="subscriber_can_be_woken"
            ),
        ),
        migrations.RunSQL(QUIET_UNTIL, "DROP FUNCTION quiet_until(timestamptz, time, time, text)"),
    ]

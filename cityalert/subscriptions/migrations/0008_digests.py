"""One mail a day for what is minor, and when the clock shows that time next."""

from django.db import migrations, models

NEXT_AT = """
CREATE FUNCTION next_at_clock(moment timestamptz, clock time, place text) RETURNS timestamptz
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN moment < (today + clock) AT TIME ZONE place THEN (today + clock) AT TIME ZONE place
                ELSE (today + 1 + clock) AT TIME ZONE place END
    FROM (SELECT (moment AT TIME ZONE place)::date AS today) there
$$
"""


class Migration(migrations.Migration):
    dependencies = [("subscriptions", "0007_quiet_hours")]

    operations = [
        migrations.AddField(
            model_name="subscriber",
            name="digest_at",
            field=models.TimeField(
                help_text="Minor alerts come then, in one mail a day; null: each at once", null=True
            ),
        ),
        migrations.RunSQL(NEXT_AT, "DROP FUNCTION next_at_clock(timestamptz, time, text)"),
    ]

"""What a partner or a site is, finer than its kind."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("partners", "0003_owners_sign")]

    operations = [
        migrations.AddField(
            model_name="partner",
            name="sector",
            field=models.CharField(
                blank=True,
                choices=[
                    ("bank", "Bank"),
                    ("office", "Office tower"),
                    ("hotel", "Hotel"),
                    ("retail", "Shopping"),
                    ("restaurant", "Restaurant or bar"),
                    ("theatre", "Theatre or concert hall"),
                    ("stadium", "Stadium or arena"),
                    ("museum", "Museum or gallery"),
                    ("attraction", "Attraction or convention centre"),
                    ("worship", "Place of worship"),
                    ("residential", "Residential building"),
                    ("primary_school", "Primary school"),
                    ("secondary_school", "Secondary school"),
                    ("campus", "College or university campus"),
                    ("childcare", "Childcare centre"),
                    ("library", "Library or community centre"),
                    ("hospital", "Hospital"),
                    ("station", "Station or stop"),
                    ("airport", "Airport or harbour"),
                    ("parking", "Parking"),
                    ("park", "Park or square"),
                    ("government", "Government building"),
                    ("emergency", "Emergency service"),
                    ("utility", "Utility or telecom"),
                    ("media", "Broadcaster or newsroom"),
                ],
                max_length=20,
                verbose_name="sector",
            ),
        ),
        migrations.AddField(
            model_name="site",
            name="sector",
            field=models.CharField(
                blank=True,
                choices=[
                    ("bank", "Bank"),
                    ("office", "Office tower"),
                    ("hotel", "Hotel"),
                    ("retail", "Shopping"),
                    ("restaurant", "Restaurant or bar"),
                    ("theatre", "Theatre or concert hall"),
                    ("stadium", "Stadium or arena"),
                    ("museum", "Museum or gallery"),
                    ("attraction", "Attraction or convention centre"),
                    ("worship", "Place of worship"),
                    ("residential", "Residential building"),
                    ("primary_school", "Primary school"),
                    ("secondary_school", "Secondary school"),
                    ("campus", "College or university campus"),
                    ("childcare", "Childcare centre"),
                    ("library", "Library or community centre"),
                    ("hospital", "Hospital"),
                    ("station", "Station or stop"),
                    ("airport", "Airport or harbour"),
                    ("parking", "Parking"),
                    ("park", "Park or square"),
                    ("government", "Government building"),
                    ("emergency", "Emergency service"),
                    ("utility", "Utility or telecom"),
                    ("media", "Broadcaster or newsroom"),
                ],
                help_text="Empty: the partner's",
                max_length=20,
                verbose_name="sector",
            ),
        ),
    ]

from django.db import migrations, models

UNSAID = ["approved", "draft", "pending", "rejected"]


class Migration(migrations.Migration):
    dependencies = [("alerts", "0003_notices_say_whose")]

    operations = [
        migrations.RemoveConstraint(model_name="alert", name="alert_published_whole"),
        migrations.RemoveConstraint(model_name="alert", name="alert_public_two_people"),
        migrations.AlterField(
            model_name="alert",
            name="state",
            field=models.CharField(
                choices=[
                    ("draft", "Draft"),
                    ("pending", "Waiting for a second person"),
                    ("approved", "Approved, not sent yet"),
                    ("rejected", "Rejected"),
                    ("published", "Published"),
                    ("updated", "Updated"),
                    ("cancelled", "Cancelled"),
                    ("in_error", "Issued in error"),
                    ("expired", "Expired"),
                ],
                default="draft",
                max_length=12,
            ),
        ),
        migrations.AddConstraint(
            model_name="alert",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", UNSAID),
                    models.Q(
                        ("area__isnull", False),
                        ("expires_at__isnull", False),
                        ("notice__isnull", False),
                        ("published_at__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="alert_published_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="alert",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("scope", "Public"), ("status", "Actual"), _negated=True),
                    ("msg_type", "Cancel"),
                    ("state__in", UNSAID),
                    models.Q(
                        ("approved_by__isnull", False),
                        models.Q(("approved_by", models.F("submitted_by")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="alert_public_two_people",
            ),
        ),
    ]

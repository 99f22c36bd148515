from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("partners", "0012_skeletons_are_unique"),
    ]

    operations = [
        migrations.AddField(
            model_name="partner",
            name="suspended_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="partner",
            name="suspended_reason",
            field=models.CharField(blank=True, db_default="", editable=False, max_length=300),
        ),
        migrations.AddConstraint(
            model_name="partner",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("suspended_at", None), ("suspended_reason", "")),
                    models.Q(
                        ("is_active", False),
                        ("suspended_at__isnull", False),
                        models.Q(("suspended_reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="partner_suspended_with_a_reason",
            ),
        ),
    ]

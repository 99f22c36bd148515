"""Whoever once acted for a partner, as far as the log knows, and has no membership any more."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

_FORMER = """
    INSERT INTO partners_former (user_id, partner_id)
    SELECT DISTINCT e.user_id, e.partner_id
    FROM audit_entry e JOIN accounts_user u ON u.id = e.user_id JOIN partners_partner p ON p.id = e.partner_id
    WHERE NOT EXISTS (
        SELECT FROM partners_membership m WHERE m.user_id = e.user_id AND m.partner_id = e.partner_id)
"""


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0001_initial"),
        ("partners", "0014_invited_are_told"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Former",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "partner",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="partners.partner",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("partner", "user"), name="former_once")],
            },
        ),
        migrations.RunSQL(_FORMER, migrations.RunSQL.noop),
    ]

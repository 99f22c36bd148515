"""Sharing groups get a host and a row for each partner, asked or in."""

from datetime import UTC, datetime

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [migrations.swappable_dependency(settings.AUTH_USER_MODEL), ("partners", "0004_sectors")]

    operations = [
        migrations.CreateModel(
            name="GroupInvitation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("invited_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["-invited_at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Participant",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("invited", "Invited"),
                            ("joined", "In the group"),
                            ("suspended", "Suspended"),
                            ("declined", "Declined"),
                            ("left", "Left"),
                            ("removed", "Removed"),
                        ],
                        default="invited",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                (
                    "extender_role",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("owner", "Owner"),
                            ("administrator", "Administrator"),
                            ("publisher", "Publisher"),
                            ("approver", "Approver"),
                            ("operator", "Operator"),
                            ("analyst", "Analyst"),
                            ("viewer", "Viewer"),
                        ],
                        help_text="Members in this role, beside owners and administrators; empty: nobody",
                        max_length=20,
                        verbose_name="who may invite others",
                    ),
                ),
                ("invited_at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["partner__name"],
            },
        ),
        migrations.AlterModelOptions(
            name="sharinggroup",
            options={"ordering": ["name", "pk"]},
        ),
        migrations.AddField(
            model_name="sharinggroup",
            name="ceiling",
            field=models.CharField(
                choices=[
                    ("CLEAR", "TLP:CLEAR"),
                    ("GREEN", "TLP:GREEN"),
                    ("AMBER", "TLP:AMBER"),
                    ("AMBER+STRICT", "TLP:AMBER+STRICT"),
                    ("RED", "TLP:RED"),
                ],
                default="AMBER+STRICT",
                help_text="Nothing that is marked more strictly is sent to the group",
                max_length=12,
                verbose_name="strictest marking",
            ),
        ),
        migrations.AddField(
            model_name="sharinggroup",
            name="created_at",
            field=models.DateTimeField(
                auto_now_add=True,
                default=datetime(2026, 1, 1, tzinfo=UTC),
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="sharinggroup",
            name="host",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="hosted_groups",
                to="partners.partner",
            ),
        ),
        migrations.AddField(
            model_name="sharinggroup",
            name="is_active",
            field=models.BooleanField(
                default=True, help_text="A closed group reaches nobody", verbose_name="open"
            ),
        ),
        migrations.AddField(
            model_name="sharinggroup",
            name="is_hidden",
            field=models.BooleanField(
                default=False, help_text="Only the host knows who is in it", verbose_name="hidden membership"
            ),
        ),
        migrations.AddField(
            model_name="sharinggroup",
            name="purpose",
            field=models.TextField(blank=True, max_length=600, verbose_name="purpose"),
        ),
        migrations.AlterField(
            model_name="sharinggroup",
            name="name",
            field=models.CharField(max_length=120, verbose_name="name"),
        ),
        migrations.AddField(
            model_name="groupinvitation",
            name="group",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="invitations",
                to="partners.sharinggroup",
            ),
        ),
        migrations.AddField(
            model_name="groupinvitation",
            name="host",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="partners.partner"
            ),
        ),
        migrations.AddField(
            model_name="groupinvitation",
            name="invited_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="partners.partner"
            ),
        ),
        migrations.AddField(
            model_name="groupinvitation",
            name="partner",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="partners.partner"
            ),
        ),
        migrations.AddField(
            model_name="participant",
            name="answered_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="participant",
            name="group",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="participants",
                to="partners.sharinggroup",
            ),
        ),
        migrations.AddField(
            model_name="participant",
            name="host",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="partners.partner"
            ),
        ),
        migrations.AddField(
            model_name="participant",
            name="invited_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="partners.partner"
            ),
        ),
        migrations.AddField(
            model_name="participant",
            name="partner",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="participations",
                to="partners.partner",
            ),
        ),
        migrations.AddConstraint(
            model_name="groupinvitation",
            constraint=models.UniqueConstraint(
                fields=("group", "partner", "invited_by"), name="group_invitation_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="participant",
            constraint=models.UniqueConstraint(fields=("group", "partner"), name="participant_once"),
        ),
        migrations.AddConstraint(
            model_name="participant",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["joined", "suspended"]), _negated=True),
                    ("answered_at__isnull", False),
                    _connector="OR",
                ),
                name="participant_agreed",
            ),
        ),
    ]

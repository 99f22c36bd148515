import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("partners", "0003_owners_sign"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Agreement",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("sharing", "Information sharing"),
                            ("confidentiality", "Confidentiality"),
                            ("cameras", "Camera lending"),
                        ],
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                ("version", models.PositiveSmallIntegerField(verbose_name="version")),
                ("text_en", models.TextField(verbose_name="English text")),
                ("text_fr", models.TextField(verbose_name="French text")),
                ("sha256", models.CharField(max_length=64)),
                (
                    "valid_months",
                    models.PositiveSmallIntegerField(verbose_name="months a signature is valid"),
                ),
                ("required_from", models.DateTimeField(verbose_name="required from")),
                ("published_at", models.DateTimeField()),
                (
                    "published_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["kind", "-version"],
            },
        ),
        migrations.CreateModel(
            name="Signing",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("sharing", "Information sharing"),
                            ("confidentiality", "Confidentiality"),
                            ("cameras", "Camera lending"),
                        ],
                        max_length=20,
                    ),
                ),
                ("sha256", models.CharField(max_length=64)),
                ("signed_at", models.DateTimeField()),
                ("signer_name", models.CharField(max_length=120, verbose_name="name")),
                ("signer_role", models.CharField(max_length=120, verbose_name="position")),
                ("countersigned_at", models.DateTimeField(null=True)),
                ("countersigner_name", models.CharField(blank=True, max_length=120)),
                ("countersigner_role", models.CharField(blank=True, max_length=120)),
                ("expires_at", models.DateTimeField(null=True)),
                ("reminded_days", models.PositiveSmallIntegerField(null=True)),
                (
                    "agreement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="signings",
                        to="agreements.agreement",
                    ),
                ),
                (
                    "countersigned_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "partner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="signings",
                        to="partners.partner",
                    ),
                ),
                (
                    "signed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-signed_at"],
            },
        ),
        migrations.AddConstraint(
            model_name="agreement",
            constraint=models.UniqueConstraint(fields=("kind", "version"), name="agreement_version_once"),
        ),
        migrations.AddConstraint(
            model_name="agreement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("text_en", ""), _negated=True), models.Q(("text_fr", ""), _negated=True)
                ),
                name="agreement_both_languages",
            ),
        ),
        migrations.AddConstraint(
            model_name="agreement",
            constraint=models.CheckConstraint(
                condition=models.Q(("valid_months__range", (1, 120))), name="agreement_months"
            ),
        ),
        migrations.AddIndex(
            model_name="signing",
            index=models.Index(fields=["expires_at"], name="signing_by_end"),
        ),
        migrations.AddConstraint(
            model_name="signing",
            constraint=models.UniqueConstraint(
                condition=models.Q(("countersigned_at", None)),
                fields=("partner", "kind"),
                name="signing_one_waits",
            ),
        ),
        migrations.AddConstraint(
            model_name="signing",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("countersigned_at", None), ("countersigner_name", ""), ("expires_at", None)),
                    models.Q(
                        ("countersigned_at__gte", models.F("signed_at")),
                        ("expires_at__gt", models.F("countersigned_at")),
                        models.Q(("countersigner_name", ""), _negated=True),
                        models.Q(("countersigner_role", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="signing_both_sides",
            ),
        ),
        migrations.AddConstraint(
            model_name="signing",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("signer_name", ""), _negated=True),
                    models.Q(("signer_role", ""), _negated=True),
                    ("sha256__length", 64),
                ),
                name="signing_named",
            ),
        ),
    ]

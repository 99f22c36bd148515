import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import partners.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("agreements", "0002_the_hash_is_the_texts"),
        ("partners", "0013_suspension"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Application",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("received", "Received: the address is not confirmed yet"),
                            ("vetting", "Being checked"),
                            ("returned", "Returned: something has to be changed"),
                            ("approved", "Approved"),
                            ("refused", "Refused"),
                        ],
                        default="received",
                        max_length=10,
                    ),
                ),
                (
                    "language",
                    models.CharField(
                        choices=[("en", "English"), ("fr", "French")], default="en", max_length=2
                    ),
                ),
                ("name", models.CharField(max_length=160, verbose_name="organisation")),
                ("name_skeleton", partners.fields.SkeletonField(editable=False, max_length=200)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("police", "Police"),
                            ("bia", "Business improvement area"),
                            ("venue", "Venue"),
                            ("corporate", "Corporate security"),
                            ("school", "School"),
                            ("transit", "Transit"),
                            ("municipal", "Municipal"),
                        ],
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                ("address", models.CharField(max_length=200, verbose_name="address")),
                ("website", models.URLField(verbose_name="web site")),
                ("contact_name", models.CharField(max_length=120, verbose_name="name")),
                ("contact_role", models.CharField(max_length=120, verbose_name="position")),
                ("contact_email", models.EmailField(max_length=254, verbose_name="e-mail")),
                ("contact_phone", models.CharField(max_length=20, verbose_name="telephone")),
                ("sponsor_name", models.CharField(blank=True, max_length=160, verbose_name="sponsor")),
                ("why", models.TextField(max_length=2000, verbose_name="why")),
                ("about", models.CharField(max_length=64)),
                (
                    "numbers",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=20), size=None
                    ),
                ),
                ("submitted_at", models.DateTimeField()),
                ("confirmed_at", models.DateTimeField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
                ("reason", models.CharField(blank=True, max_length=300)),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "partner",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="application",
                        to="partners.partner",
                    ),
                ),
            ],
            options={
                "ordering": ["submitted_at"],
            },
        ),
        migrations.CreateModel(
            name="Approach",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("name", models.CharField(max_length=160, verbose_name="organisation")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("police", "Police"),
                            ("bia", "Business improvement area"),
                            ("venue", "Venue"),
                            ("corporate", "Corporate security"),
                            ("school", "School"),
                            ("transit", "Transit"),
                            ("municipal", "Municipal"),
                        ],
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                ("contact_name", models.CharField(max_length=120, verbose_name="name")),
                ("contact_email", models.EmailField(max_length=254, verbose_name="e-mail")),
                (
                    "language",
                    models.CharField(
                        choices=[("en", "English"), ("fr", "French")],
                        default="en",
                        max_length=2,
                        verbose_name="language",
                    ),
                ),
                ("made_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("digest", models.CharField(max_length=64, unique=True)),
                (
                    "application",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="approach",
                        to="joining.application",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "sponsor",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="approaches",
                        to="partners.partner",
                    ),
                ),
            ],
            options={
                "ordering": ["-made_at"],
            },
        ),
        migrations.CreateModel(
            name="Check",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("call_back", "Call-back"),
                            ("domain", "Domain"),
                            ("document", "Document"),
                            ("exception", "Exception: no sponsor"),
                        ],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                ("about", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
                ("number", models.CharField(blank=True, max_length=20, verbose_name="number called")),
                (
                    "number_found",
                    models.CharField(blank=True, max_length=200, verbose_name="where the number was found"),
                ),
                ("called_at", models.DateTimeField(null=True, verbose_name="called at")),
                ("spoke_with", models.CharField(blank=True, max_length=120, verbose_name="spoke with")),
                ("found", models.CharField(max_length=500, verbose_name="what was found")),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="checks",
                        to="joining.application",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["at"],
            },
        ),
        migrations.CreateModel(
            name="Link",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("expires_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(null=True)),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="links",
                        to="joining.application",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SignedText",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sha256", models.CharField(max_length=64)),
                ("about", models.CharField(max_length=64)),
                ("signer_name", models.CharField(max_length=120)),
                ("signer_role", models.CharField(max_length=120)),
                ("signed_at", models.DateTimeField()),
                (
                    "agreement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agreements.agreement",
                    ),
                ),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="signed_texts",
                        to="joining.application",
                    ),
                ),
            ],
            options={
                "ordering": ["signed_at"],
            },
        ),
        migrations.CreateModel(
            name="Sponsorship",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("asked_at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(null=True)),
                ("is_confirmed", models.BooleanField(null=True)),
                ("about", models.CharField(blank=True, max_length=64)),
                ("words", models.CharField(blank=True, max_length=300, verbose_name="how you know them")),
                (
                    "answered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sponsorships",
                        to="joining.application",
                    ),
                ),
                (
                    "partner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sponsorships",
                        to="partners.partner",
                    ),
                ),
            ],
            options={
                "ordering": ["asked_at"],
            },
        ),
        migrations.AddIndex(
            model_name="application",
            index=models.Index(fields=["state", "submitted_at"], name="application_queue"),
        ),
        migrations.AddIndex(
            model_name="application",
            index=models.Index(fields=["name_skeleton"], name="application_by_name"),
        ),
        migrations.AddIndex(
            model_name="application",
            index=models.Index(fields=["contact_email"], name="application_by_contact"),
        ),
        migrations.AddConstraint(
            model_name="application",
            constraint=models.CheckConstraint(
                condition=models.Q(("state", "received"), ("confirmed_at__isnull", False), _connector="OR"),
                name="application_confirmed",
            ),
        ),
        migrations.AddConstraint(
            model_name="application",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["approved", "refused"]), _negated=True),
                    models.Q(("decided_at__isnull", False), ("decided_by__isnull", False)),
                    _connector="OR",
                ),
                name="application_decided_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="application",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("partner__isnull", False), ("state", "approved")),
                    models.Q(models.Q(("state", "approved"), _negated=True), ("partner", None)),
                    _connector="OR",
                ),
                name="application_partner_when_approved",
            ),
        ),
        migrations.AddConstraint(
            model_name="application",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["returned", "refused"]), _negated=True),
                    models.Q(("reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="application_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="check",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "call_back"), _negated=True),
                    models.Q(
                        models.Q(("number", ""), _negated=True),
                        models.Q(("number_found", ""), _negated=True),
                        models.Q(("spoke_with", ""), _negated=True),
                        ("called_at__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="check_call_back_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="check",
            constraint=models.CheckConstraint(
                condition=models.Q(("found", ""), _negated=True), name="check_says_what"
            ),
        ),
        migrations.AddConstraint(
            model_name="signedtext",
            constraint=models.UniqueConstraint(
                fields=("application", "agreement", "about"), name="signed_text_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="signedtext",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("signer_name", ""), _negated=True), models.Q(("signer_role", ""), _negated=True)
                ),
                name="signed_text_named",
            ),
        ),
        migrations.AddConstraint(
            model_name="sponsorship",
            constraint=models.UniqueConstraint(
                fields=("application", "partner"), name="sponsorship_asked_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="sponsorship",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answered_at", None), ("is_confirmed", None)),
                    models.Q(
                        ("answered_at__isnull", False),
                        ("answered_by__isnull", False),
                        ("is_confirmed__isnull", False),
                        models.Q(("words", ""), _negated=True),
                        models.Q(("about", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="sponsorship_answered_whole",
            ),
        ),
    ]

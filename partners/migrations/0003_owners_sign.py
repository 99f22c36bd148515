from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("partners", "0002_invitation"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="partner",
            options={
                "ordering": ["name"],
                "permissions": [
                    ("view_as_member", "View"),
                    ("answer_alerts", "Answer"),
                    ("draft_alerts", "Draft"),
                    ("publish_alerts", "Publish"),
                    ("approve_alerts", "Approve"),
                    ("view_reach", "Reach"),
                    ("manage_partner", "Manage"),
                    ("sign_agreements", "Sign"),
                    ("view_audit", "Audit"),
                ],
            },
        ),
    ]

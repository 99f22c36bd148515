from django.db import migrations

import partners.fields


class Migration(migrations.Migration):
    dependencies = [("partners", "0009_sign_on")]

    operations = [
        migrations.AddField(
            "partner", "name_skeleton", partners.fields.SkeletonField(default="", editable=False)
        ),
    ]

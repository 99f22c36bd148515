from django.db import migrations

import partners.fields


class Migration(migrations.Migration):
    dependencies = [("partners", "0011_fill_skeletons")]

    operations = [
        migrations.AlterField("partner", "name_skeleton", partners.fields.SkeletonField(unique=True))
    ]

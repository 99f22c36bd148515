from django.db import migrations

import cityalert.lib.sealed


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_hashes_are_ones_own")]

    operations = [
        migrations.AlterField(
            model_name="letter",
            name="address",
            field=cityalert.lib.sealed.SealedField(),
        ),
    ]

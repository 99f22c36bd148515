from django.db import migrations

import cityalert.lib.sealed


class Migration(migrations.Migration):
    dependencies = [("delivery", "0005_found_by_who_acknowledged")]

    operations = [
        migrations.AlterField(
            model_name="delivery",
            name="address",
            field=cityalert.lib.sealed.SealedField(
                help_text="Of a partner's screens: not sealed, it is nobody's"
            ),
        ),
    ]

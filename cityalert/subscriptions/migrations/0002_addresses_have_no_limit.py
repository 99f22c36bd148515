from django.db import migrations

import cityalert.lib.sealed


class Migration(migrations.Migration):
    dependencies = [("subscriptions", "0001_initial")]

    operations = [
        migrations.AlterField(
            model_name="contactpoint",
            name="address",
            field=cityalert.lib.sealed.SealedField(help_text="E.164 number or e-mail address"),
        ),
    ]

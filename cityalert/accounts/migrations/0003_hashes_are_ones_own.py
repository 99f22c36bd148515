from django.db import migrations

import cityalert.accounts.fields


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_letters")]

    operations = [
        migrations.AlterField(
            model_name="user",
            name="password",
            field=cityalert.accounts.fields.PasswordField(max_length=128, verbose_name="password"),
        ),
    ]

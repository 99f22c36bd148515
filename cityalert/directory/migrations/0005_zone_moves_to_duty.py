from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("directory", "0004_hours_move_to_duty"), ("duty", "0002_fill_zones")]
    operations = [
        migrations.RemoveConstraint(model_name="entry", name="directory_entry_zone"),
        migrations.RemoveField(model_name="entry", name="zone"),
    ]

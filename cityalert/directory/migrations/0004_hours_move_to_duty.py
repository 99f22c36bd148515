from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("directory", "0003_hours_of_duty")]
    operations = [
        migrations.SeparateDatabaseAndState(state_operations=[migrations.DeleteModel(name="Duty")]),
    ]

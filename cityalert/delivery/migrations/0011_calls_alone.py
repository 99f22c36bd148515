from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("delivery", "0010_wishes_become_calls")]
    operations = [
        migrations.RemoveIndex(
            model_name="notice",
            name="notice_to_escalate",
        ),
        migrations.RemoveField(
            model_name="notice",
            name="escalate_at",
        ),
        migrations.RemoveField(
            model_name="notice",
            name="escalated_at",
        ),
    ]

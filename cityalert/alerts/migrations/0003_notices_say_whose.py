"""What was said before rows said whose they are: the alerts know."""

from django.db import migrations

FILL = """
    UPDATE delivery_notice n SET partner_id = a.partner_id FROM alerts_alert a WHERE a.notice_id = n.id;
    UPDATE delivery_recipient r SET sender_id = n.partner_id FROM delivery_notice n WHERE n.id = r.notice_id;
    UPDATE delivery_delivery d SET sender_id = n.partner_id FROM delivery_notice n WHERE n.id = d.notice_id;
"""


class Migration(migrations.Migration):
    dependencies = [("alerts", "0002_audiences"), ("delivery", "0003_rows_say_whose")]

    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]

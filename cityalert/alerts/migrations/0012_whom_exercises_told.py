"""The exercises there were: their list is whom they told, or their author where that was nobody."""

from django.db import migrations

# What was published never changes, but for this.
_FILL = """
ALTER TABLE alerts_alert DISABLE TRIGGER published_is_immutable;
UPDATE alerts_alert a SET invited_partners = COALESCE(
    (SELECT array_agg(DISTINCT r.partner_id) FROM delivery_recipient r
     WHERE r.notice_id = a.notice_id AND r.partner_id IS NOT NULL), ARRAY[a.partner_id])
WHERE a.status <> 'Actual' AND a.published_at IS NOT NULL;
ALTER TABLE alerts_alert ENABLE TRIGGER published_is_immutable;
"""


class Migration(migrations.Migration):
    dependencies = [("alerts", "0011_a_list_for_exercises"), ("delivery", "0003_rows_say_whose")]

    operations = [migrations.RunSQL(_FILL, migrations.RunSQL.noop)]

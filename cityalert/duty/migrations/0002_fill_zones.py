from django.db import migrations

_FILL = """
    INSERT INTO duty_roster (partner_id, zone) SELECT partner_id, zone FROM directory_entry WHERE zone <> ''
    ON CONFLICT DO NOTHING
"""
_BACK = """
    INSERT INTO directory_entry (partner_id, is_listed, about, shows_sites, zone)
    SELECT partner_id, true, '', true, zone FROM duty_roster
    ON CONFLICT (partner_id) DO UPDATE SET zone = EXCLUDED.zone
"""


class Migration(migrations.Migration):
    dependencies = [("duty", "0001_hours_move_here")]
    operations = [migrations.RunSQL(_FILL, _BACK)]

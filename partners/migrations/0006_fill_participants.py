"""Groups there were keep their partners: the police among them is the host, or else the first to have come."""

from django.db import migrations

_HOSTS = """
    UPDATE partners_sharinggroup g SET host_id = (
        SELECT p.id FROM partners_sharinggroup_partners m JOIN partners_partner p ON p.id = m.partner_id
        WHERE m.sharinggroup_id = g.id ORDER BY p.kind <> 'police', p.created_at, p.id LIMIT 1)
"""
_PARTICIPANTS = """
    INSERT INTO partners_participant (group_id, partner_id, host_id, invited_by_id, state, extender_role,
        invited_at, answered_at)
    SELECT g.id, m.partner_id, g.host_id, g.host_id, 'joined', '', now(), now()
    FROM partners_sharinggroup g JOIN partners_sharinggroup_partners m ON m.sharinggroup_id = g.id
"""


class Migration(migrations.Migration):
    dependencies = [("partners", "0005_participants")]

    operations = [
        migrations.RunSQL(_HOSTS, migrations.RunSQL.noop),
        # Nobody was in it, nobody runs it.
        migrations.RunSQL("DELETE FROM partners_sharinggroup WHERE host_id IS NULL", migrations.RunSQL.noop),
        migrations.RunSQL(_PARTICIPANTS, migrations.RunSQL.noop),
    ]

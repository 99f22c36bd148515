from django.db import migrations

# What the sender wished for was on the notice; now it is a call like any other.
_MOVE = """
    INSERT INTO delivery_call
        (notice_id, sender_id, number, next_at, whom, channels, enough, ended_at, outcome, people)
    SELECT id, partner_id, 1, escalate_at, 'deputies', '{}', 1,
        coalesce(escalated_at, superseded_at, ended_at),
        CASE WHEN escalated_at IS NOT NULL THEN 'called' WHEN superseded_at IS NOT NULL THEN 'superseded'
             WHEN ended_at IS NOT NULL THEN 'expired' ELSE '' END, 0
    FROM delivery_notice WHERE escalate_at IS NOT NULL
"""
_BACK = """
    UPDATE delivery_notice n SET escalate_at = u.next_at, escalated_at = u.ended_at
    FROM delivery_call u WHERE u.notice_id = n.id AND u.partner_id IS NULL;
    DELETE FROM delivery_call WHERE partner_id IS NULL
"""


class Migration(migrations.Migration):
    dependencies = [("delivery", "0009_calls")]
    operations = [migrations.RunSQL(_MOVE, _BACK)]

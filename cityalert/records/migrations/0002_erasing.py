"""Erasing is decided and done by the owner's functions: the application may change and delete no word that was kept."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION may_erase_conversation(asked uuid, at timestamptz) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
    WITH c AS (
        SELECT id, partner_id, last_at, CASE WHEN about = '' THEN 'conversation' ELSE 'room' END AS kind
        FROM messaging_conversation WHERE id = asked
    ), taking_part AS (
        SELECT partner_id FROM c
        UNION SELECT partner_id FROM messaging_participant WHERE conversation_id = asked AND partner_id IS NOT NULL
        UNION SELECT j.partner_id FROM messaging_participant p JOIN partners_participant j ON j.group_id = p.group_id
              WHERE p.conversation_id = asked AND j.state = 'joined'
        UNION SELECT partner_id FROM messaging_post WHERE conversation_id = asked
    )
    SELECT EXISTS (SELECT FROM c)
        AND NOT EXISTS (SELECT FROM records_erasure e WHERE e.conversation_id = asked)
        AND NOT EXISTS (SELECT FROM records_hold h WHERE h.conversation_id = asked AND h.lifted_at IS NULL)
        AND NOT EXISTS (SELECT FROM taking_part t, c WHERE NOT EXISTS (
            SELECT FROM records_retention r WHERE r.partner_id = t.partner_id AND r.kind = c.kind
              AND c.last_at + make_interval(days => r.days::int) <= at))
    $$;
CREATE FUNCTION erase_conversation(asked uuid, at timestamptz) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
    DECLARE erased integer;
    BEGIN
        PERFORM FROM messaging_conversation WHERE id = asked FOR UPDATE;
        IF NOT may_erase_conversation(asked, at) THEN RETURN NULL; END IF;
        DELETE FROM messaging_content WHERE conversation_id = asked;
        DELETE FROM messaging_attachment WHERE conversation_id = asked;
        DELETE FROM messaging_reaction WHERE conversation_id = asked;
        DELETE FROM messaging_mention WHERE conversation_id = asked;
        DELETE FROM messaging_wording WHERE conversation_id = asked;
        DELETE FROM messaging_readmark WHERE conversation_id = asked;
        DELETE FROM messaging_post WHERE conversation_id = asked;
        GET DIAGNOSTICS erased = ROW_COUNT;
        UPDATE messaging_conversation SET subject = 'Erased · Effacé', closed_at = COALESCE(closed_at, at)
            WHERE id = asked;
        INSERT INTO records_erasure (conversation_id, erased_at, posts) VALUES (asked, at, erased);
        RETURN erased;
    END $$;
"""
BACK = "DROP FUNCTION erase_conversation(uuid, timestamptz); DROP FUNCTION may_erase_conversation(uuid, timestamptz);"


class Migration(migrations.Migration):
    dependencies = [("records", "0001_records"), ("messaging", "0001_conversations")]

    operations = [migrations.RunSQL(FORWARD, BACK)]

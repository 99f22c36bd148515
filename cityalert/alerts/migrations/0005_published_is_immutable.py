"""What was published never changes: PostgreSQL refuses it, whoever asks. See `lifecycle` for what may."""

from django.db import migrations

_GUARD = """
CREATE FUNCTION alerts_published_is_immutable() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE moves CONSTANT text[] := ARRAY['state', 'ended_at'];
BEGIN
    IF to_jsonb(OLD) - moves IS DISTINCT FROM to_jsonb(NEW) - moves THEN
        RAISE EXCEPTION 'a published alert never changes' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE FUNCTION alerts_published_words_are_immutable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM alerts_alert WHERE id = OLD.alert_id AND published_at IS NOT NULL) THEN
        RAISE EXCEPTION 'the words of a published alert never change' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER published_is_immutable BEFORE UPDATE ON alerts_alert
    FOR EACH ROW WHEN (OLD.published_at IS NOT NULL) EXECUTE FUNCTION alerts_published_is_immutable();
CREATE TRIGGER published_words_are_immutable BEFORE UPDATE ON alerts_info
    FOR EACH ROW EXECUTE FUNCTION alerts_published_words_are_immutable();
"""

_LET_GO = """
DROP TRIGGER published_words_are_immutable ON alerts_info;
DROP TRIGGER published_is_immutable ON alerts_alert;
DROP FUNCTION alerts_published_words_are_immutable();
DROP FUNCTION alerts_published_is_immutable();
"""


class Migration(migrations.Migration):
    dependencies = [("alerts", "0004_states")]

    operations = [migrations.RunSQL(_GUARD, _LET_GO)]

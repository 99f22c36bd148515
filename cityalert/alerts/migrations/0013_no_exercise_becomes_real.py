"""PostgreSQL keeps apart what is real and what is not: by their lists, along a series, and between versions."""

from django.db import migrations, models

# As the owner, who sees every row: whether a version is another partner's must not matter.
_GUARD = """
CREATE FUNCTION alerts_status_never_crosses() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM alerts_alert a
               WHERE a.series = NEW.series AND a.id <> NEW.id AND a.status <> NEW.status) THEN
        RAISE EXCEPTION 'one series is real, or an exercise, or a test'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.status <> OLD.status AND EXISTS (
            SELECT FROM alerts_alert_references r WHERE NEW.id IN (r.from_alert_id, r.to_alert_id)) THEN
        RAISE EXCEPTION 'a correction is as real as what it corrects'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE FUNCTION alerts_references_never_cross() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM alerts_alert a, alerts_alert b
               WHERE a.id = NEW.from_alert_id AND b.id = NEW.to_alert_id AND a.status <> b.status) THEN
        RAISE EXCEPTION 'a correction is as real as what it corrects'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER status_never_crosses BEFORE INSERT OR UPDATE OF status, series ON alerts_alert
    FOR EACH ROW EXECUTE FUNCTION alerts_status_never_crosses();
CREATE TRIGGER references_never_cross BEFORE INSERT OR UPDATE ON alerts_alert_references
    FOR EACH ROW EXECUTE FUNCTION alerts_references_never_cross();
"""
_LET_GO = """
DROP TRIGGER references_never_cross ON alerts_alert_references;
DROP TRIGGER status_never_crosses ON alerts_alert;
DROP FUNCTION alerts_references_never_cross();
DROP FUNCTION alerts_status_never_crosses();
"""


class Migration(migrations.Migration):
    dependencies = [("alerts", "0012_whom_exercises_told")]

    operations = [
        migrations.AddConstraint(
            model_name="alert",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("invited_members__len", 0), ("invited_partners__len", 0), ("status", "Actual")
                )
                | ~models.Q(("status", "Actual"))
                & models.Q(
                    ("state__in", ["approved", "draft", "pending", "rejected"]),
                    ("invited_partners__len__gt", 0),
                    ("invited_members__len__gt", 0),
                    _connector="OR",
                ),
                name="alert_exercise_has_a_list",
            ),
        ),
        migrations.RunSQL(_GUARD, _LET_GO),
    ]

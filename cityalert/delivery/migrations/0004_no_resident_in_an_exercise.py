"""PostgreSQL refuses to freeze a resident into an exercise's audience, or to call an exercise real afterwards."""

from django.db import migrations

# Once for each statement, however many it freezes; as the owner, who sees every notice.
_GUARD = """
CREATE FUNCTION delivery_no_resident_in_an_exercise() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM delivery_notice n
               WHERE n.is_exercise AND n.id IN (SELECT f.notice_id FROM frozen f WHERE f.kind = 'resident')) THEN
        RAISE EXCEPTION 'no resident hears an exercise' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION delivery_exercise_stays_one() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'an exercise stays one' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER no_resident_in_an_exercise AFTER INSERT ON delivery_recipient
    REFERENCING NEW TABLE AS frozen FOR EACH STATEMENT EXECUTE FUNCTION delivery_no_resident_in_an_exercise();
CREATE TRIGGER exercise_stays_one BEFORE UPDATE OF is_exercise ON delivery_notice
    FOR EACH ROW WHEN (OLD.is_exercise <> NEW.is_exercise) EXECUTE FUNCTION delivery_exercise_stays_one();
"""
_LET_GO = """
DROP TRIGGER exercise_stays_one ON delivery_notice;
DROP TRIGGER no_resident_in_an_exercise ON delivery_recipient;
DROP FUNCTION delivery_exercise_stays_one();
DROP FUNCTION delivery_no_resident_in_an_exercise();
"""


class Migration(migrations.Migration):
    dependencies = [("delivery", "0003_rows_say_whose")]

    operations = [migrations.RunSQL(_GUARD, _LET_GO)]

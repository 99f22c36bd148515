"""An application becomes approved only when every check is there: PostgreSQL looks, whoever asks.

The same list as `joining.checklist`, for what the application says today (`about`): a call-back to a number that the
applicant never gave, a domain or document check, a sponsor or an exception by somebody else than who approves, both
agreements; and a check by somebody else than who approves.
"""

from django.db import migrations

TRIGGER = """
CREATE FUNCTION joining_nobody_joins_unchecked() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    missing text;
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.state = 'approved' THEN
        RETURN NEW;
    END IF;
    missing := CASE
        WHEN NOT EXISTS (SELECT FROM joining_check c WHERE c.application_id = NEW.id AND c.about = NEW.about
                AND c.kind = 'call_back' AND c.number <> ALL (NEW.numbers))
            THEN 'call-back'
        WHEN NOT EXISTS (SELECT FROM joining_check c WHERE c.application_id = NEW.id AND c.about = NEW.about
                AND c.kind IN ('domain', 'document'))
            THEN 'domain or document'
        WHEN NOT EXISTS (SELECT FROM joining_sponsorship s JOIN partners_partner p ON p.id = s.partner_id
                WHERE s.application_id = NEW.id AND s.about = NEW.about AND s.is_confirmed AND p.is_active)
            AND NOT EXISTS (SELECT FROM joining_check c WHERE c.application_id = NEW.id AND c.about = NEW.about
                AND c.kind = 'exception' AND c.by_id <> NEW.decided_by_id)
            THEN 'sponsor'
        WHEN (SELECT count(DISTINCT a.kind) FROM joining_signedtext t
                JOIN agreements_agreement a ON a.id = t.agreement_id AND a.sha256 = t.sha256
                WHERE t.application_id = NEW.id AND t.about = NEW.about
                AND a.kind IN ('sharing', 'confidentiality')) < 2
            THEN 'agreements'
        WHEN NOT EXISTS (SELECT FROM joining_check c WHERE c.application_id = NEW.id AND c.about = NEW.about
                AND c.by_id <> NEW.decided_by_id)
            THEN 'second person'
    END;
    IF missing IS NOT NULL THEN
        RAISE EXCEPTION 'This application cannot be approved: % is missing.', missing
            USING ERRCODE = 'check_violation', CONSTRAINT = 'application_checked';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER joining_nobody_joins_unchecked BEFORE INSERT OR UPDATE ON joining_application
    FOR EACH ROW WHEN (NEW.state = 'approved') EXECUTE FUNCTION joining_nobody_joins_unchecked();
"""
UNDO = """
DROP TRIGGER joining_nobody_joins_unchecked ON joining_application;
DROP FUNCTION joining_nobody_joins_unchecked();
"""


class Migration(migrations.Migration):
    dependencies = [("joining", "0001_applications"), ("agreements", "0002_the_hash_is_the_texts")]

    operations = [migrations.RunSQL(TRIGGER, UNDO)]

"""Row level security: who sees which rows of which table, in one place. PostgreSQL enforces it for every query.

`WALLED` names the tables with partners' rows and what a person acting for a partner may see and write of each;
`OPEN` names those that hold no partner's rows, and says why. A table in neither fails a test, and is closed.
Who stands across partners (`lib.tenancy`) and the owner, who migrates, see all.
"""

from collections.abc import Iterable

from django.conf import settings
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

# As who the question is asked: set by `lib.postgis` before each statement. In a policy they stand in a subquery of
# their own, so that PostgreSQL asks once for a statement and not once for a row.
OURS = "(SELECT own_partner())"
ME = "(SELECT own_person())"

FUNCTIONS = """
CREATE OR REPLACE FUNCTION own_partner() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT NULLIF(current_setting('app.partner', true), '')::uuid $$;
CREATE OR REPLACE FUNCTION own_person() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT NULLIF(current_setting('app.person', true), '')::bigint $$;
-- The rest as the owner: who may see a row must not ask in turn who may see the rows that say so.
CREATE OR REPLACE FUNCTION own_open_groups() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER PARALLEL SAFE
    SET search_path = public, pg_temp
    AS $$ SELECT g.id FROM partners_sharinggroup g JOIN partners_participant p ON p.group_id = g.id
          WHERE NOT g.is_hidden AND p.partner_id = own_partner() AND p.state = 'joined' $$;
CREATE OR REPLACE FUNCTION own_incidents() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER PARALLEL SAFE
    SET search_path = public, pg_temp
    AS $$ SELECT incident_id FROM incidents_participation WHERE partner_id = own_partner() $$;
CREATE OR REPLACE FUNCTION own_dossiers() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER PARALLEL SAFE
    SET search_path = public, pg_temp
    AS $$ SELECT dossier_id FROM dossiers_guest WHERE partner_id = own_partner() $$;
CREATE OR REPLACE FUNCTION own_conversations() RETURNS TABLE (id uuid, since integer, is_open boolean)
    LANGUAGE sql STABLE SECURITY DEFINER PARALLEL SAFE SET search_path = public, pg_temp
    AS $$ SELECT v.id, min(t.since), NOT v.is_hidden OR v.partner_id = own_partner()
          FROM messaging_participant t JOIN messaging_conversation v ON v.id = t.conversation_id
          WHERE t.left_at IS NULL AND (
              t.partner_id = own_partner() AND (
                  t.user_id = own_person() OR t.user_id IS NULL AND (t.unit = '' OR t.unit IN (
                      SELECT m.unit FROM partners_membership m
                      WHERE m.partner_id = own_partner() AND m.user_id = own_person() AND m.is_active)))
              OR t.group_id IN (
                  SELECT p.group_id FROM partners_participant p JOIN partners_sharinggroup g ON g.id = p.group_id
                  WHERE p.partner_id = own_partner() AND p.state = 'joined' AND g.is_active))
          GROUP BY v.id $$;
CREATE OR REPLACE FUNCTION know_partner(asked uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER PARALLEL SAFE
    SET search_path = public, pg_temp
    AS $$ SELECT EXISTS (SELECT FROM partners_membership m WHERE m.partner_id = asked AND m.user_id = own_person())
          OR EXISTS (SELECT FROM delivery_recipient r WHERE r.partner_id = asked AND r.sender_id = own_partner())
          OR EXISTS (SELECT FROM partners_participant p WHERE asked IN (p.partner_id, p.host_id)
                     AND (p.partner_id = own_partner() OR p.host_id = own_partner()
                          OR p.state = 'joined' AND p.group_id IN (SELECT own_open_groups()))) $$;
-- In plpgsql, which keeps its plan. It may go through all that somebody was told: its cost keeps the planner from
-- asking it of everybody.
CREATE OR REPLACE FUNCTION know_person(asked bigint) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL SAFE COST 20000
    AS $$ DECLARE us uuid := public.own_partner(); BEGIN
        RETURN EXISTS (SELECT FROM public.partners_former f WHERE f.user_id = asked AND f.partner_id = us)
            OR EXISTS (SELECT FROM public.subscriptions_subscriber s
                       JOIN public.delivery_recipient r ON r.subscriber_id = s.id
                       WHERE s.user_id = asked AND r.sender_id = us)
            OR EXISTS (SELECT FROM public.delivery_recipient r
                       WHERE r.acknowledged_by_id = asked AND us IN (r.partner_id, r.sender_id));
    END $$;
-- The web's role may not read the column (`grants`): this is how everybody's own is read (`accounts.fields`).
CREATE OR REPLACE FUNCTION own_password() RETURNS varchar LANGUAGE sql STABLE SECURITY DEFINER PARALLEL SAFE
    SET search_path = public, pg_temp
    AS $$ SELECT password FROM accounts_user WHERE id = own_person() $$;
"""

# What policies asked before. They can go when no policy asks any more: after these are made.
FORMER = "DROP FUNCTION IF EXISTS heard_notice(bigint), know_alert(uuid)"

BY_PARTNER = f"partner_id = {OURS}"


def heard(notice: str) -> str:
    """Something was said to us, or to one of us, by this notice.

    `notice` names its table: inside, a bare `notice_id` would be the recipient's own. Asked for each row by an index:
    without the `OFFSET 0` PostgreSQL reads all that a partner was ever told, for one.
    """
    return f"EXISTS (SELECT FROM delivery_recipient r WHERE r.partner_id = {OURS} AND r.notice_id = {notice} OFFSET 0)"


OF_ME = f"user_id = {ME}"
WE_SAID_IT = f"sender_id = {OURS}"
IN_CONVERSATION = "conversation_id IN (SELECT c.id FROM own_conversations() c)"
# In a hidden one nobody but its host learns who else takes part, or who has read.
IN_OPEN_ONE = "conversation_id IN (SELECT c.id FROM own_conversations() c WHERE c.is_open)"
OWN_SUBSCRIBER = f"IN (SELECT s.id FROM subscriptions_subscriber s WHERE s.user_id = {ME})"

WALLED: dict[str, str] = {
    # Oneself, one's own people, also those who have left, whom one told something, and who acknowledged it. The own
    # people first, and at once: a list of them asks for nobody else.
    "accounts_user": f"""
        id = {ME} OR id IN (SELECT m.user_id FROM partners_membership m WHERE m.partner_id = {OURS})
        OR know_person(id)""",
    "auditor_round": "false",
    "accounts_user_groups": OF_ME,
    "accounts_user_user_permissions": OF_ME,
    "mfa_authenticator": OF_ME,
    "usersessions_usersession": OF_ME,
    "account_emailaddress": OF_ME,
    "account_emailconfirmation": "false",
    "socialaccount_socialaccount": OF_ME,
    "socialaccount_socialapp": "false",
    "socialaccount_socialtoken": "false",
    "django_admin_log": "false",
    # Whoever may alert is known to all; others to themselves, to their people, to whoever told them something, and to
    # whom they share an open group with.
    "partners_partner": f"id = {OURS} OR jurisdiction IS NOT NULL AND {OURS} IS NOT NULL OR know_partner(id)",
    "partners_membership": f"partner_id = {OURS} OR user_id = {ME}",
    "partners_former": BY_PARTNER,
    "partners_partneruserpermission": f"content_object_id = {OURS} OR user_id = {ME}",
    "partners_partnergrouppermission": f"content_object_id = {OURS}",
    "partners_invitation": BY_PARTNER,
    "partners_signon": BY_PARTNER,
    "partners_domain": BY_PARTNER,
    "partners_site": BY_PARTNER,
    "partners_keyholder": BY_PARTNER,
    "partners_placing": BY_PARTNER,
    # Of an open group its members see one another; of a hidden one only the host sees who is in it.
    "partners_sharinggroup": f"""
        host_id = {OURS} OR EXISTS (
            SELECT FROM partners_participant p WHERE p.group_id = partners_sharinggroup.id AND p.partner_id = {OURS}
            AND p.state IN ('invited', 'joined', 'suspended'))""",
    "partners_participant": f"""
        partner_id = {OURS} OR host_id = {OURS} OR state = 'joined' AND group_id IN (SELECT own_open_groups())""",
    "partners_groupinvitation": f"partner_id = {OURS} OR host_id = {OURS} OR invited_by_id = {OURS}",
    "agreements_signing": BY_PARTNER,
    # What others publish is looked up across partners, counted each time; a canary is known to nobody here.
    "directory_entry": BY_PARTNER,
    "directory_contact": BY_PARTNER,
    "directory_liaison": BY_PARTNER,
    "directory_canary": "false",
    "directory_lookup": BY_PARTNER,
    "directory_alarm": f"user_id = {ME}",
    "duty_roster": BY_PARTNER,
    "duty_hours": BY_PARTNER,
    "duty_turns": BY_PARTNER,
    "duty_place": BY_PARTNER,
    "duty_swap": BY_PARTNER,
    "duty_calendar": BY_PARTNER,
    "duty_note": BY_PARTNER,
    "duty_policy": BY_PARTNER,
    "duty_step": BY_PARTNER,
    "businesses_business": BY_PARTNER,
    "businesses_contact": BY_PARTNER,
    "businesses_customfield": BY_PARTNER,
    "businesses_seat": BY_PARTNER,
    "businesses_import": BY_PARTNER,
    "businesses_change": BY_PARTNER,
    "businesses_columns": BY_PARTNER,
    "businesses_asking": BY_PARTNER,
    "businesses_hushed": BY_PARTNER,
    "businesses_yearly": BY_PARTNER,
    "businesses_merge": BY_PARTNER,
    "businesses_distinct": BY_PARTNER,
    "businesses_cascade": BY_PARTNER,
    "businesses_target": BY_PARTNER,
    # What the network fetches, all partners see; a draft from it is one partner's own.
    "exchange_external": f"{BY_PARTNER} OR partner_id IS NULL AND {OURS} IS NOT NULL",
    "exchange_source": f"{BY_PARTNER} OR partner_id IS NULL AND {OURS} IS NOT NULL",
    "exchange_quarantined": BY_PARTNER,
    "exchange_start": BY_PARTNER,
    "exercises_drill": BY_PARTNER,
    "exercises_run": BY_PARTNER,
    "public_feedkey": BY_PARTNER,
    # Whoever takes part in an incident sees it; in it, the alerts it sees anyway.
    "incidents_incident": f"partner_id = {OURS} OR id IN (SELECT own_incidents())",
    "incidents_participation": f"lead_id = {OURS} OR incident_id IN (SELECT own_incidents())",
    "incidents_tie": "incident_id IN (SELECT own_incidents())",
    "incidents_moment": "incident_id IN (SELECT own_incidents())",
    "incidents_task": "incident_id IN (SELECT own_incidents())",
    "incidents_feedback": f"lead_id = {OURS} OR user_id = {ME}",
    # Whoever takes part in an event's dossier sees its frame and what was shared; of RED whom it names. Who said it
    # is known to the partner that was told.
    "dossiers_dossier": f"partner_id = {OURS} OR id IN (SELECT own_dossiers())",
    "dossiers_guest": f"host_id = {OURS} OR dossier_id IN (SELECT own_dossiers())",
    "dossiers_part": f"""
        (partner_id = {OURS} OR is_shared AND dossier_id IN (SELECT own_dossiers()))
        AND (tlp <> 'RED' OR {ME} = ANY(people))""",
    "dossiers_source": BY_PARTNER,
    "dossiers_version": "EXISTS (SELECT FROM dossiers_part p WHERE p.id = part_id OFFSET 0)",
    "dossiers_tick": "EXISTS (SELECT FROM dossiers_part p WHERE p.id = part_id OFFSET 0)",
    "dossiers_tie": "dossier_id IN (SELECT own_dossiers())",
    "dossiers_calendar": BY_PARTNER,
    # Whoever takes part in a conversation sees it, and what was said since they came.
    "messaging_conversation": f"""
        partner_id = {OURS} AND opened_by_id = {ME} OR id IN (SELECT c.id FROM own_conversations() c)""",
    "messaging_participant": f"partner_id = {OURS} OR {IN_CONVERSATION} AND (group_id IS NOT NULL OR {IN_OPEN_ONE})",
    "messaging_post": """
        EXISTS (SELECT FROM own_conversations() c WHERE c.id = conversation_id AND c.since < position)""",
    "messaging_wording": "EXISTS (SELECT FROM messaging_post p WHERE p.id = post_id)",
    "messaging_reaction": "EXISTS (SELECT FROM messaging_post p WHERE p.id = post_id)",
    "messaging_mention": "EXISTS (SELECT FROM messaging_post p WHERE p.id = post_id)",
    "messaging_attachment": "EXISTS (SELECT FROM messaging_post p WHERE p.id = post_id)",
    "messaging_content": "EXISTS (SELECT FROM messaging_attachment a WHERE a.id = attachment_id)",
    "messaging_readmark": f"user_id = {ME} AND partner_id = {OURS} OR {IN_OPEN_ONE}",
    # What went to us or is ours by name; of RED what was told to the person. Of the unnamed nobody sees whose it is.
    "bulletins_bulletin": f"""
        (partner_id = {OURS} OR id IN (
            SELECT a.bulletin_id FROM bulletins_addressee a WHERE a.partner_id = {OURS}))
        AND (tlp <> 'RED' OR author_id = {ME} OR id IN (
            SELECT r.bulletin_id FROM bulletins_reading r WHERE r.user_id = {ME}))""",
    "bulletins_origin": "false",
    "bulletins_addressee": f"{BY_PARTNER} OR {WE_SAID_IT}",
    "bulletins_reading": f"{BY_PARTNER} OR {WE_SAID_IT}",
    "bulletins_proposal": f"{BY_PARTNER} OR {WE_SAID_IT}",
    "bulletins_correction": "EXISTS (SELECT FROM bulletins_bulletin b WHERE b.id = bulletin_id OFFSET 0)",
    # What a partner decided about what it keeps, and what it took out, is its own.
    "records_retention": BY_PARTNER,
    "records_hold": BY_PARTNER,
    "records_extract": BY_PARTNER,
    "records_removal": "EXISTS (SELECT FROM records_extract e WHERE e.id = extract_id)",
    "records_erasure": "EXISTS (SELECT FROM messaging_conversation v WHERE v.id = conversation_id)",
    # Who applies is the network's to know, and the partner's that is asked to vouch for them.
    "joining_application": f"""
        EXISTS (SELECT FROM joining_sponsorship s
                WHERE s.application_id = joining_application.id AND s.partner_id = {OURS})""",
    "joining_sponsorship": BY_PARTNER,
    "joining_approach": f"sponsor_id = {OURS}",
    "joining_link": "false",
    "joining_check": "false",
    "joining_signedtext": "false",
    # Members have a user, and residents have none: of those nobody learns who was told.
    "subscriptions_subscriber": f"""
        user_id = {ME} OR user_id IS NOT NULL AND EXISTS (
            SELECT FROM delivery_recipient r
            WHERE r.subscriber_id = subscriptions_subscriber.id AND r.{WE_SAID_IT})""",
    "subscriptions_contactpoint": f"subscriber_id {OWN_SUBSCRIBER}",
    "subscriptions_watcharea": f"subscriber_id {OWN_SUBSCRIBER}",
    "subscriptions_absence": BY_PARTNER,
    "subscriptions_consent": "false",
    "subscriptions_stop": "false",
    "residents_asking": "false",
    "residents_reopening": "false",
    "preferences_verification": OF_ME,
    "alerts_alert": f"partner_id = {OURS} OR {heard('alerts_alert.notice_id')}",
    "alerts_alert_references": "EXISTS (SELECT FROM alerts_alert a WHERE a.id = from_alert_id OFFSET 0)",
    "alerts_savedaudience": BY_PARTNER,
    # What nobody owns is the network's, for all partners to use.
    "alerts_template": f"{BY_PARTNER} OR partner_id IS NULL AND {OURS} IS NOT NULL",
    "alerts_savedarea": BY_PARTNER,
    "alerts_presence": BY_PARTNER,
    "alerts_approvalpolicy": BY_PARTNER,
    "alerts_approval": BY_PARTNER,
    "alerts_singlesend": BY_PARTNER,
    "alerts_info": "EXISTS (SELECT FROM alerts_alert a WHERE a.id = alerts_info.alert_id OFFSET 0)",
    "delivery_notice": f"partner_id = {OURS} OR {heard('delivery_notice.id')}",
    "delivery_recipient": f"partner_id = {OURS} OR {WE_SAID_IT}",
    "delivery_delivery": f"""
        {WE_SAID_IT}
        OR EXISTS (SELECT FROM delivery_recipient r WHERE r.id = recipient_id AND r.partner_id = {OURS})""",
    "delivery_call": f"{BY_PARTNER} OR {WE_SAID_IT}",
    "delivery_attempt": "EXISTS (SELECT FROM delivery_delivery d WHERE d.id = delivery_id)",
    # Whether the mail with an invitation, or a question to a business, has gone.
    "accounts_letter": """
        id IN (SELECT i.letter_id FROM partners_invitation i) OR id IN (SELECT a.letter_id FROM businesses_asking a)""",
    "delivery_report": f"partner_id = {OURS} OR {WE_SAID_IT}",
    "delivery_photo": "EXISTS (SELECT FROM delivery_report r WHERE r.id = report_id)",
    "delivery_receipt": "false",
    "delivery_hook": BY_PARTNER,
    "live_feedentry": "false",
    "live_feedlistener": "false",
    "audit_entry": f"""
        partner_id = {OURS} OR user_id = {ME}
        OR object_kind = 'alert' AND object_id IN (
            SELECT a.id::text FROM alerts_alert a WHERE a.partner_id = {OURS})""",
}

# Where more is seen than written: what may be written.
WRITTEN: dict[str, str] = {
    "bulletins_bulletin": f"{BY_PARTNER} AND (tlp <> 'RED' OR author_id = {ME})",
    "bulletins_correction": WE_SAID_IT,
    "accounts_user": f"id = {ME}",
    "dossiers_part": f"partner_id = {OURS} AND (tlp <> 'RED' OR {ME} = ANY(people))",
}

_SESSIONS = "who asks is not known yet when it is read; it holds no partner's rows"
_NOBODYS = "Django's own, or a list for all"
OPEN: dict[str, str] = dict.fromkeys(["accounts_cache", "django_session"], _SESSIONS) | dict.fromkeys(
    [
        "auth_group", "auth_group_permissions", "auth_permission", "django_content_type",
        "django_migrations", "guardian_groupobjectpermission", "guardian_userobjectpermission",
        "geo_zone", "geo_place", "geo_geocoding", "agreements_agreement", "delivery_heartbeat",
        "delivery_tempo", "delivery_provider", "delivery_providerminute",
    ],
    _NOBODYS,
)  # fmt: skip


def build(*, using: str = "default") -> None:
    """Make the policies of all tables exactly what they should be. As a user who owns nothing it changes nothing."""
    migrations = MigrationExecutor(connections[using])
    if migrations.migration_plan(migrations.loader.graph.leaf_nodes()):
        return  # on the way: the tables are not yet, or no longer, what the policies speak of
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = current_schema()::regnamespace"
            " AND pg_get_userbyid(relowner) = current_user"
        )
        owned = {name for (name,) in cursor.fetchall()}
        if not owned:
            return
        cursor.execute(FUNCTIONS)
        for statement in _statements(owned):
            cursor.execute(statement)
        cursor.execute(FORMER)


def _statements(owned: Iterable[str]) -> Iterable[str]:
    for table in sorted(owned):
        yield f'DROP POLICY IF EXISTS ours ON "{table}"'
        yield f'DROP POLICY IF EXISTS written ON "{table}"'
        yield f'DROP POLICY IF EXISTS across ON "{table}"'
        if table in OPEN:
            yield f'ALTER TABLE "{table}" DISABLE ROW LEVEL SECURITY'
            continue
        yield f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY'
        yield f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY'
        yield f'CREATE POLICY across ON "{table}" TO {settings.DATABASE_ACROSS_ROLE}, CURRENT_USER USING (true)'
        if table in WALLED:
            what = "FOR SELECT" if table in WRITTEN else "FOR ALL"
            to = f"TO {settings.DATABASE_APP_ROLE}"
            yield f'CREATE POLICY ours ON "{table}" {what} {to} USING ({WALLED[table]})'
        if table in WRITTEN:
            yield f'CREATE POLICY written ON "{table}" FOR ALL {to} USING ({WRITTEN[table]})'

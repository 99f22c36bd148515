"""What alerts promise, as the auditor asks it: beside the constraints of the tables, which hold by themselves."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from cityalert.alerts.lifecycle import UNSAID
from cityalert.audit.verbs import Verb
from cityalert.lib.invariant import Invariant

_YOUNG = "a.published_at > %(at)s - interval '2 hours' AND a.published_at <= %(at)s"
_UNSAID = ", ".join(f"'{state}'" for state in sorted(UNSAID))

INVARIANTS: Sequence[Invariant] = (
    Invariant(
        "is_written_down",
        _("Every alert that went out is in the audit log, once."),
        f"""SELECT 'alert ' || a.id FROM alerts_alert a WHERE {_YOUNG} AND a.state NOT IN ({_UNSAID}) AND (
                SELECT count(*) FROM audit_entry e WHERE e.object_kind = 'alert' AND e.object_id = a.id::text
                  AND e.verb = '{Verb.ALERT_PUBLISHED}') <> 1""",
    ),
    Invariant(
        "two_people",
        _("What the public heard as real was let out by two people, or one of them was alone and said why."),
        f"""SELECT 'alert ' || a.id FROM alerts_alert a
            WHERE {_YOUNG} AND a.state NOT IN ({_UNSAID}) AND a.scope = 'Public' AND a.status = 'Actual'
              AND a.msg_type <> 'Cancel' AND a.alone_reason = ''
              AND (a.approved_by_id IS NULL OR a.approved_by_id IN (a.submitted_by_id, a.edited_by_id))""",
    ),
)

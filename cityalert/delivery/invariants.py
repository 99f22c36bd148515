"""What delivery promises, as the auditor asks it every minute, and the chaos runs after every fault.

The statements look at what is under way and at what was said in the last hours: older things were looked at then.
Moments are compared across processes, whose clocks differ, and a statement in flight may commit a little late: what
must come after something else is given half a minute.
"""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from cityalert.delivery.digest import HEARD_BY
from cityalert.delivery.ladder import HANDED
from cityalert.delivery.quiet import REASON
from cityalert.delivery.ungathered import LOST
from cityalert.lib.invariant import Invariant

_YOUNG = (
    "(SELECT * FROM delivery_notice WHERE posted_at > %(at)s - interval '2 hours' AND posted_at <= %(at)s) n"
)
_A_WHILE = "interval '30 seconds'"
_HANDED = ", ".join(f"'{state}'" for state in sorted(HANDED))

INVARIANTS: Sequence[Invariant] = (
    Invariant(
        "taken_up",
        _("Everything said is being told within half a minute."),
        f"""SELECT 'notice ' || id FROM delivery_notice
            WHERE fanned_out_at IS NULL AND posted_at < %(at)s - {_A_WHILE}""",
    ),
    Invariant(
        "moves_on",
        _("What is due is being sent: no channel stands still for half a minute."),
        f"""SELECT d.channel || ': delivery ' || min(d.id) FROM delivery_delivery d
            WHERE d.state = 'queued' AND d.next_at < %(at)s - {_A_WHILE}
            GROUP BY d.channel HAVING NOT EXISTS (
                SELECT FROM delivery_delivery s WHERE s.channel = d.channel AND s.state_at > %(at)s - {_A_WHILE}
                  AND s.state NOT IN ('queued', 'waiting'))""",
    ),
    Invariant(
        "taken_back",
        _("What a worker had in its hands when it died is taken back."),
        f"""SELECT 'delivery ' || id FROM delivery_delivery
            WHERE state = 'sending' AND (lease_until IS NULL OR lease_until < %(at)s - {_A_WHILE})""",
    ),
    Invariant(
        "nothing_stranded",
        _("Whatever is not at its end has a time at which it is looked at again."),
        """SELECT 'delivery ' || id FROM delivery_delivery WHERE state IN ('queued', 'unknown') AND next_at IS NULL""",
    ),
    Invariant(
        "wakes_up",
        _("Quiet hours end: nothing waits for them longer than a day."),
        f"""SELECT 'delivery ' || id FROM delivery_delivery
            WHERE state = 'queued' AND reason = '{REASON}' AND next_at > %(at)s + interval '25 hours'""",
    ),
    Invariant(
        "day_is_told",
        _("What was in a mail of the day that failed is told otherwise, or counts as not reached."),
        f"SELECT 'delivery ' || g.id FROM {LOST} AND m.state_at < %(at)s - {_A_WHILE}",
    ),
    Invariant(
        "everybody_has_a_way",
        _("Whoever is to be told and can be reached has a message."),
        f"""SELECT 'recipient ' || r.id FROM {_YOUNG}
            JOIN delivery_recipient r ON r.notice_id = n.id AND r.subscriber_id IS NOT NULL
            WHERE n.fanned_out_at < %(at)s AND n.superseded_at IS NULL
              AND NOT EXISTS (SELECT FROM delivery_delivery d WHERE d.recipient_id = r.id)
              AND EXISTS (
                  SELECT FROM subscriptions_contactpoint cp WHERE cp.subscriber_id = r.subscriber_id
                    AND cp.verified_at < n.posted_at AND cp.stopped_at IS NULL AND cp.gone_at IS NULL
                    AND cp.min_severity = 0)""",
    ),
    Invariant(
        "one_series",
        _("The tries of a message are numbered without a gap, and one is under way at most."),
        f"""SELECT 'delivery ' || d.id FROM {_YOUNG}
            JOIN delivery_delivery d ON d.notice_id = n.id AND d.tries > 0
            JOIN delivery_attempt a ON a.delivery_id = d.id
            GROUP BY d.id HAVING count(*) <> max(a.number) OR count(*) <> d.tries""",
    ),
    # Once more for each try of which nobody knew, until it turned out after all: those have kept their detail.
    Invariant(
        "taken_once",
        _("No message is taken by a provider twice."),
        f"""SELECT 'delivery ' || d.id FROM {_YOUNG}
            JOIN delivery_delivery d ON d.notice_id = n.id AND d.tries > 1 AND d.until IS NULL
            JOIN delivery_attempt a ON a.delivery_id = d.id AND a.outcome = 'accepted'
            GROUP BY d.id HAVING count(*) FILTER (WHERE a.detail = '') > 1""",
    ),
    Invariant(
        "not_overtaken",
        _("Nothing is sent of a version that was replaced."),
        f"""SELECT 'delivery ' || d.id FROM {_YOUNG}
            JOIN delivery_delivery d ON d.notice_id = n.id
            JOIN delivery_attempt a ON a.delivery_id = d.id
            WHERE a.started_at > n.superseded_at + {_A_WHILE}""",
    ),
    Invariant(
        "not_late",
        _("Nothing is sent after its alert has ended."),
        f"""SELECT 'delivery ' || d.id FROM {_YOUNG}
            JOIN delivery_delivery d ON d.notice_id = n.id AND d.until IS NULL
            JOIN delivery_attempt a ON a.delivery_id = d.id
            WHERE a.started_at > n.expires_at + interval '5 seconds'""",
    ),
    Invariant(
        "ended",
        _("What was not sent before its alert ended is put away as expired."),
        """SELECT 'delivery ' || d.id FROM delivery_notice n
           JOIN delivery_delivery d ON d.notice_id = n.id AND d.state IN ('queued', 'waiting') AND d.until IS NULL
           WHERE n.expires_at < %(at)s - interval '1 minute' AND n.expires_at > %(at)s - interval '2 hours'""",
    ),
    Invariant(
        "silent_are_called",
        _("A call for those who are silent is made, or ended, within half a minute of its moment."),
        f"""SELECT 'call ' || c.id FROM delivery_call c JOIN delivery_notice n ON n.id = c.notice_id
            WHERE c.ended_at IS NULL AND c.next_at < %(at)s - {_A_WHILE} AND n.fanned_out_at IS NOT NULL""",
    ),
    Invariant(
        "corrections_reach",
        _("A correction goes to everyone the version before may have reached."),
        f"""SELECT 'delivery ' || e.id FROM {_YOUNG}
            JOIN delivery_delivery e ON e.notice_id = ANY(n.follows) AND e.state IN ({_HANDED}) AND e.until IS NULL
                AND e.address NOT LIKE 'gone:%%'
            JOIN delivery_recipient p ON p.id = e.recipient_id
            WHERE n.fanned_out_at IS NOT NULL AND n.superseded_at IS NULL AND NOT EXISTS (
                SELECT FROM delivery_delivery d
                WHERE d.notice_id = n.id AND d.channel = {HEARD_BY} AND d.address = e.address)""",
    ),
    Invariant(
        "swept",
        _("Somebody looks after what was left behind: beat, or else the lifeline."),
        f"""SELECT coalesce('last look ' || max(beat_at), 'never looked') FROM delivery_heartbeat
            WHERE name IN ('sweep', 'lifeline')
            HAVING max(beat_at) IS NULL OR max(beat_at) < %(at)s - {_A_WHILE}""",
    ),
)

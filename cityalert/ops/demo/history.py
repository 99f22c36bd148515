"""What happened in the last three days, done by the same actions as in life, at times that are past.

Nobody is told: what would have been sent is marked as sent, delivered or failed, and the sandbox's phones stay silent.
"""

from collections.abc import Callable, Generator
from datetime import datetime, timedelta
from heapq import heappop, heappush
from typing import Any, Protocol

from django.db import connection

from cityalert.accounts.models import User
from cityalert.alerts import actions
from cityalert.alerts.models import Alert
from cityalert.alerts.templates import Template
from cityalert.alerts.vocabulary import Ending, Scope
from cityalert.delivery import escalation, fanout
from cityalert.delivery.response import Response
from cityalert.ops.demo.identity import chance, uid
from partners.actor import Actor
from partners.models import Membership
from partners.queries import actor_for
from partners.roles import Role

# A story goes on from one moment to the next: it yields how many minutes ago its next step was.
Story = Generator[float, None, None]

# What was said to somebody: its words, and the notice in delivery.


class Said(Protocol):
    """Whatever was said by a notice."""

    @property
    def notice_id(self) -> int | None:
        """Its notice; None: it was not said."""


# Never the same luck for two ways, always the same for one: nothing is handed to a provider here.
_CARRY = """
    WITH carried AS (
        UPDATE delivery_delivery SET
            state = CASE WHEN luck < 0.03 THEN 'failed' WHEN channel IN ('email', 'webhook') OR luck < 0.1 THEN 'sent'
                         ELSE 'delivered' END,
            reason = CASE WHEN luck >= 0.03 THEN ''
                          ELSE CASE channel WHEN 'email' THEN 'bounced' WHEN 'sms' THEN CASE WHEN luck < 0.01
                                   THEN 'not a mobile number' ELSE 'the phone is off or out of reach' END
                               ELSE 'nobody answered' END END,
            state_at = %(at)s::timestamptz + luck * interval '20 seconds', next_at = NULL, tries = 1
        FROM (SELECT d.id AS pk, CASE WHEN r.subscriber_id IS NULL THEN 0.5 ELSE
                  ('x' || left(md5(d.channel || r.subscriber_id), 6))::bit(24)::int / 16777216.0 END AS luck
              FROM delivery_delivery d JOIN delivery_recipient r ON r.id = d.recipient_id
              WHERE d.notice_id = %(notice)s AND d.state = 'queued') drawn
        WHERE id = pk
        RETURNING id, channel, state, state_at, reason
    )
    INSERT INTO delivery_attempt
        (delivery_id, number, started_at, ended_at, outcome, provider, provider_id, detail, seconds)
    SELECT id, 1, state_at - interval '1 second', state_at,
        CASE WHEN state = 'failed' THEN 'refused' ELSE 'accepted' END,
        CASE channel WHEN 'sms' THEN 'twilio' WHEN 'voice' THEN 'twilio-voice' ELSE channel END,
        CASE WHEN channel = 'webhook' THEN 'answered 204' ELSE '' END, reason,
        CASE WHEN channel = 'voice' AND state <> 'failed' THEN 40 END
    FROM carried WHERE channel IN ('sms', 'voice', 'webhook')
"""
_TOLD = """
    SELECT id FROM delivery_recipient WHERE notice_id = %s AND subscriber_id IS NOT NULL ORDER BY subscriber_id
"""
_ACKNOWLEDGE = """
    UPDATE delivery_recipient SET seen_at = %(at)s, acknowledged_at = %(at)s WHERE id = %(recipient)s
"""
_BY = """
    UPDATE delivery_delivery SET state = 'acknowledged', reason = ''
    WHERE recipient_id = %(recipient)s AND channel = %(channel)s AND state IN ('sent', 'delivered')
"""
_SCREENS = (
    "SELECT partner_id FROM delivery_recipient WHERE notice_id = %s AND kind = 'screen' ORDER BY partner_id"
)


# What those who need help add.
_REPORT = {
    "words": "Two people hurt in the lobby, one cannot walk.",
    "place_words": "Ground floor, north door",
}


class Past:
    """The past as it is told: a clock that is turned, and people who act by it."""

    def __init__(self, now: datetime) -> None:
        self.at = self._now = now
        self._luck = chance("history")
        self._cast: dict[str, Actor] = {}

    def tell(self, stories: list[Story]) -> None:
        """Tell stories side by side, each step in its turn."""
        heap: list[tuple[float, int]] = []
        for number, story in enumerate(stories):
            heappush(heap, (-next(story), number))
        while heap:
            minus_ago, number = heappop(heap)
            self.at = self._now + timedelta(minutes=minus_ago)
            ago = next(stories[number], None)
            if ago is not None:
                heappush(heap, (-ago, number))

    def draft(self, template: str, area: dict[str, Any], area_desc: str, **changes: Any) -> Alert:
        """Avery writes it."""
        avery = self.actor("avery")
        alert = actions.create_draft(avery, Template.objects.get(key=template, ended_at=None), at=self.at)
        return actions.edit(avery, alert, {"shapes": area, "area_desc": area_desc, **changes}, at=self.at)

    def submit(self, alert: Alert) -> Alert:
        """Avery asks for a second person."""
        return actions.submit(self.actor("avery"), alert, at=self.at)

    def publish(self, alert: Alert) -> Alert:
        """It goes out; what the public hears is approved by Sam two minutes later."""
        if alert.scope == Scope.PUBLIC and alert.msg_type != "Cancel":
            self.submit(alert)
            self.at += timedelta(minutes=2)
            alert = actions.approve(self.actor("sam"), alert, at=self.at)
        else:
            alert = actions.publish(self.actor("avery"), alert, key=str(alert.pk), at=self.at)
        return self.out(alert)

    def ago(self, moment: datetime) -> float:
        """How many minutes ago a moment was."""
        return (self._now - moment) / timedelta(minutes=1)

    def update(self, alert: Alert, **changes: Any) -> Alert:
        """Avery corrects it."""
        draft = actions.start_update(self.actor("avery"), alert, at=self.at)
        return self.publish(actions.edit(self.actor("avery"), draft, changes, at=self.at))

    def send_alone(self, alert: Alert, reason: str) -> Alert:
        """Sam sends it to the public without waiting for a second person."""
        return self.out(actions.send_alone(self.actor("sam"), alert, reason, key=str(alert.pk), at=self.at))

    def cancel(self, alert: Alert, ending: Ending = Ending.CANCEL) -> Alert:
        """Avery ends it."""
        return self.publish(actions.start_cancel(self.actor("avery"), alert, ending, at=self.at))

    def expire(self, alert: Alert) -> None:
        """Its time is over."""
        actions.expire(alert, at=self.at)

    def answer(self, alert: Alert, share: float, *, need_help: int = 0, at_most: int = 8) -> None:
        """Some of those who were told say so, one after another, `need_help` of them that they need help."""
        with connection.cursor() as cursor:
            cursor.execute(_SCREENS, [_notice(alert)])
            told = [row[0] for row in cursor.fetchall()]
        desks = list(
            Membership.objects.filter(partner__in=told, role=Role.OPERATOR, call_order=1)
            .order_by("partner_id", "user__email")
            .distinct("partner_id")
            .select_related("user")
        )
        answering = self._luck.sample(desks, min(at_most, round(len(desks) * share)))
        for number, desk in enumerate(answering):
            self.at += timedelta(seconds=self._luck.uniform(5, 25))
            actor = _acting(actor_for(desk.user, membership_id=desk.pk, at=self.at))
            if number < need_help:
                actions.respond(actor, alert, Response.NEED_HELP, at=self.at)
                actions.report_back(actor, alert, _REPORT, at=self.at)
            elif alert.asks_response:
                actions.respond(actor, alert, Response.SAFE, at=self.at)
            else:
                actions.acknowledge(actor, alert, at=self.at)

    def escalate(self, alert: Alert) -> None:
        """Nobody answered somewhere: the deputies are called up."""
        escalation.escalate(_notice(alert), at=self.at)
        self._carry(alert)

    def ask_again(self, alert: Alert) -> None:
        """Avery presses the button: the silent are told once more."""
        actions.ask_again(self.actor("avery"), alert, at=self.at)
        self._carry(alert)

    def owner(self, partner: str) -> Actor:
        """Whoever owns a partner, acting."""
        owned = Membership.objects.select_related("user").get(
            partner=uid("partner", partner), role=Role.OWNER
        )
        return _acting(actor_for(owned.user, membership_id=owned.pk, at=self.at))

    def actor(self, first_name: str) -> Actor:
        """One of the cast, acting."""
        if first_name not in self._cast:
            user = User.objects.get(email=f"{first_name}@cityalert.example")
            self._cast[first_name] = _acting(actor_for(user, at=self.at))
        return self._cast[first_name]

    def out(self, alert: Alert) -> Alert:
        """What would have been sent has been."""
        self.sent(alert)
        return alert

    def sent(self, said: Said) -> None:
        """The same, of whatever was said."""
        fanout.fan_out(_notice(said), at=self.at)
        self._carry(said)

    def heard(self, said: Said, *, pace: float, share: float) -> None:
        """So many of those who were told say that they have it, mostly within `pace` seconds."""
        luck = chance(f"heard {pace} {share}")
        with connection.cursor() as cursor:
            cursor.execute(_TOLD, [_notice(said)])
            for (recipient,) in cursor.fetchall():
                at = self.at + timedelta(seconds=8 + luck.expovariate(1 / pace))
                channel = luck.choice(["sms", "sms", "sms", "email", "dashboard"])
                if luck.random() < share:
                    answer = {"recipient": recipient, "at": at, "channel": channel}
                    cursor.execute(_ACKNOWLEDGE, answer)
                    cursor.execute(_BY, answer)

    def _carry(self, said: Said) -> None:
        with connection.cursor() as cursor:
            cursor.execute(_CARRY, {"notice": _notice(said), "at": self.at})


def _notice(said: Said) -> int:
    if said.notice_id is None:
        raise LookupError(f"{said} was not published.")
    return int(said.notice_id)


def _acting(actor: Actor | None) -> Actor:
    if actor is None:
        raise LookupError("Somebody in a story acts for nobody.")
    return actor


def tell(stories: Callable[[Past], list[Story]], *, at: datetime) -> int:
    """Let it have happened, once; returns how many alerts there are."""
    if not Alert.objects.exists():
        past = Past(at)
        past.tell(stories(past))
    return Alert.objects.count()

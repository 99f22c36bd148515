"""What publishing a draft would do, before it is done, in words: who hears it, what they get. Reads only."""

from datetime import datetime
from typing import Any

from django.db.models import prefetch_related_objects
from django.utils.functional import cached_property
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from cityalert.alerts import audience_words, checklist, queries, targeting
from cityalert.alerts import said as saying
from cityalert.alerts.checklist import Check
from cityalert.alerts.foreseen import Foreseen
from cityalert.alerts.models import Alert
from cityalert.alerts.said import Said
from cityalert.alerts.vocabulary import MsgType, Status
from cityalert.delivery import counting, sampling
from cityalert.delivery.audience import Audience
from cityalert.lib import tenancy
from cityalert.lib.numbers import grouped
from cityalert.lib.severity import Severity
from cityalert.subscriptions.models import Subscriber
from partners.actor import Actor
from partners.models import Partner

# A page lists so many names; more would hide the rest of it.
NAMED_AT_MOST = 200
# The map of a draft shows each site only while one could tell them apart.
SITES_ON_MAP = 400


class Outlook(Foreseen):
    """What is foreseen of a draft, as pages say it."""

    @cached_property
    def said(self) -> list[Said]:
        """The words of every channel, in every language."""
        return saying.said(self)

    @cached_property
    def checks(self) -> list[Check]:
        """Everything to look at before sending, what is in the way first."""
        return checklist.checks(self, self.said if self.infos else [])

    @property
    def kinds(self) -> list[tuple[str, int]]:
        """How many partners of each kind see it on a screen, the most first."""
        kinds = [
            (str(Partner.Kind(kind).label), count) for kind, count in self.counts.by_partner_kind.items()
        ]
        return sorted(kinds, key=lambda kind: (-kind[1], kind[0]))

    @property
    def hearers(self) -> str:
        """In words: "212 people in 38 partners and 1 904 residents"."""
        counts = self.counts
        people = ngettext("%(n)s person", "%(n)s people", counts.people) % {"n": grouped(counts.people)}
        partners = ngettext("%(n)s partner", "%(n)s partners", counts.screens) % {
            "n": grouped(counts.screens)
        }
        inside = _("%(people)s in %(partners)s") % {"people": people, "partners": partners}
        if not self.tells_public:
            return inside
        residents = ngettext("%(n)s resident", "%(n)s residents", counts.residents)
        both = {"partners": inside, "residents": residents % {"n": self.about(counts.residents)}}
        return _("%(partners)s and %(residents)s") % both

    @property
    def ways(self) -> str:
        """In words: "screen, SMS and e-mail"; only what somebody is told by."""
        used = {
            pgettext("told by", "screen"): self.counts.screens,
            pgettext("told by", "SMS"): self.by_sms,
            pgettext("told by", "e-mail"): self.by_mail,
            pgettext("told by", "push message"): self.counts.through("push"),
            pgettext("told by", "telephone"): self.by_voice,
            pgettext("told by", "mail of the day"): self.counts.through("digest"),
        }
        return get_text_list([name for name, count in used.items() if count], _("and"))

    @property
    def lost(self) -> str:
        """In words: "6 cannot be reached"; empty when all can."""
        count = self.counts.unreachable
        sentence = ngettext("%(n)s cannot be reached.", "%(n)s cannot be reached.", count)
        return sentence % {"n": self.about(count)} if count else ""

    @property
    def later(self) -> list[str]:
        """In words, of whoever is not told at once: "12 are told when their quiet hours are over"."""
        counts = self.counts
        waiting = (
            (counts.held, ngettext(
                "%(n)s is told when their quiet hours are over.", "%(n)s are told when their quiet hours are over.",
                counts.held)),
            (counts.gathered, ngettext(
                "%(n)s reads it in the mail of the day.", "%(n)s read it in the mail of the day.", counts.gathered)),
            (counts.late, ngettext(
                "%(n)s is not told: it is over before their quiet hours are, or before their mail of the day.",
                "%(n)s are not told: it is over before their quiet hours are, or before their mail of the day.",
                counts.late)),
        )  # fmt: skip
        return [sentence % {"n": self.about(count)} for count, sentence in waiting if count]

    def about(self, number: int) -> str:
        """A number that residents are part of: "about 310 000" while it is an estimate."""
        return _("about %(n)s") % {"n": grouped(number)} if self.counts.is_estimate else grouped(number)

    @property
    def inside(self) -> str:
        """In words: "41 sites of 38 partners inside the area"."""
        sites, partners = self.sites.count, self.sites.partners
        words = {
            "sites": ngettext("%(n)s site", "%(n)s sites", sites) % {"n": grouped(sites)},
            "partners": ngettext("%(n)s partner", "%(n)s partners", partners) % {"n": grouped(partners)},
        }
        if self.alert.audience_margin_m:
            return _("%(sites)s of %(partners)s in or near the area") % words
        return _("%(sites)s of %(partners)s inside the area") % words

    @cached_property
    def for_whom(self) -> str:
        """In words: "Hotels and banks of the group Financial District security within 800 m of the area"."""
        if self.alert.status != Status.ACTUAL:
            return str(_("Only those who were chosen to take part"))
        return audience_words.sentence(
            self.alert, queries.names_of_groups(self.alert.audience_groups).values()
        )

    @property
    def whom(self) -> str:
        """In words: "212 people and the public"."""
        count = self.counts.people
        people = ngettext("%(n)s person", "%(n)s people", count) % {"n": grouped(count)}
        if not count and self.counts.screens:
            screens = self.counts.screens
            people = ngettext("%(n)s screen", "%(n)s screens", screens) % {"n": grouped(screens)}
        return _("%(people)s and the public") % {"people": people} if self.tells_public else people

    @property
    def act(self) -> str:
        """What pressing the button does, as its words."""
        sentences = {
            MsgType.ALERT: _("Send to %(whom)s"),
            MsgType.UPDATE: _("Send the update to %(whom)s"),
            MsgType.CANCEL: _("Cancel the alert for %(whom)s"),
        }
        sentence = sentences[MsgType(self.alert.msg_type)]
        if self.needs_second:
            second = _("Ask a second person, then send to %(whom)s")
            sentence = _("Ask two people, then send to %(whom)s") if self.persons > 2 else second
        if not self.has_area:
            return _("Send")
        return sentence % {"whom": self.whom}

    @property
    def approval(self) -> str:
        """The same, for the person who is asked."""
        if not self.is_last:
            return _("Approve; one more person is asked")
        return _("Approve and send to %(whom)s") % {"whom": self.whom}


@tenancy.across("counting an audience")
def of(actor: Actor, alert: Alert, at: datetime, *, at_once: bool = False) -> Outlook:
    """Count exactly what publishing would freeze, and name who cannot be reached.

    `at_once`: somebody is drawing. Residents are estimated where there are too many to be counted meanwhile.
    """
    outlook = Outlook(alert, actor, at)
    # The words are looked at many times below.
    prefetch_related_objects([alert], "infos", "references")
    if alert.area is None:
        return outlook
    audience, plan = targeting.audience(alert, at), _plan(alert, at)
    outlook.counts = _about(audience, plan) if at_once else counting.count(audience, plan)
    outlook.sites = targeting.sites(alert)
    if alert.msg_type != MsgType.CANCEL:
        outlook.nearby = queries.nearby(actor, alert, at)
    if outlook.counts.unreachable_people:
        outlook.unreachable = _named(counting.unreachable_members(audience, plan, limit=NAMED_AT_MOST))
    return outlook


def _plan(alert: Alert, at: datetime) -> counting.Plan:
    return counting.Plan(
        severity=Severity(alert.severity),
        at=at,
        expires_at=alert.expires_at,
        follows=targeting.follows(alert),
        is_exercise=alert.status != Status.ACTUAL,
        by_policy=alert.msg_type != MsgType.CANCEL,
        can_be_read=True,
    )


def _about(audience: Audience, plan: counting.Plan) -> counting.Preview:
    if sample := sampling.fitting(audience):
        estimated = counting.count(audience, plan, sample=sample)
        if sampling.is_enough(estimated.residents, sample):
            return estimated
    return counting.count(audience, plan)


def _named(pairs: list[tuple[int, Any]]) -> list[tuple[str, str]]:
    people = Subscriber.objects.filter(pk__in=[one for one, _partner in pairs]).values_list(
        "pk", "user__name"
    )
    names = dict(people)
    partners = dict(
        Partner.objects.filter(pk__in={one for _subscriber, one in pairs}).values_list("pk", "name")
    )
    return sorted(
        ((partners.get(partner, ""), names.get(subscriber) or "") for subscriber, partner in pairs),
    )

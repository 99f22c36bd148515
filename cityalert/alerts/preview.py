"""What publishing a draft would do, before it is done: who hears it, what they get, what is missing. Reads only."""

import copy
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import prefetch_related_objects
from django.utils.functional import cached_property
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from cityalert.alerts import audience_words, content, queries, readiness, render, sharing, targeting
from cityalert.alerts.lifecycle import MOVES, Act, State
from cityalert.alerts.models import Alert, Info
from cityalert.alerts.vocabulary import MsgType, Status
from cityalert.delivery import counting
from cityalert.geo import queries as geo
from cityalert.geo.metres import area_km2
from cityalert.lib import sms, tenancy
from cityalert.lib.language import Language
from cityalert.lib.refusals import Refusal
from cityalert.lib.severity import Severity
from cityalert.subscriptions.models import Subscriber
from partners.actor import Actor
from partners.models import Partner
from partners.roles import Permission

# A page lists so many names; more would hide the rest of it.
NAMED_AT_MOST = 200
# The map of a draft shows each site only while one could tell them apart.
SITES_ON_MAP = 400
# Below it, nobody thinks of an area as a share of the city.
SHARE_FROM_KM2 = 5


@dataclass(frozen=True)
class Said:
    """What the readers of one language get, and how many of them there are by each channel."""

    language: Language
    written_in: str
    sms: str
    subject: str
    mail: str
    card: str
    spoken: str
    by_sms: int
    by_mail: int
    by_voice: int

    @property
    def segments(self) -> int:
        """What the text message costs."""
        return sms.segments(self.sms)

    @property
    def dear(self) -> str:
        """The characters that make it cost double; empty when none does."""
        return "".join(sorted({one for one in self.sms if not sms.is_gsm(one)}))


@dataclass(frozen=True)
class Check:
    """One line of the list before sending: done, to be known, or in the way; `field` is where to mend it."""

    sentence: str
    kind: str = "done"
    field: str = ""


@dataclass
class Outlook:
    """A draft, and what would follow from publishing it at a moment."""

    alert: Alert
    actor: Actor
    at: datetime
    counts: counting.Preview = field(default_factory=counting.Preview)
    sites: targeting.Sites = field(default_factory=targeting.Sites)
    unreachable: list[tuple[str, str]] = field(default_factory=list)
    nearby: list[Alert] = field(default_factory=list)

    @property
    def severity(self) -> Severity:
        """With its word and its sign's name."""
        return Severity(self.alert.severity)

    @cached_property
    def infos(self) -> list[Info]:
        """Its words, in every language it has."""
        return content.said_infos(self.alert)

    @property
    def headline(self) -> str:
        """Its headline, for the person who looks."""
        return content.words_in(self.alert, self.actor.language).headline

    @property
    def by_sms(self) -> int:
        """How many are told by text message."""
        return self.counts.through("sms")

    @property
    def by_mail(self) -> int:
        """How many are told by e-mail."""
        return self.counts.through("email")

    @property
    def by_voice(self) -> int:
        """How many are called by telephone."""
        return self.counts.through("voice")

    @property
    def has_area(self) -> bool:
        """Without one there is nobody to count."""
        return self.alert.area is not None

    @cached_property
    def km2(self) -> float:
        """How large the area is."""
        return area_km2(self.alert.area) if self.alert.area else 0.0

    @cached_property
    def share(self) -> int:
        """How much of the city that is, in per cent; a small part is none."""
        return round(100 * self.km2 / (area_km2(geo.city()) or 1)) if self.km2 >= SHARE_FROM_KM2 else 0

    @cached_property
    def faults(self) -> list[Refusal]:
        """What keeps it from going out."""
        return list(readiness.faults(self.alert, self.at))

    @property
    def needs_second(self) -> bool:
        """Does this person have to ask another one?"""
        if self.alert.state == State.APPROVED:
            return False
        may = self.actor.may(Permission.PUBLISH, for_=self.alert.partner)
        is_within = sharing.is_within(self.actor, self.alert)
        return self.persons > 1 or not (may and is_within)

    @cached_property
    def persons(self) -> int:
        """How many people have to stand behind it, with whoever submits it."""
        return readiness.persons_needed(self.alert)

    @property
    def may_send_alone(self) -> bool:
        """May this person break the glass, and is there one to break?"""
        is_open = self.alert.state in MOVES[Act.SEND_ALONE] and self.persons > 1
        return is_open and self.actor.may(Permission.APPROVE, for_=self.alert.partner)

    @cached_property
    def agreed(self) -> list[str]:
        """The names of those who have approved it so far."""
        return list(self.alert.approvals.values_list("person__name", flat=True))

    @property
    def is_last(self) -> bool:
        """Is one more approval all that is needed?"""
        return self.persons - 1 - len(self.agreed) <= 1

    @property
    def tells_public(self) -> bool:
        """Does anybody hear it who is no partner? A cancel goes only to those who heard something."""
        is_cancel = self.alert.msg_type == MsgType.CANCEL
        return self.counts.residents > 0 or (targeting.reaches_residents(self.alert) and not is_cancel)

    @cached_property
    def said(self) -> list[Said]:
        """The words of every channel, in every language."""
        # A copy: the alert itself stays unpublished.
        shown = copy.copy(self.alert)
        shown.published_at = self.at
        texts, cards = render.texts(shown), render.cards(shown)
        return [self._said_in(Language(one), texts[one], cards[one]) for one in Language.values]

    @cached_property
    def checks(self) -> list[Check]:
        """Everything to look at before sending, what is in the way first."""
        wrong = [Check(str(fault), "wrong", _place(fault)) for fault in self.faults]
        return [*wrong, *_to_know(self), *_done(self)]

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
        both = {"partners": inside, "residents": residents % {"n": grouped(counts.residents)}}
        return _("%(partners)s and %(residents)s") % both

    @property
    def ways(self) -> str:
        """In words: "screen, SMS and e-mail"; only what somebody is told by."""
        used = {
            pgettext("told by", "screen"): self.counts.screens,
            pgettext("told by", "SMS"): self.by_sms,
            pgettext("told by", "e-mail"): self.by_mail,
            pgettext("told by", "push message"): self.counts.through("push"),
        }
        return get_text_list([name for name, count in used.items() if count], _("and"))

    @property
    def lost(self) -> str:
        """In words: "6 cannot be reached"; empty when all can."""
        count = self.counts.unreachable
        sentence = ngettext("%(n)s cannot be reached.", "%(n)s cannot be reached.", count)
        return sentence % {"n": grouped(count)} if count else ""

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

    def _said_in(self, language: Language, texts: dict[str, str], card: dict[str, Any]) -> Said:
        example = render.example_link()
        channels = self.counts.by_channel
        return Said(
            language=language,
            written_in=content.words_in(self.alert, language.value).language,
            sms=texts["sms"].replace(render.LINK, example),
            subject=texts["subject"],
            mail=texts["text"].replace(render.LINK, example),
            # Shown twice on the page, so without its name.
            card=card["html"].replace(f' id="alert-{self.alert.pk}"', ""),
            spoken=texts["voice"],
            by_sms=channels.get(("sms", language.value), 0),
            by_mail=channels.get(("email", language.value), 0),
            by_voice=channels.get(("voice", language.value), 0),
        )


@tenancy.across("counting an audience")
def of(actor: Actor, alert: Alert, at: datetime) -> Outlook:
    """Count exactly what publishing would freeze, and name who cannot be reached."""
    outlook = Outlook(alert, actor, at)
    # The words are looked at many times below.
    prefetch_related_objects([alert], "infos", "references")
    if alert.area is None:
        return outlook
    audience, follows = targeting.audience(alert, at), targeting.follows(alert)
    severity = Severity(alert.severity)
    outlook.counts = counting.count(audience, severity=severity, follows=follows)
    outlook.sites = targeting.sites(alert)
    if alert.msg_type != MsgType.CANCEL:
        outlook.nearby = queries.nearby(actor, alert, at)
    if outlook.counts.unreachable_people:
        pairs = counting.unreachable_members(
            audience, severity=severity, follows=follows, limit=NAMED_AT_MOST
        )
        outlook.unreachable = _named(pairs)
    return outlook


def grouped(number: int) -> str:
    """1 904: in threes, as both languages of the city write it."""
    return f"{number:,}".replace(",", "\u202f")


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


def _place(fault: Refusal) -> str:
    """Which field to mend; of the headlines, any."""
    return f"{Language.EN.value}_headline" if fault.field == "headline" else fault.field or ""


def _to_know(outlook: Outlook) -> Iterator[Check]:
    """Nothing that stops anybody, but they should know."""
    alert, counts = outlook.alert, outlook.counts
    written = {info.language for info in content.said_infos(alert)}
    for language in Language:
        if written and language not in written:
            sentence = _("There are no words in %(language)s: its readers get the other language.")
            yield Check(sentence % {"language": language.label}, "know", f"{language.value}_headline")
    for info in content.said_infos(alert):
        if not info.instruction:
            sentence = _("%(language)s does not say what to do.") % {
                "language": Language(info.language).label
            }
            yield Check(sentence, "know", f"{info.language}_instruction")
    if outlook.share and outlook.persons > 2:
        sentence = _("The area is %(share)d %% of the city. It takes %(n)d people to send this.")
        yield Check(sentence % {"share": outlook.share, "n": outlook.persons}, "know", "area")
    if (
        outlook.has_area
        and alert.status == Status.ACTUAL
        and not (counts.people or counts.screens or counts.residents)
    ):
        yield Check(_("Nobody on the network is in this area."), "know", "area")
    if outlook.infos and any(said.dear for said in outlook.said):
        signs = " ".join(sorted({sign for said in outlook.said for sign in said.dear}))
        yield Check(_("Some signs make text messages cost double: %(signs)s") % {"signs": signs}, "know")


def _done(outlook: Outlook) -> Iterator[Check]:
    wrong = {fault.field for fault in outlook.faults}
    infos = content.said_infos(outlook.alert)
    if len(infos) == len(Language) and all(info.instruction for info in infos):
        yield Check(_("English and French are both complete."))
    if outlook.has_area and "area" not in wrong:
        yield Check(_("You may alert all of the area."))
    if outlook.alert.status != Status.ACTUAL and "exercise_note" not in wrong:
        yield Check(_("It is not real, and says so on every channel."))
    if outlook.tells_public and not wrong & {"scope", "tlp"}:
        yield Check(_("The public may hear it."))

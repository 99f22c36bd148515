"""What is known of a draft before it goes out: whom it reaches, who has to agree. How it is put is `preview`'s."""

from dataclasses import dataclass, field
from datetime import datetime

from django.utils.functional import cached_property

from cityalert.alerts import content, readiness, sharing, targeting
from cityalert.alerts.lifecycle import MOVES, Act, State
from cityalert.alerts.models import Alert, Info
from cityalert.alerts.vocabulary import MsgType
from cityalert.delivery import counting
from cityalert.geo import queries as geo
from cityalert.geo.metres import area_km2
from cityalert.lib.refusals import Refusal
from cityalert.lib.severity import Severity
from partners.actor import Actor
from partners.roles import Permission

# Below it, nobody thinks of an area as a share of the city.
SHARE_FROM_KM2 = 5


@dataclass
class Foreseen:
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

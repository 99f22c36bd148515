"""How the channels are doing, in a sentence each. The numbers are `delivery.queries.channel_health`."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from cityalert.delivery import queries as delivery

# Waiting longer than this is no longer "at once".
SLOW_S = 30
MINUTE_S = 60
# A few wrong numbers are always there; a fifth is the provider.
BAD_SHARE = 0.2

_NAMES = {
    "sms": pgettext_lazy("channel", "SMS"),
    "email": pgettext_lazy("channel", "E-mail"),
    "push": pgettext_lazy("channel", "Push"),
    "voice": pgettext_lazy("channel", "Telephone"),
}


@dataclass(frozen=True)
class Health:
    """One channel, or all of them together: a sentence, and whether somebody should look."""

    text: str
    is_well: bool


def health(at: datetime) -> list[Health]:
    """One sentence for all channels that are well, one for each that is not."""
    channels = [one for one in delivery.channel_health(at=at) if one["channel"] in _NAMES]
    ill = [Health(sentence, is_well=False) for one in channels if (sentence := _trouble(one))]
    well = [str(_NAMES[one["channel"]]) for one in channels if not _trouble(one)]
    if not channels:
        return [Health(_("Nothing was sent in the last hour"), is_well=True)]
    fine = (
        [Health(_("Delivering: %(channels)s") % {"channels": ", ".join(well)}, is_well=True)] if well else []
    )
    return ill + fine


def _trouble(one: dict[str, Any]) -> str:
    name, tried = _NAMES[one["channel"]], one["sent"] + one["failed"]
    if one["due"] and (one["oldest_s"] or 0) > SLOW_S:
        minutes = max(1, round(one["oldest_s"] / MINUTE_S))
        words = {"channel": name, "count": one["due"], "minutes": minutes}
        return _("%(channel)s: %(count)d wait, the oldest for %(minutes)d min") % words
    if one["unknown"]:
        return _("%(channel)s: the outcome of %(count)d is being asked for") % {
            "channel": name,
            "count": one["unknown"],
        }
    if tried and one["failed"] / tried > BAD_SHARE:
        words = {"channel": name, "count": one["failed"], "all": tried}
        return _("%(channel)s: %(count)d of %(all)d failed in the last hour") % words
    return ""

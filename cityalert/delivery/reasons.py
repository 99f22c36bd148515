"""Why a message failed for good, in people's words, and what to do about it. Pure but for the translation.

What is stored with a delivery is English and short; a reason that is not here is shown as it is stored.
"""

import re

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class Advice(TextChoices):
    """What whoever reads of a failure can do."""

    MEND = "mend", gettext_lazy("Ask for another number or address: nothing will ever come to this one.")
    ASK = "ask", gettext_lazy("Only they can take that back: by texting START, or on “How you are reached”.")
    AGAIN = "again", gettext_lazy("It may work another time: send it again.")
    OURS = "ours", gettext_lazy("Nothing is wrong with the address: tell whoever runs the network.")


_KNOWN = {
    "not a valid number": (gettext_lazy("not a valid number"), Advice.MEND),
    "not a mobile number": (gettext_lazy("not a mobile number"), Advice.MEND),
    "not a number that can be called": (gettext_lazy("not a number that can be called"), Advice.MEND),
    "the number could not be called": (gettext_lazy("the number could not be called"), Advice.MEND),
    "the number does not exist": (gettext_lazy("the number does not exist"), Advice.MEND),
    "a landline, or a carrier that cannot be reached": (
        gettext_lazy("a landline, or a carrier that cannot be reached"),
        Advice.MEND,
    ),
    "a fax machine": (gettext_lazy("a fax machine"), Advice.MEND),
    "no address of mail": (gettext_lazy("no address of mail"), Advice.MEND),
    "the provider refuses the address": (gettext_lazy("the provider refuses the address"), Advice.MEND),
    "bounced": (gettext_lazy("the mail came back"), Advice.MEND),
    "invalid": (gettext_lazy("no address of mail"), Advice.MEND),
    "the browser has ended its subscription": (
        gettext_lazy("the browser has ended its subscription"),
        Advice.MEND,
    ),
    "STOP": (gettext_lazy("they said STOP"), Advice.ASK),
    "spam": (gettext_lazy("they called it spam"), Advice.ASK),
    "unsubscribed": (gettext_lazy("they said STOP"), Advice.ASK),
    "the phone is off or out of reach": (gettext_lazy("the phone is off or out of reach"), Advice.AGAIN),
    "the carrier does not say why": (gettext_lazy("the carrier does not say why"), Advice.AGAIN),
    "busy": (gettext_lazy("busy"), Advice.AGAIN),
    "nobody answered": (gettext_lazy("nobody answered"), Advice.AGAIN),
    "an answering machine took it": (gettext_lazy("an answering machine took it"), Advice.AGAIN),
    "called off": (gettext_lazy("called off"), Advice.AGAIN),
    "ended before it could be sent": (gettext_lazy("ended before it could be sent"), Advice.AGAIN),
    "ended before it could be called": (gettext_lazy("ended before it could be called"), Advice.AGAIN),
    "no mail server took it": (gettext_lazy("no mail server took it"), Advice.AGAIN),
    "the worker died": (gettext_lazy("a program of ours died meanwhile"), Advice.AGAIN),
    "the carrier blocked the message": (gettext_lazy("the carrier blocked the message"), Advice.OURS),
    "the carrier took it for spam": (gettext_lazy("the carrier took it for spam"), Advice.OURS),
}
# What was gathered fails with its mail.
_OF_THE_DAY = "the mail of the day: "
# With a number of the provider's in it.
_CODED = (
    (re.compile(r"Twilio (?:refused it|error) ?\(?(\w+)\)?"), gettext_lazy("Twilio refused it (%(code)s)")),
    (re.compile(r"the gateway refused it \((.+)\)"), gettext_lazy("the provider refused it (%(code)s)")),
    (re.compile(r"the mail server refused the \w+ \((\d+)\)"), gettext_lazy("the mail server refused it (%(code)s)")),
    (re.compile(r"the mail provider refused it \((.+)\)"), gettext_lazy("the provider refused it (%(code)s)")),
    (re.compile(r"the push service refused it \((\d+)\)"), gettext_lazy("the push service refused it (%(code)s)")),
)  # fmt: skip


def words(reason: str) -> str:
    """The reason in the reader's language."""
    if reason.startswith(_OF_THE_DAY):
        return _("the mail of the day did not come: %(why)s") % {
            "why": words(reason.removeprefix(_OF_THE_DAY))
        }
    if reason in _KNOWN:
        return str(_KNOWN[reason][0])
    for pattern, said in _CODED:
        if found := pattern.fullmatch(reason):
            return str(said) % {"code": found[1]}
    return reason or _("nobody says why")


def advice(reason: str) -> Advice:
    """What to do; where nobody knows, once more."""
    reason = reason.removeprefix(_OF_THE_DAY)
    if reason in _KNOWN:
        return _KNOWN[reason][1]
    return Advice.OURS if any(pattern.fullmatch(reason) for pattern, _said in _CODED) else Advice.AGAIN

"""Whether a name belongs to a partner of which strangers may hear. An app above says which partners those are."""

from collections.abc import Callable
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from cityalert.lib.refusals import Refusal
from partners import queries

# Given partners' keys; says whether one of them is listed for others to find.
Listed = Callable[[list[UUID]], bool]

_listed: list[Listed] = []


class NameOfPartner(Refusal):
    """Somebody in the network is called so, or nearly so."""

    code = "name_of_partner"
    status = 422
    sentence = _(
        "A partner of the network has this name, or one that people would take for it. If you belong to that partner, "
        "ask its owners to invite you. If not, write your organisation's registered name in full."
    )


def ask(listed: Listed) -> None:
    """Take this as the answer to which partners are listed."""
    _listed.append(listed)


def check(name: str) -> None:
    """Raise NameOfPartner. Of a partner that is suspended or not listed it says nothing: that is staff's to see."""
    alike = queries.alike(name)
    if any(listed(alike) for listed in _listed):
        raise NameOfPartner(field="name")

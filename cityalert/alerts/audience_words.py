"""Whom an audience is for, in a sentence: "Hotels and banks of the group Towers within 800 m of the area"."""

from collections.abc import Iterable

from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cityalert.alerts.models import Alert, SavedAudience
from partners.models import Partner
from partners.roles import Role
from partners.sectors import MANY, Sector

# What an audience is, beside the area: of an alert, and of what is saved under a name.
FIELDS = ("audience_kinds", "audience_sectors", "audience_groups", "audience_roles", "audience_margin_m")


def sentence(chosen: Alert | SavedAudience, group_names: Iterable[str]) -> str:
    """The audience in words; without any choice, all partners in the area."""
    said = _who(chosen)
    groups = list(group_names)
    if groups:
        of = ngettext("%(who)s of the group %(groups)s", "%(who)s of the groups %(groups)s", len(groups))
        said = of % {"who": said, "groups": get_text_list(groups, _("and"))}
    said = _("%(who)s %(where)s") % {"who": said, "where": _where(chosen)}
    if chosen.audience_roles:
        roles = _listed([str(Role(role).label) for role in chosen.audience_roles])
        said = _("%(who)s; there: %(roles)s") % {"who": said, "roles": roles}
    return said


def _who(chosen: Alert | SavedAudience) -> str:
    sectors = _listed([str(MANY[Sector(one)]) for one in chosen.audience_sectors])
    kinds = _listed([str(Partner.Kind(one).label) for one in chosen.audience_kinds])
    if sectors and kinds:
        return _("%(sectors)s (only: %(kinds)s)") % {"sectors": sectors, "kinds": kinds}
    if kinds:
        return _("Partners of the kind %(kinds)s") % {"kinds": kinds}
    return sectors or _("All partners")


def _where(chosen: Alert | SavedAudience) -> str:
    if not chosen.audience_margin_m:
        return _("in the area")
    return _("within %(metres)s m of the area") % {
        "metres": f"{chosen.audience_margin_m:,}".replace(",", "\u202f")
    }


def _listed(words: list[str]) -> str:
    """ "Hotels, banks and theatres": the first begins as it does, the others small unless they are names."""
    small = [
        word if at == 0 or word[1:2].isupper() else word[:1].lower() + word[1:]
        for at, word in enumerate(words)
    ]
    return get_text_list(small, _("and"))

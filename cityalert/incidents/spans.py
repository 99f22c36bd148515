"""How long something took, as people say it. Pure."""

from django.utils.translation import gettext as _


def span(seconds: float) -> str:
    """ "42 s", "6 min", "3 h"."""
    if seconds < 100:
        return _("%(n)d s") % {"n": round(seconds)}
    if seconds < 100 * 60:
        return _("%(n)d min") % {"n": round(seconds / 60)}
    return _("%(n)d h") % {"n": round(seconds / 3600)}

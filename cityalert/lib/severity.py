"""CAP 1.2's severity, ordered, so that "at least Severe" is a comparison. No other CAP word is here."""

from django.db.models import IntegerChoices
from django.utils.translation import gettext_lazy as _


class Severity(IntegerChoices):
    """Stored as its rank; CAP's own word is `cap`."""

    UNKNOWN = 0, _("Unknown")
    MINOR = 1, _("Minor")
    MODERATE = 2, _("Moderate")
    SEVERE = 3, _("Severe")
    EXTREME = 4, _("Extreme")

    @property
    def cap(self) -> str:
        """CAP 1.2's word: "Extreme"."""
        return self.name.capitalize()

    @property
    def slug(self) -> str:
        """The word used by style sheets and URLs: "extreme"."""
        return self.name.lower()

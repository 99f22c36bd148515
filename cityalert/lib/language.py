"""The languages people are told things in. Every text we send exists in each of them."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Language(TextChoices):
    """A language, by its ISO 639-1 code."""

    EN = "en", _("English")
    FR = "fr", _("French")

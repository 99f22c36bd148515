"""What a resident agrees to, in words that are kept with the day they were agreed to."""

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

# Change it with the words.
VERSION = "2026-11"


def words(language: str) -> str:
    """The text beside the box, in a language."""
    with translation.override(language):
        return _(
            "I want %(site)s, for %(city)s, to send me alerts about the places I name, as often as there are any. My "
            "carrier may charge for texts. I can stop at any time: by the link in each message, or by answering STOP."
        ) % {"site": settings.SITE_NAME, "city": settings.CITY_NAME}


def given(language: str) -> dict[str, str]:
    """What is kept of it."""
    return {"version": VERSION, "words": words(language), "language": language}

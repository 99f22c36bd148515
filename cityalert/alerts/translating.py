"""From one language to the other by machine, if a city has something that can: the setting TRANSLATOR names a class.

Without it there is none, and nobody is offered any. What a machine wrote is marked as such wherever it is shown, until
a person changes it or says that it is right.
"""

from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from cityalert.lib.language import Language
from cityalert.lib.refusals import Refusal


class NotTranslated(Refusal):
    """There is no translator, or it did not answer."""

    code = "not_translated"
    status = 503
    sentence = _("The translation did not come. Write the words yourself, or try again later.")


class Translator(Protocol):
    """Whoever can translate: made anew each time, without arguments. It may not keep the text."""

    def translate(self, texts: list[str], *, source: Language, target: Language) -> list[str]:
        """Each text in the other language, as many as came. Raises NotTranslated."""


def translator() -> Translator | None:
    """The one this installation uses."""
    if not settings.TRANSLATOR:
        return None
    made: Translator = import_string(settings.TRANSLATOR)()
    return made

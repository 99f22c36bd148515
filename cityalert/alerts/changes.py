"""What an update changed, in words for those who heard the version before. A pure rule over two versions."""

from django.utils.translation import gettext as _

from cityalert.alerts import content
from cityalert.alerts.models import Alert


def between(earlier: Alert, later: Alert, language: str, *, is_moved: bool) -> list[str]:
    """The parts that differ, as words, the gravest first. `is_moved`: the drawn area is another."""
    before, after = content.words_in(earlier, language), content.words_in(later, language)
    differ = [
        (earlier.severity != later.severity, _("severity")),
        (before.headline != after.headline, _("headline")),
        (before.instruction != after.instruction, _("what to do")),
        (before.description != after.description, _("what is known")),
        (is_moved or content.place_in(earlier, language) != content.place_in(later, language), _("area")),
        (earlier.onset_at != later.onset_at, _("beginning")),
        (earlier.expires_at != later.expires_at, _("end")),
    ]
    return [word for has_changed, word in differ if has_changed]

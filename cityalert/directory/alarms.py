"""When looking becomes carrying off: the rules, on a person's look-ups of the last hour. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from uuid import UUID

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

WINDOW = timedelta(hours=1)
MOST_OPENED = 20
# So many short questions in the order of the alphabet, one after another, are a walk through it.
LONGEST_WALK = 8
WALKED_LETTERS = 5
DEEP_PAGE, MOST_DEEP = 4, 6
MOST_EMPTY = 12


class Kind(TextChoices):
    """What was asked of the directory."""

    SEARCH = "search", _("search")
    OPEN = "open", _("a partner opened")
    CONTACT = "contact", _("a number shown")
    LIAISON = "liaison", _("liaison officers")


class Reason(TextChoices):
    """Why an alarm was raised."""

    CANARY = "canary", _("opened an entry that nobody looks for")
    MANY = "many", _("opened very many partners")
    WALK = "walk", _("went through the alphabet")
    DEEP = "deep", _("turned to the last pages again and again")
    EMPTY = "empty", _("guessed again and again")


@dataclass(frozen=True)
class Look:
    """One look-up, as the rules see it."""

    kind: str
    target: UUID | None = None
    words: str = ""
    page: int = 1
    found: int | None = None


def reason(looks: Sequence[Look]) -> Reason | None:
    """Why these, in the order of time, are suspicious; None when they are what people do who need something."""
    searches = [look for look in looks if look.kind == Kind.SEARCH]
    opened = {look.target for look in looks if look.kind in (Kind.OPEN, Kind.CONTACT)}
    if len(opened) > MOST_OPENED:
        return Reason.MANY
    if _longest_walk([look.words for look in searches]) >= LONGEST_WALK:
        return Reason.WALK
    if sum(look.page >= DEEP_PAGE for look in searches) > MOST_DEEP:
        return Reason.DEEP
    if sum(look.found == 0 for look in searches) > MOST_EMPTY:
        return Reason.EMPTY
    return None


def _longest_walk(words: Sequence[str]) -> int:
    """The longest run of short questions that only goes up, or only goes down, in the alphabet."""
    longest = up = down = 1
    for earlier, later in pairwise(words):
        short = 0 < len(later) <= WALKED_LETTERS and 0 < len(earlier) <= WALKED_LETTERS
        up = up + 1 if short and earlier < later else 1
        down = down + 1 if short and earlier > later else 1
        longest = max(longest, up, down)
    return longest if words else 0

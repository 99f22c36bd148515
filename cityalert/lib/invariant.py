"""What must hold at every moment, said as a statement that finds where it does not."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.utils.functional import Promise

# So many examples are named; how many more there are does not matter to whoever is woken.
NAMED = 20


@dataclass(frozen=True)
class Invariant:
    """A promise, and a SELECT of one text column that names whatever breaks it.

    `breaks` is given `%(at)s`, the moment that is looked from. `sentence` may be lazy: it is shown to people.
    """

    name: str
    sentence: str | Promise
    breaks: str

    def broken(self, *, at: datetime) -> list[str]:
        """What breaks it now, at most so many; nothing when it holds."""
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT what FROM ({self.breaks}) broken(what) LIMIT {NAMED}", {"at": at})
            return [str(what) for (what,) in cursor.fetchall()]

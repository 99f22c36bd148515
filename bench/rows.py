"""One line of the table: what we take, what the limit takes in the same run, and the ratio between them."""

from dataclasses import dataclass
from operator import ge, le

_HOLDS = {"≤": le, "≥": ge}


@dataclass(frozen=True)
class Row:
    """`ours` and `limit` carry their units ("12.3 ms"); `promise` is said of the ratio ("≤ 1.3"), or is empty."""

    stage: str
    ours: str
    limit_name: str
    limit: str
    ratio: float
    promise: str = ""

    @property
    def is_kept(self) -> bool:
        """Does the ratio keep the promise? Nothing promised is kept."""
        if not self.promise:
            return True
        sign, bound = self.promise.split()
        return bool(_HOLDS[sign](self.ratio, float(bound)))

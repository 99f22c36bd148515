"""What happened in the last three days."""

from collections.abc import Callable
from datetime import datetime


def tell(say: Callable[[str], None], *, at: datetime) -> None:
    """Nothing yet."""

"""Of the processes whose clocks step: libfaketime 0.9.10 breaks the sleep of Python 3.11, and not its select."""

import select
import time
from typing import SupportsIndex


def _sleep(seconds: float | SupportsIndex, /) -> None:
    select.select((), (), (), max(0.0, float(seconds)))


time.sleep = _sleep

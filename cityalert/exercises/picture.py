"""The curve of acknowledgements as points of a small picture. Pure: seconds in, places out; the template draws them."""

from collections.abc import Sequence
from typing import Any

from cityalert.delivery.pace import Pace

# The inner picture, in its own units; the words stand outside of it.
WIDTH, HEIGHT = 600, 200
# What the lower edge may end at, in seconds: a round number of minutes, above the last acknowledgement.
_ENDS = (60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 28800, 86400)
_TICKS = 4


def of(now: Pace, earlier: Sequence[Pace], until_s: float | None = None) -> dict[str, Any]:
    """`until_s`: while it goes on, how long it has; then the curve ends there and not at the edge."""
    all_times = [time for pace in (now, *earlier) for time in pace.times]
    end = _end(max([*all_times, until_s or 0.0]))
    return {
        "width": WIDTH,
        "height": HEIGHT,
        "curve": _curve(now, end, until_s),
        # The latest stands out most.
        "earlier": [_curve(pace, end, None) for pace in earlier],
        "ninety_y": _y(0.9),
        "first_x": _x(now.first_s, end) if now.first_s is not None else None,
        "ninety_x": _x(now.ninety_s, end) if now.ninety_s is not None else None,
        "ticks": [(_x(end * n / _TICKS, end), clock(end * n / _TICKS)) for n in range(_TICKS + 1)],
        "shares": [(_y(share), f"{share:.0%}") for share in (0, 0.5, 0.9, 1)],
    }


def clock(seconds: float) -> str:
    """ "1:05", or "2:00:00" from an hour on."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _end(last: float) -> int:
    return next((end for end in _ENDS if end >= last), _ENDS[-1])


def _curve(pace: Pace, end: int, until_s: float | None) -> str:
    """Steps from nothing up: each acknowledgement raises it, and between them it is level."""
    if not pace.wanted:
        return ""
    points, height = [(0.0, HEIGHT * 1.0)], HEIGHT * 1.0
    for count, time in enumerate(pace.times, start=1):
        points.append((_x(time, end), height))
        height = _y(count / pace.wanted)
        points.append((_x(time, end), height))
    points.append((_x(end if until_s is None else until_s, end), height))
    return " ".join(f"{x:g},{y:g}" for x, y in points)


def _x(seconds: float, end: int) -> float:
    return round(min(seconds / end, 1) * WIDTH, 1)


def _y(share: float) -> float:
    return round((1 - share) * HEIGHT, 1)

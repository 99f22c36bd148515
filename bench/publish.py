"""From pressing "Send" to the first partner's screen, through the real server."""

from bench import city
from bench.rows import Row

NAME = "publish"


def run(quick: bool) -> list[Row]:
    """See `bench.inside.publish`."""
    city.settle(quick=quick)
    from bench.inside import publish

    return publish.run(quick)

"""From pressing "Send" to the first partner's screen, through the real server."""

from bench import city
from bench.rows import Row

NAME = "publish"


def run(quick: bool) -> list[Row]:
    """See `bench.inside.publish`. A city of the demo's size a few times over: who is inside is measured elsewhere."""
    city.settle(quick=True)
    from bench.inside import publish

    return publish.run(quick)

"""Publishing while everybody reads: ten thousand readers of the public pages, and a partner's open page."""

from bench import city
from bench.rows import Row

NAME = "rush"


def run(quick: bool) -> list[Row]:
    """See `bench.inside.rush`."""
    city.settle(quick=True)
    city.manage("collectstatic", "--no-input")  # whole pages are asked for
    from bench.inside import rush

    return rush.run(quick)

"""An alert to a whole city of a million subscriptions: places, kinds of event, languages; row by row from none."""

from bench import city
from bench.rows import Row

NAME = "wholecity"


def run(quick: bool) -> list[Row]:
    """See `bench.inside.wholecity`."""
    city.settle(quick=quick, subscribed=True)
    from bench.inside import wholecity

    return wholecity.run(quick)

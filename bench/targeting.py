"""Who is inside an area: the product's whole audience statement against the best of several written by hand."""

from bench import city
from bench.rows import Row

NAME = "targeting"


def run(quick: bool) -> list[Row]:
    """See `bench.inside.targeting`."""
    city.settle(quick=quick)
    from bench.inside import targeting

    return targeting.run(quick)

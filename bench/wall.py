"""What row level security costs: the same pages' queries with it and without, in the same run."""

from bench import city
from bench.rows import Row

NAME = "row level security"


def run(quick: bool) -> list[Row]:
    """See `bench.inside.wall`."""
    city.settle(quick=quick)
    from bench.inside import wall

    return wall.run(quick)

"""Finding a partner among 10,000 with 100,000 members: the product's statement against the best written by hand."""

from bench import city
from bench.rows import Row

NAME = "directory"


def run(quick: bool) -> list[Row]:
    """See `bench.inside.directory`."""
    city.settle(quick=True)  # its partners are made up by themselves: residents do not matter here
    from bench.inside import directory

    return directory.run(quick)

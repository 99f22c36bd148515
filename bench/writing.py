"""Freezing and fanning out 100,000 recipients, against one bare INSERT … SELECT for each table."""

from bench import city
from bench.rows import Row

NAME = "writing"


def run(quick: bool) -> list[Row]:
    """See `bench.inside.writing`."""
    city.settle(quick=quick)
    from bench.inside import writing

    return writing.run(quick)

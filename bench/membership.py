"""A BIA's membership table and a partner's members, among 10,000 partners with 100,000 of each."""

from bench import city
from bench.rows import Row

NAME = "membership"


def run(quick: bool) -> list[Row]:
    """See `bench.inside.membership`."""
    city.settle(quick=True)  # its partners are made up by themselves: residents do not matter here
    from bench.inside import membership

    return membership.run(quick)

"""Providers' call-backs a second, each committed before it is answered, beside a bare view with one INSERT."""

from bench import city
from bench.rows import Row

NAME = "callbacks"


def run(quick: bool) -> list[Row]:
    """See `bench.inside.callbacks`."""
    city.settle(quick=True)
    from bench.inside import callbacks

    return callbacks.run(quick)

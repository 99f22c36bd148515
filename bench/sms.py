"""Messages through the whole pipeline, against a bare client that posts the same to the same stub."""

from bench import city
from bench.rows import Row

NAME = "sms"


def run(quick: bool) -> list[Row]:
    """See `bench.inside.sms`."""
    city.settle(quick=quick)
    from bench.inside import sms

    return sms.run(quick)

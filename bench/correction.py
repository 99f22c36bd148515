"""The correction drill: from pressing "Sent by mistake" until 95 % of those who heard the error have been told."""

from bench import city, stub
from bench.rows import Row

NAME = "correction"
LATENCY_MS = 20


def run(quick: bool) -> list[Row]:
    """See `bench.inside.correction`. A city of the demo's size a few times over has enough people in it."""
    with stub.texts_and_mail(latency_ms=LATENCY_MS):
        city.settle(quick=True)
        from bench.inside import correction

        return correction.run(quick)

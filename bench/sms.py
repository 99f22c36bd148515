"""Messages through the whole pipeline, against a bare client that sends the same to the same stub."""

from bench import city, stub
from bench.rows import Row

NAME = "sms and e-mail"
LATENCY_MS = 20


def run(quick: bool) -> list[Row]:
    """See `bench.inside.sms`."""
    with stub.texts_and_mail(latency_ms=LATENCY_MS):
        city.settle(quick=quick)
        from bench.inside import sms

        return sms.run(quick)

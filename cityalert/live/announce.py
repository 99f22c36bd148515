"""Telling open pages that something changed. No content travels: the page fetches it, and may be refused."""

from functools import partial

from django.db import transaction

from cityalert.live import hints


def announce(topic: str, word: str) -> None:
    """On commit, hint `word` ("reach") to those who watch `topic` ("alert:<uuid>"). Never raises or waits."""
    transaction.on_commit(partial(hints.tell, hints.Hint(topic, word)), robust=True)

"""Telling open pages that something changed. No content travels: the page fetches it, and may be refused."""

from collections.abc import Collection
from functools import partial

from django.db import transaction

from cityalert.live import hints


def announce(topic: str, word: str, *, only: Collection[str] | None = None) -> None:
    """On commit, hint `word` ("reach") to those who watch `topic` ("alert:<uuid>"). Never raises or waits.

    With `only`, to those of them who listen for one of these claims: that something changed says something, too.
    """
    hint = hints.Hint(topic, word, None if only is None else tuple(sorted(only)))
    transaction.on_commit(partial(hints.tell, hint), robust=True)

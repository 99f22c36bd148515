"""Threads that ask PostgreSQL for an event loop. What they ask is in `feed`, `rights` and `admission`."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from django.db import connection

from cityalert.lib import tenancy

P = ParamSpec("P")
T = TypeVar("T")


class Asker:
    """Runs functions that use Django's connection, which a thread keeps or gives back each time."""

    def __init__(self, name: str, *, threads: int = 1, keeps_connection: bool = False) -> None:
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix=name)
        self._keeps_connection = keeps_connection

    async def ask(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The function's answer; raises what it raises."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, lambda: self._run(function, *args, **kwargs))

    def close(self) -> None:
        """No more questions: the threads end."""
        self._threads.submit(connection.close)
        self._threads.shutdown(wait=False)

    @tenancy.across("the live socket")
    def _run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        is_kept = False
        try:
            answer = function(*args, **kwargs)
            is_kept = self._keeps_connection
            return answer
        finally:
            if not is_kept:
                connection.close()

"""Many speak at once: positions have no gap, none twice, and the same key at the same moment is one post."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from django.db import connection

from cityalert.lib import tenancy
from cityalert.messaging.models import Post
from tests.cast import assemble
from tests.messaging.talking import says, talk

pytestmark = pytest.mark.django_db(transaction=True)


def test_who_speaks_at_once_stands_in_one_order(at):
    cast = assemble()
    doors = talk(cast.avery, cast.corin, at=at)
    key = uuid4()

    def speak(n):
        try:
            with tenancy.across("a test"):
                return says(cast.corin, doors, "The same", client_id=key if n % 2 else None, at=at).position
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as threads:
        positions = list(threads.map(speak, range(12)))

    assert sorted(Post.objects.values_list("position", flat=True)) == list(range(1, 8))
    assert len({position for n, position in enumerate(positions) if n % 2}) == 1

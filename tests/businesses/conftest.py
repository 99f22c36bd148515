"""Who sits at the membership pages in these tests."""

import pytest

from tests.door import let_in


@pytest.fixture
def bao(cast, client):
    """Bao's browser."""
    return let_in(client, cast.bao)

"""An alert and a sharing group, to ask every route about."""

import pytest

from tests.alerts.writing import published
from tests.partners.sharing import group
from tests.rules.every_route import GROUP


@pytest.fixture
def sent(cast, at):
    group("Towers", cast.avery.partner, cast.corin.partner, pk=GROUP)
    return published(cast.avery, at)

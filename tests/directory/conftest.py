"""A crossing in the gazetteer, somebody who looks, and an entry that is a trap."""

import pytest
from django.contrib.gis.geos import Point

from cityalert.directory.models import Canary
from cityalert.geo.gazetteer import fold as fold_place
from cityalert.geo.models import Place
from partners.models import Partner, Site
from tests.cast import KING_AND_BAY
from tests.door import let_in


@pytest.fixture
def crossing(db):
    name = "King St W & Bay St"
    Place.objects.create(name=name, search=fold_place(name), location=Point(*KING_AND_BAY))


@pytest.fixture
def desk(client, cast):
    return let_in(client, cast.vera)


@pytest.fixture
def canary(cast):
    """Exactly like the tower's neighbour would be."""
    fake = Partner.objects.create(
        kind="corporate", name="King Bay Annex", short_name="Annex", is_active=False
    )
    Site.objects.create(partner=fake, name="King Bay Annex", location=Point(*KING_AND_BAY, srid=4326))
    Canary.objects.create(partner=fake)
    return fake

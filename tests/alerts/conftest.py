"""Who writes: signed in, with a second factor shown just now. And wording to write with."""

import pytest
from django.test import Client

from cityalert.alerts.templates import Template
from tests.alerts.writing import WORDS
from tests.cast import Cast
from tests.door import let_in


@pytest.fixture
def avery(client: Client, cast: Cast) -> Client:
    return let_in(client, cast.avery)


@pytest.fixture
def sam(cast: Cast) -> Client:
    return let_in(Client(), cast.sam)


@pytest.fixture
def gas(db) -> Template:
    return Template.objects.create(
        key="gas", name="Gas leak", name_fr="Fuite de gaz", event="hazmat", category="Safety",
        response_type="Evacuate", urgency="Immediate", severity=3, certainty="Likely", scope="Restricted", tlp="GREEN",
        lasts_min=90, words=WORDS,
    )  # fmt: skip

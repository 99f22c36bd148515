"""Bao imports her list in a real browser: file, columns, preview, done, undone."""

import pytest

from cityalert.businesses.models import Business
from tests.businesses.bia import business

pytestmark = pytest.mark.django_db(transaction=True)

LIST = """Business Name,Address,Owner,Owner phone
Café Zoé,100 King St W,Zoé T,416-555-0199
Bay Books,2 Bay St,Ann,416-555-0124
"""


def test_a_list_is_looked_at_imported_and_undone(world, open_window, at):
    business(world.cast.bao, at)
    window = open_window(world.cast.bao)
    window.page.goto("/businesses/import/")
    window.page.get_by_label("File (CSV").set_input_files(
        {"name": "members.csv", "mimeType": "text/csv", "buffer": LIST.encode()}
    )
    window.press("Look at it")
    window.shows("What is in which column?")
    window.press("Show what would change")

    window.shows("416-555-0199")
    assert Business.objects.count() == 1
    window.check()
    window.press("Import 2 changes")
    window.shows("1 new, 1 changed")
    assert Business.objects.count() == 2
    window.press("Undo")
    window.shows("as it was before the import")
    assert Business.objects.count() == 1
    window.check()

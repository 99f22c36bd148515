"""The administration pages open. A group is made by its host, not here."""

import pytest
from django.contrib import admin
from django.urls import reverse

from cityalert.audit.models import Entry
from cityalert.audit.record import record
from cityalert.audit.verbs import Verb
from partners.models import Membership, Partner, Site
from partners.sharing import SharingGroup
from tests.door import let_in


@pytest.mark.django_db
@pytest.mark.parametrize(
    "model", [Partner, Site, SharingGroup, Membership, Entry], ids=lambda model: model.__name__
)
def test_lists_and_forms_of_ours_open(client, cast, at, model):
    let_in(client, cast.nadia)
    SharingGroup.objects.create(name="Core", host=cast.nadia.partner)
    record(Verb.SIGNED_IN, None, None, at=at)
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    pages = [reverse(f"{name}_changelist"), reverse(f"{name}_change", args=[model.objects.first().pk])]
    if model not in (Entry, SharingGroup):
        pages.append(reverse(f"{name}_add"))

    assert admin.site.is_registered(model)
    for page in pages:
        response = client.get(page)
        assert response.status_code == 200
        assert "//cdn." not in response.content.decode()

"""The pages as an app on a phone: the manifest, the service worker, the page for when there is no network."""

import json
import re

from django.urls import reverse


def test_the_manifest_names_the_city_and_icons_that_are_there(client, settings):
    facts = json.loads(client.get(reverse("web:manifest")).content)

    assert facts["name"] == f"{settings.SITE_NAME} {settings.CITY_NAME}"
    for icon in facts["icons"]:
        assert (settings.BASE_DIR / icon["src"].lstrip("/")).exists()


def test_the_service_worker_keeps_only_what_everybody_may_have(client):
    answer = client.get(reverse("web:service_worker"))
    script = answer.content.decode()

    assert answer["Content-Type"].startswith("text/javascript")
    assert answer["Cache-Control"] == "no-cache"
    assert not re.search(r"^(export|import) ", script, re.MULTILINE)
    shell = json.loads(re.match(r"const SHELL = (.*);\n", script)[1])
    assert shell["offline"] == {"en": "/offline/en/", "fr": "/offline/fr/"}
    for path in shell["files"]:
        assert path.startswith(("/offline/", "/static/css/", "/static/js/", "/static/favicon"))


def test_the_page_without_network_is_nobodys_and_in_both_languages(client):
    for language, says in (("en", "No connection"), ("fr", "Pas de connexion")):
        page = client.get(reverse("web:offline", args=[language]))
        assert says in page.content.decode()
        assert not page.cookies
    assert client.get(reverse("web:offline", args=["de"])).status_code == 404

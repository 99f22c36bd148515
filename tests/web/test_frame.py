"""The frame of every page: headers, languages, refusals in three forms, and what is shown of faults."""

import json
import logging
import re

import pytest
from django.db import OperationalError
from django.http import HttpResponse
from django.test import Client
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _

import cityalert.urls
from cityalert.lib.refusals import NotThere, Refusal
from partners.middleware import actor_required
from tests.cast import Cast

LOGIN = "/accounts/login/"


class TooLate(Refusal):
    code = "too_late"
    status = 409
    sentence = _("It is too late – it expired “yesterday”.")


def refuse(request):
    raise TooLate(field="expires_at", detail={"by": 3})


def hide(request):
    raise NotThere


def break_down(request):
    raise ZeroDivisionError("a secret")


def lose_the_database(request):
    raise OperationalError("the connection is closed")


@actor_required
def members_only(request):
    return HttpResponse("inside")


urlpatterns = [
    path("refuse/", refuse),
    path("hide/", hide),
    path("token/<str:token>/", break_down),
    path("lose/", lose_the_database),
    path("members/", members_only),
    *cityalert.urls.urlpatterns,
]
handler404 = cityalert.urls.handler404
handler500 = cityalert.urls.handler500

pytestmark = [pytest.mark.urls(__name__), pytest.mark.django_db]


@pytest.fixture
def client() -> Client:
    return Client(raise_request_exception=False)


# --- headers ---


def test_every_page_carries_the_policy(client: Client):
    policy = client.get(LOGIN)["Content-Security-Policy"]

    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy


def test_the_operators_map_tiles_are_let_in(client: Client, settings):
    from cityalert.web import middleware

    settings.BASEMAP_STYLE_URL = "https://tiles.example/styles/night.json?key=1"
    middleware.policy.cache_clear()
    policy = client.get(LOGIN)["Content-Security-Policy"]
    middleware.policy.cache_clear()

    assert "connect-src 'self' https://tiles.example;" in policy
    assert "script-src 'self';" in policy


@pytest.mark.parametrize(
    "page", [LOGIN, "/accounts/password/reset/", "/accounts/2fa/", "/accounts/sessions/", "/nowhere/"]
)
def test_pages_hold_nothing_the_policy_forbids(client: Client, cast: Cast, page):
    client.force_login(cast.corin.user)

    text = client.get(page, follow=True).content.decode()

    assert not re.search(r"<script(?![^>]*(src=|application/json))", text)
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=", text)


def test_no_copy_is_kept_of_a_signed_in_persons_pages(client: Client, cast: Cast):
    client.force_login(cast.corin.user)

    assert client.get("/accounts/2fa/")["Cache-Control"] == "no-store"


def test_every_answer_has_an_id_of_its_own(client: Client):
    assert client.get(LOGIN)["X-Request-ID"] != client.get(LOGIN)["X-Request-ID"]


# --- refusals ---


def test_a_refusal_is_a_page(client: Client):
    answer = client.get("/refuse/")

    assert answer.status_code == 409
    assert "It is too late – it expired “yesterday”." in answer.content.decode()


def test_a_refusal_is_a_toast(client: Client):
    answer = client.post("/refuse/", headers={"hx-request": "true"})

    assert answer.status_code == 409
    assert answer["HX-Reswap"] == "none"
    assert answer["HX-Trigger"].isascii()
    assert json.loads(answer["HX-Trigger"]) == {"toast": "It is too late – it expired “yesterday”."}


def test_a_refusal_is_json(client: Client):
    answer = client.get("/refuse/", headers={"accept": "application/json"})

    assert answer.status_code == 409
    assert answer.json() == {
        "code": "too_late",
        "sentence": "It is too late – it expired “yesterday”.",
        "field": "expires_at",
        "detail": {"by": 3},
    }


def test_what_is_not_yours_looks_like_what_is_not_there(client: Client, cast: Cast):
    client.force_login(cast.corin.user)

    assert client.get("/hide/").status_code == client.get("/nowhere/").status_code == 404


@pytest.mark.parametrize("accept", ["*/*", "text/html", "", "image/png", "garbage"])
def test_any_accept_header_gets_an_answer(client: Client, accept):
    assert client.get("/refuse/", headers={"accept": accept}).status_code == 409


# --- signing in again ---


def test_a_page_is_sent_to_sign_in_and_comes_back(client: Client):
    assert client.get("/members/?a=1")["Location"] == f"{LOGIN}?next=/members/%3Fa%3D1"


def test_a_fragment_sends_the_whole_page_to_sign_in(client: Client):
    here = {"hx-request": "true", "hx-current-url": "http://testserver/alerts/"}
    answer = client.get("/members/", headers=here)

    assert answer["HX-Redirect"].startswith(LOGIN)


def test_a_program_is_told_401(client: Client):
    answer = client.get("/members/", headers={"accept": "application/json"})

    assert answer.status_code == 401


# --- faults ---


def test_a_fault_is_a_page_with_an_id_and_one_line_in_the_log(client: Client, caplog):
    answer = client.get("/token/0123456789abcdef/")

    assert answer.status_code == 500
    assert answer["X-Request-ID"] in answer.content.decode()
    assert "a secret" not in answer.content.decode()
    # pytest also shows what Django says of it, with the path; that goes nowhere.
    assert not logging.getLogger("django.request").propagate
    [line] = [record for record in caplog.records if record.name != "django.request"]
    assert line.exc_info
    assert line.getMessage() == "GET token/<str:token>/ failed"


def test_a_database_that_is_gone_is_try_again(client: Client):
    answer = client.get("/lose/")

    assert answer.status_code == 503
    assert answer["Retry-After"] == "5"


def test_a_database_gone_before_the_view_is_try_again(client: Client, cast: Cast, monkeypatch):
    client.force_login(cast.corin.user)

    def lose(*args, **kwargs):
        raise OperationalError("the connection is closed")

    monkeypatch.setattr("partners.middleware.actor_for", lose)

    assert client.get("/members/").status_code == 503


def test_a_host_that_is_not_ours_is_refused(client: Client):
    assert client.get(LOGIN, headers={"host": "evil.example"}).status_code == 400


def test_a_form_without_its_token_says_what_to_do(cast: Cast):
    answer = Client(enforce_csrf_checks=True).post(LOGIN, {"login": cast.corin.email, "password": "x"})

    assert answer.status_code == 403
    assert "open for too long" in answer.content.decode()


# --- languages ---


def test_a_visitor_is_spoken_to_in_the_browsers_language(client: Client):
    page = client.get(LOGIN, headers={"accept-language": "fr-CA,fr;q=0.9"})

    assert '<html lang="fr"' in page.content.decode()
    assert page["Content-Language"] == "fr"


def test_a_member_is_spoken_to_in_their_own(client: Client, cast: Cast):
    client.force_login(cast.noor.user)

    page = client.get("/accounts/2fa/", headers={"accept-language": "en"})

    assert '<html lang="fr"' in page.content.decode()


def test_choosing_a_language_lasts(client: Client, cast: Cast):
    client.force_login(cast.corin.user)

    back = client.post(reverse("web:set_language"), {"language": "fr", "next": "/accounts/2fa/"})

    assert back["Location"] == "/accounts/2fa/"
    cast.corin.user.refresh_from_db()
    assert cast.corin.user.language == "fr"
    client.post(reverse("account_logout"))
    assert client.get(LOGIN)["Content-Language"] == "fr"


@pytest.mark.parametrize("away", ["https://evil.example/", "//evil.example", "javascript:alert(1)", ""])
def test_choosing_a_language_leads_nowhere_else(client: Client, away):
    assert client.post(reverse("web:set_language"), {"language": "fr", "next": away})["Location"] == "/"


@pytest.mark.parametrize("language", ["", "de", "x" * 1000, "\x00"])
def test_a_language_we_do_not_speak_changes_nothing(client: Client, cast: Cast, language):
    client.force_login(cast.corin.user)

    assert client.post(reverse("web:set_language"), {"language": language}).status_code == 302
    cast.corin.user.refresh_from_db()
    assert cast.corin.user.language == "en"


# --- and whether we are well ---


def test_health_is_told_to_anybody(client: Client):
    assert client.get("/healthz").json() == {"ok": True}


def test_the_style_guide_is_for_staff(client: Client, cast: Cast):
    client.force_login(cast.corin.user)

    assert client.get("/styleguide/").status_code == 302

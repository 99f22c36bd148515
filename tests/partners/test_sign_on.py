"""Single sign-on, against a provider that behaves, and one that does not."""

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import urlsplit

import pytest
import requests
from django.test import Client
from django.urls import reverse
from oidc_provider_mock import User as Known
from oidc_provider_mock import run_server_in_thread

from cityalert.accounts.models import User
from cityalert.audit.models import Entry
from partners import actions, checks
from partners.actor import Staff
from partners.identity import Domain, SignOn
from partners.models import Membership, Partner
from partners.roles import Role
from partners.signon import actions as signon
from tests.cast import PASSWORD
from tests.door import let_in, sign_in

pytestmark = pytest.mark.django_db
FIND, SETTINGS = reverse("sign_on:find"), reverse("sign_on:settings")
SECRET = "a secret between two machines"


def known(sub, **claims):
    said = {"email": f"{sub}@arena.example", "email_verified": True, "name": sub.title()} | claims
    return Known(sub=sub, claims=said)


@pytest.fixture(scope="session")
def provider():
    """The arena's own sign-in, and whom it knows."""
    people = [
        known("vera"),
        known("lena"),
        known("unverified", email="vera@arena.example", email_verified=False),
        known("unsaid", email="vera@arena.example", email_verified="true"),
        known("elsewhere", email="avery@cityalert.example"),
        known("pretender", email="vera@arena.example@evil.example"),
        known("nameless", email=None),
    ]
    with run_server_in_thread(user_claims=people) as server:
        yield f"http://localhost:{server.server_port}"


@pytest.fixture
def arena(cast, at, provider, settings):
    """The arena's people sign in there: vera@arena.example is Vera."""
    settings.SIGN_ON_TRUSTED = [provider]
    User.objects.filter(pk=cast.vera.user.pk).update(email="vera@arena.example")
    cast.vera.user.refresh_from_db()
    cast.vera.email = cast.vera.user.email
    cast.olga = cast.join("olga", cast.vera.partner, Role.OWNER)
    set_up(cast, provider, at)
    signon.confirm(Staff(cast.nadia.user), Domain.objects.get(), at=at)
    return cast.vera.partner


def set_up(cast, issuer, at, **more):
    said = {"client_id": "city", "secret": SECRET, "is_required": False, "default_role": ""} | more
    return signon.set_up(cast.olga.actor(at), issuer=issuer, domains=["arena.example"], at=at, **said)


def change(partner, **values):
    SignOn.objects.filter(partner=partner).update(**values)


def show_who(client, partner, sub):
    """Go there, say who one is, come back; the last answer."""
    gone = client.get(reverse("sign_on:go", args=[partner.pk]))
    assert gone.status_code == 302, gone.content.decode()
    back = requests.post(gone["Location"], data={"sub": sub}, allow_redirects=False, timeout=10)
    parts = urlsplit(back.headers["Location"])
    return client.get(f"{parts.path}?{parts.query}")


def is_in(client):
    return "_auth_user_id" in client.session


def text(response):
    return response.content.decode()


def test_the_domain_decides_and_the_provider_says_who_it_is(client, cast, arena):
    found = client.post(FIND, {"email": "Vera@Arena.example"})
    assert found["Location"] == reverse("sign_on:start", args=[arena.pk])
    page = text(client.get(found["Location"]))
    assert "Lakeside Arena" in page
    assert "localhost" in page

    answer = show_who(client, arena, "vera")

    assert answer["Location"] == "/"
    assert client.get("/").wsgi_request.actor.partner == arena
    signed_in = Entry.objects.get(verb="session.signed_in")
    assert (signed_in.user_id, signed_in.facts) == (cast.vera.user.pk, {"by": ["socialaccount"]})


def test_our_own_second_factor_is_still_asked_for(client, cast, arena, at):
    from cityalert.accounts import demo

    demo.enrol(cast.vera.user)
    actions.change_role(None, cast.vera.membership, Role.ADMINISTRATOR, at=at)

    answer = show_who(client, arena, "vera")

    assert answer["Location"] == reverse("mfa_authenticate")
    assert not is_in(client)


def test_a_role_that_needs_one_is_led_to_setting_it_up(client, cast, arena, at):
    actions.change_role(None, cast.vera.membership, Role.ADMINISTRATOR, at=at)

    show_who(client, arena, "vera")

    assert client.get("/alerts/")["Location"] == reverse("mfa_index")


@pytest.mark.parametrize(
    ("sub", "said"),
    [
        ("lena", "not a member yet"),
        ("unverified", "no verified e-mail address"),
        ("unsaid", "no verified e-mail address"),
        ("elsewhere", "does not decide for"),
        ("pretender", "does not decide for"),
        ("nameless", "no verified e-mail address"),
    ],
)
def test_whom_the_provider_may_not_name_stays_outside(client, arena, sub, said):
    answer = show_who(client, arena, sub)

    assert answer.status_code == 403
    assert said in text(answer)
    assert not is_in(client)
    assert not User.objects.filter(email="lena@arena.example").exists()


def take_the_confirmation_back(cast, at):
    Domain.objects.update(confirmed_at=None)


def suspend(cast, at):
    actions.suspend(None, cast.vera.membership, at=at)


def close_the_account(cast, at):
    User.objects.filter(pk=cast.vera.user.pk).update(is_active=False)


@pytest.mark.parametrize("end", [take_the_confirmation_back, suspend, close_the_account])
def test_what_ended_here_does_not_come_back_from_there(client, cast, arena, at, end):
    change(arena, default_role="operator")
    end(cast, at)

    assert show_who(client, arena, "vera").status_code == 403
    assert not is_in(client)


def test_a_suspended_partners_provider_is_not_there(client, arena):
    Partner.objects.filter(pk=arena.pk).update(is_active=False)

    for page in ("start", "go", "callback"):
        assert client.get(reverse(f"sign_on:{page}", args=[arena.pk])).status_code == 404
    assert client.post(FIND, {"email": "vera@arena.example"}).status_code == 422


def test_a_default_role_lets_in_whoever_the_provider_knows(client, arena):
    change(arena, default_role="viewer")

    assert show_who(client, arena, "lena")["Location"] == "/"

    lena = User.objects.get(email="lena@arena.example")
    assert (lena.name, lena.has_usable_password()) == ("Lena", False)
    assert Membership.objects.get(user=lena).role == Role.VIEWER


def test_a_password_is_refused_where_the_organisations_sign_in_is_required(client, cast, arena):
    change(arena, is_required=True)

    wrong = client.post(reverse("account_login"), {"login": cast.vera.email, "password": "wrong wrong wrong"})
    right = sign_in(client, cast.vera)

    assert "do not go together" in text(wrong)
    assert right["Location"] == reverse("sign_on:start", args=[arena.pk])
    assert not is_in(client)
    assert show_who(client, arena, "vera")["Location"] == "/"
    assert is_in(client)


def test_an_owners_password_always_works(client, cast, arena):
    change(arena, is_required=True)
    User.objects.filter(pk=cast.olga.user.pk).update(email="olga@arena.example")

    client.post(reverse("account_login"), {"login": "olga@arena.example", "password": PASSWORD})

    assert is_in(client)


def test_a_domain_nobody_confirmed_decides_nothing(client, cast, arena):
    change(arena, is_required=True)
    Domain.objects.update(confirmed_at=None)

    assert client.post(FIND, {"email": "vera@arena.example"}).status_code == 422
    sign_in(client, cast.vera)
    assert is_in(client)


def test_an_answer_nobody_asked_for_is_refused(client, arena):
    callback = reverse("sign_on:callback", args=[arena.pk])

    for query in ("", "?code=x&state=forged", "?error=access_denied", "?error=server_error&state=x"):
        answer = client.get(callback + query)
        assert answer.status_code == 403
        assert "was not finished" in text(answer)
    assert not is_in(client)


def test_an_answer_made_for_another_browser_is_refused(client, arena):
    gone = client.get(reverse("sign_on:go", args=[arena.pk]))
    back = requests.post(gone["Location"], data={"sub": "vera"}, allow_redirects=False, timeout=10)
    parts = urlsplit(back.headers["Location"])
    victim = Client()

    assert victim.get(f"{parts.path}?{parts.query}").status_code == 403
    assert not is_in(victim)


@contextmanager
def saying(body, status=200):
    """A provider that answers everything with this; `ISSUER` stands for its own address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            said = body.replace("ISSUER", f"http://localhost:{self.server.server_port}")
            self.send_response(status)
            self.send_header("Location", "http://localhost:1/")
            self.end_headers()
            self.wfile.write(said.encode())

        def log_message(self, *_args):
            pass

    server = HTTPServer(("localhost", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://localhost:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


LIES = {
    "not json": ("nonsense", 200),
    "a list": ("[]", 200),
    "null": ("null", 200),
    "another issuer": (json.dumps({"issuer": "https://evil.example"}), 200),
    "no endpoints": ('{"issuer": "ISSUER"}', 200),
    "endpoints of another kind": (
        '{"issuer": "ISSUER", "authorization_endpoint": 1, "token_endpoint": [], "userinfo_endpoint": {}}',
        200,
    ),
    "a fault": ("{}", 500),
    "elsewhere": ("{}", 302),
    "too long": ("x" * 200_000, 200),
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES)
def test_a_provider_that_lies_is_a_sentence_and_no_fault(client, cast, arena, at, settings, lie):
    with saying(*lie) as issuer:
        settings.SIGN_ON_TRUSTED = [issuer]
        change(arena, issuer=issuer)

        answer = client.get(reverse("sign_on:go", args=[arena.pk]))
        saved = let_in(Client(), cast.olga).post(SETTINGS, SAID | {"issuer": issuer, "secret": "x"})

    assert answer.status_code == 403
    assert "cannot be reached" in text(answer)
    assert saved.status_code == 422
    assert "No sign-in service answers there" in text(saved)


def test_a_provider_that_is_down_is_a_sentence(client, arena):
    change(arena, issuer="http://localhost:9")

    answer = client.get(reverse("sign_on:go", args=[arena.pk]))

    assert answer.status_code == 403
    assert "owners can use their password" in text(answer)


SAID = {
    "issuer": "",
    "client_id": "city",
    "secret": SECRET,
    "domains": "arena.example\nARENA.example.org",
    "default_role": "",
}


def test_an_owner_sets_it_up_and_staff_confirm_the_domains(client, cast, arena, provider):
    olga, nadia = let_in(Client(), cast.olga), let_in(client, cast.nadia)

    assert olga.post(SETTINGS, SAID | {"issuer": provider}).status_code == 302

    page = text(olga.get(SETTINGS))
    assert "Waits for the network to confirm it" in page
    assert SECRET not in page
    assert SECRET not in SignOn.objects.get().sealed_secret
    assert SECRET not in str([entry.facts for entry in Entry.objects.all()])
    waiting = Domain.objects.get(confirmed_at=None)
    nadia.post("/admin/partners/domain/", {"action": "confirm", "_selected_action": [waiting.pk]})
    waiting.refresh_from_db()
    assert (waiting.name, waiting.confirmed_by) == ("arena.example.org", cast.nadia.user)
    olga.post(reverse("sign_on:take_down"))
    assert not SignOn.objects.exists()
    verbs = set(Entry.objects.values_list("verb", flat=True))
    assert {"sign_on.changed", "domain.confirmed", "sign_on.removed"} <= verbs


def test_a_domain_decides_for_one_partner(cast, arena, at):
    taken = Domain.objects.create(partner=cast.otto.partner, name="arena.example", claimed_at=at)

    with pytest.raises(signon.DomainTaken):
        signon.confirm(Staff(cast.nadia.user), taken, at=at)


def test_a_secret_is_not_sent_to_another_issuer_than_it_was_made_for(cast, arena, provider):
    olga = let_in(Client(), cast.olga)

    kept = olga.post(SETTINGS, SAID | {"issuer": provider, "secret": ""})
    assert kept.status_code == 302
    change(arena, issuer="https://elsewhere.example")
    moved = olga.post(SETTINGS, SAID | {"issuer": provider, "secret": ""})

    assert moved.status_code == 422
    assert "Paste the client" in text(moved)


@pytest.mark.parametrize(
    "issuer", ["http://localhost:9", "https://127.0.0.1/", "https://10.0.0.1/", "ftp://x.example", "nonsense"]
)
def test_nobody_looks_round_inside_by_way_of_an_issuer(cast, arena, issuer):
    answer = let_in(Client(), cast.olga).post(SETTINGS, SAID | {"issuer": issuer})

    assert answer.status_code == 422
    assert SignOn.objects.get().issuer != issuer


@pytest.mark.parametrize(
    "domains", ["", "no domain", "-x.example", "\n".join(f"d{n}.example" for n in range(11))]
)
def test_domains_are_domains(cast, arena, provider, domains):
    said = SAID | {"issuer": provider, "domains": domains}

    assert let_in(Client(), cast.olga).post(SETTINGS, said).status_code == 422


def test_it_is_there_for_managers_only_and_asks_for_a_fresh_second_factor(client, cast, arena, provider):
    for person in (cast.vera, cast.otto):
        let_in(client, person)
        assert client.get(SETTINGS).status_code == 404
        assert client.post(SETTINGS, SAID).status_code == 404
    let_in(client, cast.olga, second_factor_at=1.0)
    answer = client.post(SETTINGS, SAID | {"issuer": provider, "client_id": "other"})
    assert answer.status_code == 422
    assert 'name="code"' in text(answer)
    assert client.post(reverse("sign_on:take_down"))["Location"].startswith(reverse("mfa_reauthenticate"))
    assert SignOn.objects.get().client_id == "city"


def test_trusting_origins_of_our_own_network_does_not_start_as_production(settings):
    settings.IS_PRODUCTION, settings.SIGN_ON_TRUSTED = True, ["http://127.0.0.1:8010"]

    assert [error.id for error in checks.no_trusted_origins_in_production()] == ["partners.E001"]

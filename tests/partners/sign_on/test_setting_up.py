"""Setting single sign-on up, and providers that lie or are down."""

import json

import pytest
from django.test import Client
from django.urls import reverse

from cityalert.audit.models import Entry
from partners import checks
from partners.actor import Staff
from partners.identity import Domain, SignOn
from partners.signon import actions as signon
from tests.door import let_in
from tests.partners.sign_on.conftest import SECRET
from tests.partners.sign_on.visit import change, saying, text

pytestmark = pytest.mark.django_db
SETTINGS = reverse("sign_on:settings")


SAID = {
    "issuer": "",
    "client_id": "city",
    "secret": SECRET,
    "domains": "arena.example\nARENA.example.org",
    "default_role": "",
}


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

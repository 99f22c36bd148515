"""The arena has a sign-in of its own, and its people come in through it."""

import pytest
from oidc_provider_mock import User as Known
from oidc_provider_mock import run_server_in_thread

from cityalert.accounts.models import User
from partners.actor import Staff
from partners.identity import Domain
from partners.roles import Role
from partners.signon import actions as signon

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
    signon.set_up(
        cast.olga.actor(at),
        issuer=provider,
        client_id="city",
        secret=SECRET,
        domains=["arena.example"],
        default_role="",
        is_required=False,
        at=at,
    )
    signon.confirm(Staff(cast.nadia.user), Domain.objects.get(), at=at)
    return cast.vera.partner

"""Speaking with a partner's provider: allauth's code flow, by way of `lib.outbound`, trusting nothing it is told."""

import asyncio
import secrets
from typing import Any
from uuid import UUID

import requests
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from requests.adapters import BaseAdapter

from cityalert.accounts import keys
from cityalert.lib import outbound, tenancy
from cityalert.lib.refusals import NotThere, Refusal
from partners.identity import SignOn
from partners.signon import tokens

WELL_KNOWN = "/.well-known/openid-configuration"
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri")
NOT_CLEAR = _("Your organisation's sign-in did not say clearly who you are. Try again later.")
# Outbound says these itself.
OURS = {"accept-encoding", "connection", "content-length", "host", "user-agent"}


class NoProvider(Refusal):
    """Nothing answers there, or what answers is no OpenID Connect provider, or another than it should be."""

    code = "no_provider"
    status = 422
    sentence = _(
        "No sign-in service answers there as it should. Check the issuer's address, or try again later."
    )


class NotAdmitted(Refusal):
    """The provider says who it is, and that is nobody who may come in."""

    code = "not_admitted"
    status = 403


class Said(Exception):
    """What the provider says of the person, on its way past allauth's own accounts."""

    def __init__(self, facts: dict[str, Any]) -> None:
        self.facts = facts
        super().__init__()


class Outside(BaseAdapter):
    """How `requests` gets out: over https, to public addresses, with a limit of time and size."""

    def send(self, request: Any, *_args: Any, **_options: Any) -> requests.Response:
        """One request; raises ConnectionError, as `requests` does."""
        headers = {name: value for name, value in request.headers.items() if name.lower() not in OURS}
        body = request.body.encode() if isinstance(request.body, str) else request.body or b""
        sent = outbound.request(
            request.method, request.url, body=body, headers=headers, allow=settings.SIGN_ON_TRUSTED
        )
        try:
            answer = asyncio.run(sent)
        except outbound.OutboundError as error:
            raise requests.ConnectionError(str(error), request=request) from error
        response = requests.Response()
        response.status_code, response.url, response.request = answer.status, request.url, request
        response.headers.update(answer.headers)
        response._content = answer.body
        return response

    def close(self) -> None:
        """Nothing is open."""


def session() -> requests.Session:
    """A session that goes out by `Outside` only, and follows nobody elsewhere."""
    made = requests.Session()
    made.trust_env, made.max_redirects = False, 0
    for scheme in ("https://", "http://"):
        made.mount(scheme, Outside())
    return made


def discover(issuer: str) -> dict[str, Any]:
    """What the provider says of itself. Raises NoProvider, at the field `issuer`."""
    try:
        with session() as outside:
            answer = outside.get(issuer.rstrip("/") + WELL_KNOWN)
            answer.raise_for_status()
            said = answer.json()
        is_sound = said["issuer"].rstrip("/") == issuer.rstrip("/") and all(
            isinstance(said[name], str) for name in ENDPOINTS
        )
    except (requests.RequestException, ValueError, LookupError, TypeError, AttributeError) as error:
        raise NoProvider(field="issuer") from error
    if not is_sound:
        raise NoProvider(field="issuer")
    return dict(said)


class Issuer(OpenIDConnectOAuth2Adapter):
    """One partner's provider, in allauth's words."""

    @property
    def openid_config(self) -> dict[str, Any]:
        """Asked once in a request."""
        if not hasattr(self, "_said"):
            self._said = discover(self.get_provider().app.settings["server_url"])
        return self._said

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:  # noqa: ARG002 (allauth names them)
        """Where the provider sends people back to."""
        return callback_url(self.provider_id)

    def _decode_id_token(self, app: SocialApp, id_token: str) -> dict[str, Any]:
        """Checked in full. allauth leaves the signature out where the token came from the provider itself."""
        with session() as outside:
            answer = outside.get(self.openid_config["jwks_uri"])
            answer.raise_for_status()
        try:
            return tokens.read(
                id_token, answer.json(), issuer=self.openid_config["issuer"], client_id=app.client_id
            )
        except tokens.NotTrusted as error:
            raise NotAdmitted(NOT_CLEAR) from error


class Provider(OpenIDConnectProvider):
    """As allauth's, with our own checks."""

    oauth2_adapter_class = Issuer

    def ask(self, request: HttpRequest) -> HttpResponse:
        """To the provider, with a word that its ID token has to say again: one made for another question is refused."""
        nonce = secrets.token_urlsafe(24)
        return self.redirect(request, process="login", auth_params={"nonce": nonce}, nonce=nonce)  # type: ignore[no-any-return]


class SocialAdapter(DefaultSocialAccountAdapter):
    """Providers come from our table; whoever they name is looked for among the partner's people, and nowhere else."""

    @tenancy.across("asking a partner's provider who is at the door")
    def get_provider(self, request: HttpRequest, provider: str, client_id: str | None = None) -> Provider:  # noqa: ARG002
        """The provider of the partner with this key. Raises NotThere."""
        sign_on = SignOn.objects.select_related("partner").filter(partner_id=UUID(provider)).first()
        if sign_on is None or not sign_on.partner.is_active:
            raise NotThere
        app = SocialApp(
            provider="openid_connect",
            provider_id=str(sign_on.partner_id),
            name=sign_on.partner.name,
            client_id=sign_on.client_id,
            secret=keys.unseal(sign_on.sealed_secret),
            settings={"server_url": sign_on.issuer, "oauth_pkce_enabled": True},
        )
        return Provider(request, app=app)

    def get_requests_session(self) -> requests.Session:
        """Our way out."""
        return session()

    def is_open_for_signup(self, *_args: Any) -> bool:
        """Never: accounts are made by invitations, or by `actions.admit`."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:  # noqa: ARG002
        """What was said, in answer to our question, goes back to our own page; allauth keeps nothing of it."""
        said = sociallogin.account.extra_data
        token, nonce = said.get("id_token"), sociallogin.state.get("nonce")
        if not isinstance(token, dict) or not nonce or token.get("nonce") != nonce:
            raise NotAdmitted(NOT_CLEAR)
        raise Said(said)

    def on_authentication_error(self, *_args: Any, **_facts: Any) -> None:
        """A sentence, not a page of allauth's."""
        raise NotAdmitted(
            _("That sign-in was not finished. Try again, or ask whoever runs it at your organisation.")
        )


def callback_url(partner_id: object) -> str:
    """What the partner tells its provider."""
    return str(settings.PUBLIC_URL) + reverse("sign_on:callback", args=[str(partner_id)])

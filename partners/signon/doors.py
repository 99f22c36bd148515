"""The open pages of single sign-on: finding one's organisation, going there, and coming back."""

from functools import wraps
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from cryptography.fernet import InvalidToken
from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from cityalert.accounts.throttle import throttled
from cityalert.lib import clock, tenancy
from cityalert.lib.refusals import NotThere, Refusal
from partners.identity import SignOn
from partners.middleware import SESSION_KEY
from partners.signon import actions, queries
from partners.signon.provider import Issuer, NoProvider, NotAdmitted, Said

RATE = "30/m/ip"


class AddressForm(forms.Form):
    """Whose organisation is looked for."""

    email = forms.EmailField(
        label=_("E-mail"),
        max_length=254,
        widget=forms.EmailInput(attrs={"class": "input", "autocomplete": "email", "autofocus": True}),
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@throttled("sign_on", RATE, looking=False)
def find(request: HttpRequest) -> HttpResponse:
    """The address decides where one signs in."""
    form = AddressForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        sign_on = queries.for_address(form.cleaned_data["email"])
        if sign_on:
            return redirect("sign_on:start", sign_on.partner_id)
        form.add_error("email", _("No organisation signs its people in for this address. Use your password."))
    return render(request, "partners/sign_on_find.html", {"form": form}, status=422 if form.errors else 200)


@never_cache
@require_GET
@throttled("sign_on_pages", RATE)
def start(request: HttpRequest, partner_id: UUID) -> HttpResponse:
    """Where one is about to go: seen before one goes there."""
    sign_on = _sign_on(partner_id)
    context = {"partner": sign_on.partner, "host": urlsplit(sign_on.issuer).hostname}
    return render(request, "partners/sign_on_start.html", context)


def _in_a_sentence(view: Any) -> Any:
    """Whatever a provider does wrong is said, and is no fault of ours."""

    @wraps(view)
    def inner(request: HttpRequest, partner_id: UUID) -> HttpResponse:
        try:
            return view(request, partner_id)  # type: ignore[no-any-return]
        except NotThere:
            raise
        except NoProvider:
            refusal: Refusal = NotAdmitted(
                _(
                    "Your organisation's sign-in cannot be reached. Try again later; owners can use their password."
                )
            )
        except NotAdmitted as known:
            refusal = known
        except (ValueError, LookupError, TypeError, AttributeError, InvalidToken):
            # What it sent had another form than the standard gives it.
            refusal = NotAdmitted(_("Your organisation's sign-in answered in a way we do not understand."))
        context = {"sentence": refusal.sentence, "partner_id": partner_id}
        return render(request, "partners/sign_on_failed.html", context, status=refusal.status)

    return inner


@never_cache
@require_GET
@throttled("sign_on_pages", RATE)
@_in_a_sentence
def go(request: HttpRequest, partner_id: UUID) -> HttpResponse:
    """To the provider."""
    return get_adapter().get_provider(request, str(partner_id)).ask(request)  # type: ignore[no-any-return]


@never_cache
@require_GET
@throttled("sign_on_pages", RATE)
@_in_a_sentence
def callback(request: HttpRequest, partner_id: UUID) -> HttpResponse:
    """Back from there. allauth looks at the state and fetches who it is; `actions.admit` decides."""
    view = OAuth2CallbackView.adapter_view(Issuer(request, str(partner_id)))
    try:
        return view(request)  # type: ignore[no-any-return]
    except Said as said:
        return _finish(request, _sign_on(partner_id), said.facts)


@tenancy.across("letting in one of its people whom the partner's provider named")
def _finish(request: HttpRequest, sign_on: SignOn, said: dict[str, Any]) -> HttpResponse:
    """Sign in whom the provider names. Their own second factor is still asked for, whatever the provider asked."""
    membership = actions.admit(sign_on, said, at=clock.now())
    vars(request)["came_from"] = sign_on.partner_id
    record_authentication(request, membership.user, "socialaccount", provider=str(sign_on.partner_id))
    request.session[SESSION_KEY] = membership.pk
    return perform_login(request, Login(user=membership.user, email_verification="none"))  # type: ignore[no-any-return]


@tenancy.across("showing which organisation one signs in for")
def _sign_on(partner_id: UUID) -> SignOn:
    found = (
        SignOn.objects.select_related("partner").filter(partner=partner_id, partner__is_active=True).first()
    )
    if found is None:
        raise NotThere
    return found

"""The page on which a partner's managers set single sign-on up."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.validators import validate_domain_name
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from cityalert.accounts import step_up
from cityalert.accounts.throttle import throttled
from cityalert.lib import clock
from cityalert.lib.refusals import NotThere, Refusal
from partners.identity import Domain, SignOn
from partners.middleware import Request, actor_required
from partners.roles import Permission, Role
from partners.signon import actions, provider
from partners.signon.queries import domain_of


class SignOnForm(forms.Form):
    """What the provider's own pages give one to copy."""

    issuer = forms.URLField(
        label=gettext_lazy("Issuer"),
        max_length=300,
        assume_scheme="https",
        help_text=gettext_lazy("For example: https://login.example.org"),
    )
    client_id = forms.CharField(label=gettext_lazy("Client id"), max_length=200)
    secret = forms.CharField(
        label=gettext_lazy("Client secret"),
        max_length=500,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy("Kept sealed, shown to nobody again. Empty: the one there is stays"),
    )
    domains = forms.CharField(
        label=gettext_lazy("E-mail domains"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy(
            "One on each line. Each decides once the network has confirmed that it is yours"
        ),
    )
    default_role = forms.ChoiceField(
        label=gettext_lazy("Whoever signs in and was not invited"),
        choices=[
            ("", gettext_lazy("Is not let in")),
            *[(role.value, role.label) for role in SignOn.DEFAULTS],
        ],
        required=False,
    )
    is_required = forms.BooleanField(
        label=gettext_lazy("Required: passwords are refused for these domains, except owners'"),
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if name != "is_required":
                field.widget.attrs["class"] = "input"

    def clean_domains(self) -> list[str]:
        """Each a domain, ten at most."""
        names = [domain_of(line) for line in self.cleaned_data["domains"].split()]
        for name in names:
            validate_domain_name(name)
        if len(names) > 10:
            raise ValidationError(_("Ten domains at most."))
        return names


@require_http_methods(["GET", "HEAD", "POST"])
@actor_required
@throttled("sign_on_set_up", "20/m/user", looking=False)
def settings(request: Request) -> HttpResponse:
    """Where the partner's people sign in."""
    if not request.actor.may(Permission.MANAGE):
        raise NotThere
    at = clock.now()
    held = SignOn.objects.filter(partner=request.actor.partner).first()
    domains = list(Domain.objects.filter(partner=request.actor.partner))
    form = SignOnForm(request.POST if request.method == "POST" else None, initial=_initial(held, domains))
    refusal = None
    if request.method == "POST" and form.is_valid():
        try:
            step_up.require(request, code=request.POST.get("code"), at=at)
            provider.discover(form.cleaned_data["issuer"])
            actions.set_up(request.actor, **form.cleaned_data, at=at)
        except NotThere:
            raise
        except Refusal as refused:
            refusal = refused
            if refused.field != "code":
                form.add_error(refused.field, str(refused.sentence))
        else:
            messages.success(request, _("Saved."))
            return redirect("sign_on:settings")
    context = {
        "form": form,
        "held": held,
        "domains": domains,
        "callback_url": provider.callback_url(request.actor.partner_id),
        "owner": Role.OWNER.label,
        "asks_code": not step_up.fresh(request, at),
        "code_fault": refusal if refusal and refusal.field == "code" else None,
        "passkey_url": step_up.passkey_url(),
    }
    is_refused = refusal is not None or bool(form.errors)
    return render(request, "partners/sign_on.html", context, status=422 if is_refused else 200)


@require_POST
@actor_required
def take_down(request: Request) -> HttpResponse:
    """Passwords for everybody again."""
    if not request.actor.may(Permission.MANAGE):
        raise NotThere
    at = clock.now()
    if not step_up.fresh(request, at):
        messages.warning(request, _("Confirm that it is you, then press the button again."))
        there = urlencode({"next": reverse("sign_on:settings")})
        return redirect(f"{reverse('mfa_reauthenticate')}?{there}")
    actions.take_down(request.actor, at=at)
    messages.success(request, _("Taken down. Everybody signs in with a password again."))
    return redirect("sign_on:settings")


def _initial(held: SignOn | None, domains: list[Domain]) -> dict[str, Any]:
    if held is None:
        return {}
    return {
        "issuer": held.issuer,
        "client_id": held.client_id,
        "default_role": held.default_role,
        "is_required": held.is_required,
        "domains": "\n".join(domain.name for domain in domains),
    }

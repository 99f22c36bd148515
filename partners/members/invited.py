"""The page behind the link of an invitation. It is open: the link is the proof. Looking changes nothing."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from cityalert.accounts.entrance import let_in
from cityalert.accounts.models import User
from cityalert.accounts.throttle import throttled
from cityalert.lib import clock, tenancy
from cityalert.lib.language import Language
from cityalert.lib.refusals import NotThere, Refusal
from partners import invitations
from partners.members.forms import NewPersonForm
from partners.middleware import SESSION_KEY
from partners.models import Invitation
from partners.roles import Role, needs_second_factor


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@throttled("invitation", "30/m/ip")
@tenancy.across("a person's own link")
def invited(request: HttpRequest, token: str) -> HttpResponse:
    """Who invites, to what; and a button, or a form for somebody new."""
    try:
        invitation = invitations.by_token(token, at=clock.now())
    except NotThere:
        return _safe(render(request, "partners/invitation_over.html", status=404))
    with translation.override(_language(request, invitation)):
        return _safe(_answer(request, token, invitation))


def _answer(request: HttpRequest, token: str, invitation: Invitation) -> HttpResponse:
    account = invitations.account_of(invitation)
    if account is None:
        return _somebody_new(request, token, invitation)
    if request.method == "POST" and request.user == account:
        return _join(request, token, account, invitation)
    return _show(request, invitation, has_account=True)


def _somebody_new(request: HttpRequest, token: str, invitation: Invitation) -> HttpResponse:
    initial = {"name": invitation.name, "language": invitation.language}
    form = NewPersonForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.user.is_authenticated or not form.is_valid():
        return _show(request, invitation, form=form)
    said = form.cleaned_data
    try:
        membership = invitations.accept_as_new(
            token, said["name"], said["password"], Language(said["language"]), at=clock.now()
        )
    except invitations.WeakPassword as refusal:
        form.add_error("password", str(refusal.sentence))
        return _show(request, invitation, form=form)
    let_in(request, membership.user, by="invitation")
    return _welcome(request, membership.pk, invitation)


def _join(request: HttpRequest, token: str, account: User, invitation: Invitation) -> HttpResponse:
    try:
        membership = invitations.accept(token, account, at=clock.now())
    except Refusal as refusal:
        return _show(request, invitation, has_account=True, refusal=refusal)
    return _welcome(request, membership.pk, invitation)


def _welcome(request: HttpRequest, membership_id: int, invitation: Invitation) -> HttpResponse:
    """To their first page; where the role needs a second factor, that is the page on which it is set up."""
    request.session[SESSION_KEY] = membership_id
    messages.success(
        request, _("Welcome. You act for %(partner)s now.") % {"partner": invitation.partner.name}
    )
    return redirect("web:home")


def _show(request: HttpRequest, invitation: Invitation, **more: Any) -> HttpResponse:
    form = more.get("form")
    is_refused = bool(more.get("refusal") or (form and form.errors))
    context = {
        "invitation": invitation,
        "role": Role(invitation.role),
        "needs_second_factor": needs_second_factor(Role(invitation.role)),
        "is_somebody_else": request.user.is_authenticated and request.user.email != invitation.email,
        **more,
    }
    return render(request, "partners/invitation.html", context, status=422 if is_refused else 200)


def _language(request: HttpRequest, invitation: Invitation) -> str:
    """Theirs if they are known here, or have said so in this browser; else what the invitation is in."""
    is_said = request.user.is_authenticated or settings.LANGUAGE_COOKIE_NAME in request.COOKIES
    return translation.get_language() or "en" if is_said else invitation.language


def _safe(response: HttpResponse) -> HttpResponse:
    """The address holds the link: it is told to nobody else."""
    # Not no-referrer: then a browser names no origin when the form is sent, and the form is refused.
    response["Referrer-Policy"] = "same-origin"
    response["X-Robots-Tag"] = "noindex"
    return response

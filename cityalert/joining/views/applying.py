"""Open to everybody: the form, and one's own application by a link. They work without script."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from cityalert.accounts.throttle import throttled
from cityalert.agreements import queries as agreements
from cityalert.joining import actions, checklist, queries
from cityalert.joining.forms import (
    ChangedApplicationForm,
    FirstApplicationForm,
    LinkForm,
    SignTextForm,
    began_at,
)
from cityalert.joining.models import Application, Approach
from cityalert.joining.states import OPEN, State
from cityalert.lib import clock, tenancy
from cityalert.lib.forms import posted
from cityalert.lib.language import Language
from cityalert.lib.refusals import NotThere, Refusal

# Which application this browser has opened, and until when it may look.
SESSION_KEY = "application"
OPEN_FOR = timedelta(hours=2)


@never_cache
@require_http_methods(["GET", "POST"])
@throttled("join", "10/h/ip", looking=False)
def apply(request: HttpRequest) -> HttpResponse:
    """The form."""
    return _apply(request, None)


@never_cache
@require_http_methods(["GET", "POST"])
@throttled("join", "10/h/ip", looking=False)
def invited(request: HttpRequest, token: str) -> HttpResponse:
    """The form, with what whoever invited them has filled in."""
    with tenancy.across("an invitation to apply"):
        approach = queries.invitation(token, at=clock.now())
    return _apply(request, approach)


@never_cache
@require_GET
def sent(request: HttpRequest) -> HttpResponse:
    """Look into your mail: the same for everybody."""
    return render(request, "joining/sent.html")


@never_cache
@require_http_methods(["GET", "POST"])
@throttled("join-link", "10/h/ip", looking=False)
def new_link(request: HttpRequest) -> HttpResponse:
    """Ask for a new link: the same answer whether there is an application or not."""
    form = LinkForm(posted(request))
    if request.method == "POST" and form.is_valid():
        with tenancy.across("a new link for an applicant"):
            actions.ask_for_link(form.cleaned_data["email"], at=clock.now())
        return redirect("joining:sent")
    return render(request, "joining/link.html", {"form": form}, status=422 if form.is_bound else 200)


@never_cache
@require_http_methods(["GET", "POST"])
@throttled("join-open", "60/h/ip")
def open_link(request: HttpRequest, token: str) -> HttpResponse:
    """Opening takes a press: mail scanners follow links, and the link works once."""
    if request.method == "GET":
        return render(request, "joining/open.html")
    at = clock.now()
    try:
        with tenancy.across("an applicant opens their link"):
            application = actions.open_link(token, at=at)
    except NotThere:
        return render(request, "joining/link.html", {"form": LinkForm(), "is_over": True}, status=404)
    request.session.cycle_key()
    request.session[SESSION_KEY] = [str(application.pk), (at + OPEN_FOR).timestamp()]
    return redirect("joining:status")


@never_cache
@require_GET
def status(request: HttpRequest) -> HttpResponse:
    """How one's own application stands."""
    with tenancy.across("an applicant looks at their application"):
        return _show(request, _own(request))


@never_cache
@require_http_methods(["GET", "POST"])
@throttled("join-change", "30/h/ip", looking=False)
def change(request: HttpRequest) -> HttpResponse:
    """Mend what was returned, and send it again."""
    with tenancy.across("an applicant changes their application"):
        application = _own(request)
        if application.state != State.RETURNED:
            return redirect("joining:status")
        initial = {name: getattr(application, name) for name in ChangedApplicationForm.base_fields}
        form = ChangedApplicationForm(posted(request), initial=initial)
        if form.is_valid():
            try:
                actions.change(application, form.said(), at=clock.now())
            except Refusal as refusal:
                form.refuse(refusal)
            else:
                return redirect("joining:status")
    context = {"form": form, "application": application}
    return render(request, "joining/change.html", context, status=422 if form.is_bound else 200)


@never_cache
@require_http_methods(["GET", "POST"])
@throttled("join-sign", "30/h/ip", looking=False)
def sign(request: HttpRequest, agreement_id: UUID) -> HttpResponse:
    """Read and sign a text that whoever joins signs."""
    with tenancy.across("an applicant signs an agreement"):
        application = _own(request)
        agreement = agreements.get(agreement_id)
        signed = dict(checklist.signed_texts(application)[0])
        if agreement not in signed or application.state not in OPEN:
            raise NotThere
        initial = {
            "name": application.contact_name,
            "role": application.contact_role,
            "sha256": agreement.sha256,
        }
        form = SignTextForm(posted(request), initial=initial)
        if form.is_valid():
            clean = form.cleaned_data
            try:
                actions.sign(
                    application,
                    agreement,
                    sha256=clean["sha256"],
                    name=clean["name"],
                    role=clean["role"],
                    at=clock.now(),
                )
            except Refusal as refusal:
                form.refuse(refusal)
            else:
                return redirect("joining:status")
    context = {"form": form, "application": application, "agreement": agreement, "signed": signed[agreement]}
    return render(request, "joining/sign.html", context, status=422 if form.is_bound else 200)


def _apply(request: HttpRequest, approach: Approach | None) -> HttpResponse:
    at = clock.now()
    if request.method == "GET":
        return _form(request, FirstApplicationForm(initial=_filled_in(approach)), approach, at)
    form = FirstApplicationForm(request.POST)
    if form.is_machine():
        return redirect("joining:sent")
    if form.is_valid() and form.is_hasty(at):
        form.add_error(
            None, _("That was very quick, or the page was open for too long. Look it over and send it again.")
        )
    if not form.is_valid():
        return _form(request, form, approach, at)
    language = Language(get_language() or settings.LANGUAGE_CODE)
    try:
        with tenancy.across("an application comes in"):
            actions.apply(form.said(), language, approach=approach, at=at)
    except Refusal as refusal:
        form.refuse(refusal)
        return _form(request, form, approach, at)
    return redirect("joining:sent")


def _form(
    request: HttpRequest, form: FirstApplicationForm, approach: Approach | None, at: datetime
) -> HttpResponse:
    context = {"form": form, "approach": approach, "began": began_at(at)}
    return render(request, "joining/apply.html", context, status=422 if form.is_bound else 200)


def _filled_in(approach: Approach | None) -> dict[str, Any]:
    if approach is None:
        return {}
    filled = {name: getattr(approach, name) for name in ("name", "kind", "contact_name", "contact_email")}
    return filled | {"sponsor_name": approach.sponsor.name if approach.sponsor else ""}


def _own(request: HttpRequest) -> Application:
    """The application that this browser opened by a link; for everybody else there is nothing here."""
    key, until = request.session.get(SESSION_KEY) or (None, 0)
    if key is None or datetime.fromtimestamp(until, UTC) <= clock.now():
        raise NotThere(
            _("Open your application by the link in your mail. If it no longer works, ask for a new one.")
        )
    application = Application.objects.filter(pk=key).first()
    if application is None:
        raise NotThere
    return application


def _show(request: HttpRequest, application: Application) -> HttpResponse:
    texts, _missing = checklist.signed_texts(application)
    context = {
        "application": application,
        "texts": texts,
        "may_sign": application.state in OPEN,
        "is_signed": bool(texts) and all(signed for _text, signed in texts),
    }
    return render(request, "joining/status.html", context)

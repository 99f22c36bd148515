"""The pages on which residents subscribe and show that an address is theirs. They work without script."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from cityalert.accounts.throttle import throttled
from cityalert.lib import clock, tenancy
from cityalert.lib.forms import posted
from cityalert.lib.language import Language
from cityalert.lib.refusals import NotThere, Refusal
from cityalert.residents import actions, consent, queries
from cityalert.residents.forms import AddressForm, SubscribeForm
from cityalert.residents.pages import ASKED, has_worked, on_its_way, opened, page, spoken


@require_http_methods(["GET", "HEAD"])
def choose(request: HttpRequest) -> HttpResponse:
    """To the reader's language."""
    asked = translation.get_language_from_request(request)
    return redirect("residents:subscribe", asked if asked in Language.values else "en")


@require_http_methods(["GET", "HEAD", "POST"])
@throttled("subscribe", "20/h/ip", looking=False)
@spoken
def subscribe(request: HttpRequest, language: str) -> HttpResponse:
    """The form. Whatever is known of the address, the answer is the same."""
    at = clock.now()
    form = SubscribeForm(posted(request), at=at, initial={"language": language, "channel": "email"})
    if form.is_valid() and has_worked(form, at):
        clean = form.cleaned_data
        spoken_there = Language(clean["language"])
        asking = actions.ask(
            clean["channel"], clean["address"], spoken_there, form.wish(),
            agreed=consent.given(language), work=clean["work"] or None, at=at,
        )  # fmt: skip
        return on_its_way(request, language, asking)
    context = {"form": form, "consent": consent.words(language)}
    return page(request, "subscribe", language, context, at, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@throttled("subscribe", "20/h/ip", looking=False)
@spoken
def link(request: HttpRequest, language: str) -> HttpResponse:
    """Ask for a code or a link to one's page; the same for those who have none."""
    at = clock.now()
    form = AddressForm(posted(request), initial={"channel": "email"})
    if form.is_valid() and has_worked(form, at):
        clean = form.cleaned_data
        asking = actions.ask(
            clean["channel"], clean["address"], Language(language), work=clean["work"] or None, at=at
        )
        return on_its_way(request, language, asking)
    return page(request, "link", language, {"form": form}, at, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD"])
@spoken
def sent(request: HttpRequest, language: str) -> HttpResponse:
    """Look into your mail: the same for everybody."""
    return page(request, "sent", language, {}, clock.now())


@require_http_methods(["GET", "HEAD", "POST"])
@throttled("subscribe-code", "30/h/ip", looking=False)
@spoken
def code(request: HttpRequest, language: str) -> HttpResponse:
    """Type in what came by text."""
    at, refusal = clock.now(), None
    if request.method == "POST":
        try:
            subscriber = actions.confirm_code(
                request.session.get(ASKED, str(UUID(int=0))), request.POST.get("code", ""), at=at
            )
        except Refusal as refused:
            refusal = refused
        else:
            return opened(request, language, subscriber, at)
    context = {"refusal": refusal, "typed": request.POST.get("code", "")[:20]}
    return page(request, "code", language, context, at, status=422 if refusal else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@throttled("subscribe-open", "60/h/ip")
@spoken
def open_link(request: HttpRequest, language: str, token: str) -> HttpResponse:
    """Opening takes a press: mail scanners follow links, and the link works once."""
    at = clock.now()
    if request.method != "POST":
        return page(request, "open", language, {}, at)
    try:
        subscriber = actions.open_link(token, at=at)
    except NotThere:
        return page(request, "link", language, {"form": AddressForm(), "is_over": True}, at, status=404)
    return opened(request, language, subscriber, at)


@require_http_methods(["GET", "HEAD"])
@spoken
def over(request: HttpRequest, language: str) -> HttpResponse:
    """It is over: nothing comes any more."""
    return page(request, "over", language, {}, clock.now())


@never_cache
@csrf_exempt  # mail programs press it too (RFC 8058); the token in the path is the proof
@require_http_methods(["GET", "HEAD", "POST"])
@throttled("told", "60/h/ip")
@tenancy.across("why a resident was told")
def told(request: HttpRequest, token: str) -> HttpResponse:
    """Why this came, where it can be read, and a button that stops it all."""
    at = clock.now()
    said = queries.told(token, at=at)
    language = said.language
    if request.method == "POST":
        if said.subscriber:
            actions.leave(said.subscriber, at=at)
        # No redirect: RFC 8058 has none followed.
        with translation.override(language):
            return page(request, "over", language, {}, at)
    with translation.override(language):
        response = page(request, "told", language, {"told": said}, at)
    response["X-Robots-Tag"] = "noindex"
    return response

"""A person's own link (no sign-in), and the providers' call-backs."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseForbidden,
    JsonResponse,
)
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST
from twilio.twiml.messaging_response import MessagingResponse

from cityalert.accounts.throttle import throttled
from cityalert.delivery import (
    because,
    calls,
    costs,
    gateway,
    news,
    queries,
    receipts,
    replies,
    reports,
    twilio,
)
from cityalert.delivery.forms import ReportForm
from cityalert.delivery.models import Notice, Recipient
from cityalert.delivery.response import Response
from cityalert.lib import clock, tenancy
from cityalert.lib.forms import posted
from cityalert.lib.refusals import NotThere, Refusal
from cityalert.lib.severity import Severity

# Providers send their news by the hundred.
MOST_NEWS_BYTES = 1024 * 1024


@never_cache
@csrf_exempt  # the token in the path is the proof; there is no session to ride on
@require_http_methods(["GET", "HEAD", "POST"])
@tenancy.across("a person's own link")
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """What was said, and a button. Looking changes nothing: mail scanners and previews look, too."""
    recipient = receipts.by_token(token, at=clock.now())
    if request.method == "POST":
        via_push = request.POST.get("via") == "push"
        response = request.POST.get("response", "")
        if response in Response.values:
            receipts.respond_by_link(recipient, Response(response), at=clock.now())
        else:
            receipts.acknowledge_by_link(recipient, at=clock.now(), via="push" if via_push else receipts.LINK)
        if via_push:
            return HttpResponse(status=204)
        return redirect("delivery:answer", token=token)
    if recipient.kind == Recipient.Kind.RESIDENT:
        return redirect("residents:told", token=token)
    language = _language(recipient)
    with translation.override(language):
        page = render(
            request,
            "delivery/answer.html",
            {
                "recipient": recipient,
                "notice": recipient.notice,
                "subject": recipient.notice.texts[language]["subject"],
                "body": _without_link(recipient.notice.texts[language]["text"]),
                "mark": recipient.notice.texts[language].get("mark", ""),
                "severity": Severity(recipient.notice.severity),
                "said": recipient.reports.order_by("-said_at").first(),
                "asks": not recipient.notice.topic.startswith(Notice.ABOUT_CONTACT),
                "why": because.sentence(recipient.because),
                "newest": queries.newest_for(recipient),
                "has_ended": recipient.notice.expires_at <= clock.now(),
            },
        )
    return _private(page)


@never_cache
@csrf_exempt  # as above
@require_http_methods(["GET", "HEAD", "POST"])
@throttled("report_back", "30/h/ip", looking=False)
@tenancy.across("a person's own link")
def report(request: HttpRequest, token: str) -> HttpResponse:
    """Words, a photo, a place, back to whoever sent it."""
    at = clock.now()
    recipient = receipts.by_token(token, at=at)
    if recipient.notice.expires_at <= at:
        return redirect("delivery:answer", token=token)
    form = ReportForm(posted(request), request.FILES or None)
    if form.is_valid():
        try:
            reports.say(
                [recipient], **form.said(), user_id=receipts.person(recipient), via=receipts.LINK, at=at
            )
            return redirect("delivery:answer", token=token)
        except Refusal as refusal:
            form.refuse(refusal)
    texts = recipient.notice.texts[_language(recipient)]
    context = {
        "notice": recipient.notice,
        "subject": texts["subject"],
        "mark": texts.get("mark", ""),
        "form": form,
        "back": reverse("delivery:answer", args=[token]),
    }
    with translation.override(_language(recipient)):
        status = 422 if form.is_bound else 200
        return _private(render(request, "delivery/report.html", context, status=status))


@tenancy.across("a provider's call-back")
@twilio.signed
def twilio_status(request: HttpRequest, attempt_id: int) -> HttpResponse:
    """Twilio's news of one attempt, where `intake` does not stand before us."""
    news.take_in([twilio.news(attempt_id, request.POST)], at=clock.now())
    return HttpResponse(status=204)


@tenancy.across("a provider's call-back")
@twilio.signed
def twilio_inbound(request: HttpRequest) -> HttpResponse:
    """Somebody replied to a text message."""
    reply = replies.Reply(
        address=request.POST.get("From", ""),
        to=request.POST.get("To", ""),
        body=request.POST.get("Body", "")[: twilio.LONGEST_TEXT],
        is_answered=bool(request.POST.get("OptOutType")),
    )
    answer = MessagingResponse()
    if said := replies.hear(reply, at=clock.now()):
        answer.message(said)
    return HttpResponse(str(answer), content_type="text/xml")


@tenancy.across("a provider's call-back")
@twilio.signed
def twilio_call(request: HttpRequest, attempt_id: int) -> HttpResponse:
    """How a call ended."""
    call_id = request.POST.get("CallSid", "")[:120]
    calls.ended(
        attempt_id=attempt_id,
        call_id=call_id,
        status=request.POST.get("CallStatus", ""),
        answered_by=request.POST.get("AnsweredBy", ""),
        at=clock.now(),
    )
    price = _price(request.POST, "Price", "PriceUnit")
    costs.said(attempt_id, call_id, **price, seconds=request.POST.get("CallDuration", ""))
    return HttpResponse(status=204)


@tenancy.across("a provider's call-back")
@twilio.signed
def twilio_keys(request: HttpRequest, attempt_id: int) -> HttpResponse:
    """A key was pressed during a call; what is said next."""
    said = calls.pressed(
        attempt_id=attempt_id,
        call_id=request.POST.get("CallSid", ""),
        key=request.POST.get("Digits", ""),
        at=clock.now(),
    )
    return HttpResponse(said, content_type="text/xml")


@csrf_exempt  # it is signed
@require_POST
@tenancy.across("a provider's call-back")
def gateway_status(request: HttpRequest, attempt_id: int) -> HttpResponse:
    """The SMS gateway's news of one attempt."""
    at = clock.now()
    said = gateway.said(request, at=at)
    if said is None:
        return HttpResponseForbidden("The signature is not the gateway's.", content_type="text/plain")
    news.take_in([gateway.news(attempt_id, said)], at=at)
    return HttpResponse(status=204)


@csrf_exempt  # it is signed
@require_POST
@tenancy.across("a provider's call-back")
def gateway_inbound(request: HttpRequest) -> HttpResponse:
    """Somebody replied to a text that the gateway delivered. It knows no keywords: all are answered by us."""
    at = clock.now()
    said = gateway.said(request, at=at)
    if said is None:
        return HttpResponseForbidden("The signature is not the gateway's.", content_type="text/plain")
    address, body = (str(said.get(name, "")) for name in ("from", "text"))
    reply = replies.Reply(address, "", body[: twilio.LONGEST_TEXT], is_from_twilio=False)
    return JsonResponse({"reply": replies.hear(reply, at=at)})


@csrf_exempt  # the provider's secret, or its signature, is asked for
@require_POST
@tenancy.across("a provider's call-back")
def mail_events(request: HttpRequest) -> HttpResponseBase:
    """The mail provider's news, read by Anymail; without a provider there is nothing here."""
    if not settings.MAIL_PROVIDER:
        raise NotThere
    from cityalert.delivery import mail_events as events  # only where there is a provider

    hook = events.hook()
    if hook is None:
        raise NotThere
    if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_NEWS_BYTES:
        return HttpResponse("Too large.", status=413, content_type="text/plain")
    try:
        return hook(request)
    except SuspiciousOperation:  # Anymail's: not the secret, or not the signature
        return HttpResponseForbidden("That is not the provider's secret.", content_type="text/plain")
    except (ValueError, KeyError, TypeError, AttributeError):
        return HttpResponse("That is no news of the provider's.", status=400, content_type="text/plain")


def _price(said: Mapping[str, Any], price: str, currency: str) -> dict[str, str]:
    return {"price": str(said.get(price) or ""), "currency": str(said.get(currency) or "")}


def _language(recipient: Recipient) -> str:
    return recipient.subscriber.language if recipient.subscriber else "en"


def _private(page: HttpResponse) -> HttpResponse:
    """The address is the key: it goes to nobody else."""
    page["Referrer-Policy"] = "no-referrer"
    page["X-Robots-Tag"] = "noindex"
    return page


def _without_link(text: str) -> str:
    """The text of the e-mail for the page its link leads to: without the lines that only say where to click."""
    return "\n".join(line for line in text.splitlines() if "{link}" not in line)

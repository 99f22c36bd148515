"""A person's own link (no sign-in), and the providers' call-backs."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST
from twilio.twiml.messaging_response import MessagingResponse

from cityalert.delivery import inbound, queries, receipts, twilio
from cityalert.delivery.models import Recipient
from cityalert.lib import clock, tenancy
from cityalert.lib.severity import Severity
from cityalert.subscriptions import actions as subscriptions
from cityalert.subscriptions.queries import language_of


@never_cache
@csrf_exempt  # the token in the path is the proof; there is no session to ride on
@require_http_methods(["GET", "HEAD", "POST"])
@tenancy.across("a person's own link")
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """What was said, and a button. Looking changes nothing: mail scanners and previews look, too."""
    recipient = receipts.by_token(token, at=clock.now())
    if request.method == "POST":
        receipts.acknowledge_by_link(recipient, at=clock.now())
        return redirect("delivery:answer", token=token)
    language = recipient.subscriber.language if recipient.subscriber else "en"
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
                "newest": queries.newest_for(recipient),
                "has_ended": recipient.notice.expires_at <= clock.now(),
            },
        )
    page["Referrer-Policy"] = "no-referrer"
    page["X-Robots-Tag"] = "noindex"
    return page


@csrf_exempt
@require_POST
@tenancy.across("a provider's call-back")
def twilio_status(request: HttpRequest, attempt_id: int) -> HttpResponse:
    """Twilio's news of one attempt."""
    if not twilio.is_signed(request):
        return HttpResponseForbidden("The signature is not Twilio's.", content_type="text/plain")
    news = request.POST.get("MessageStatus", "")
    code = request.POST.get("ErrorCode", "")
    receipts.provider_says(
        provider="twilio",
        attempt_id=attempt_id,
        provider_id=request.POST.get("MessageSid", "")[:120],
        news=news[:40],
        state=twilio.STATES.get(news),
        reason=twilio.REASONS.get(code, f"Twilio error {code}") if code else "",
        at=clock.now(),
    )
    return HttpResponse(status=204)


@csrf_exempt
@require_POST
@tenancy.across("a provider's call-back")
def twilio_inbound(request: HttpRequest) -> HttpResponse:
    """Somebody replied to a text message."""
    if not twilio.is_signed(request):
        return HttpResponseForbidden("The signature is not Twilio's.", content_type="text/plain")
    address = request.POST.get("From", "")
    language = language_of("sms", address)
    with translation.override(language):
        said = _hear(address, request.POST.get("Body", ""), language, at=clock.now())
    reply = MessagingResponse()
    if said:
        reply.message(said)
    return HttpResponse(str(reply), content_type="text/xml")


def _hear(address: str, body: str, language: str, *, at: datetime) -> str:
    """Do what a text from this number asks; what to answer, or nothing."""
    match inbound.meaning(body):
        case inbound.Meaning.STOP:
            # Twilio answers STOP and START itself; a second answer would be a second message.
            subscriptions.stop("sms", address, at=at)
            return ""
        case inbound.Meaning.START:
            subscriptions.resume("sms", address, at=at)
            return ""
        case inbound.Meaning.ACKNOWLEDGE:
            return _acknowledged(receipts.last_told(address, channel="sms", at=at), language, at=at)
        case _:
            return _(
                "CityAlert. Reply ACK to acknowledge the latest alert, STOP to stop. In danger: call 911."
            )


def _acknowledged(recipient: Recipient | None, language: str, *, at: datetime) -> str:
    if recipient is None or recipient.subscriber is None:
        return _("There is no current alert to acknowledge. In danger: call 911.")
    receipts.acknowledge([recipient], actor=None, user_id=recipient.subscriber.user_id, at=at, via="sms")
    return _("Acknowledged: %(subject)s") % {"subject": recipient.notice.texts[language]["subject"]}


def _without_link(text: str) -> str:
    """The text of the e-mail for the page its link leads to: without the lines that only say where to click."""
    return "\n".join(line for line in text.splitlines() if "{link}" not in line)

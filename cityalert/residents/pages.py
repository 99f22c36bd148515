"""What residents' pages share: their language, their frame, whose page a browser has opened. No page is kept."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from cityalert.lib import tenancy
from cityalert.lib.language import Language
from cityalert.residents import work
from cityalert.residents.forms import AddressForm
from cityalert.residents.models import Asking
from cityalert.subscriptions.models import ContactPoint, Subscriber

# Which asking waits for its code in this browser; whose page it has opened, and until when.
ASKED, OPENED = "asking", "resident"
OPEN_FOR = timedelta(minutes=30)
View = Callable[..., HttpResponse]
# Pages that are there in both languages.
_ALONE = ("subscribe", "link", "code", "sent", "mine", "over")


def spoken(view: View) -> View:
    """A page in the language of its address, kept by nobody, that may look at what is nobody else's."""

    @wraps(view)
    def inner(request: HttpRequest, language: str, **more: Any) -> HttpResponse:
        with translation.override(language), tenancy.across("a resident's own subscription"):
            response = view(request, language, **more)
        response["Content-Language"] = language
        response["X-Robots-Tag"] = "noindex"
        return response

    return never_cache(inner)


def page(
    request: HttpRequest,
    name: str,
    language: str,
    context: dict[str, Any],
    at: datetime,
    *,
    status: int = 200,
) -> HttpResponse:
    """A template of ours, in the frame of what everybody may read."""
    other = (
        [(code, reverse(f"residents:{name}", args=[code])) for code in Language.values]
        if name in _ALONE
        else []
    )
    frame = {
        "site_name": settings.SITE_NAME,
        "city_name": settings.CITY_NAME,
        "language": language,
        "translations": other,
        "challenge": work.challenge(at),
        "bits": work.BITS,
    }
    response = render(request, f"residents/{name}.html", {**frame, **context}, status=status)
    # Not no-referrer: then a browser names no origin when the form is sent, and the form is refused.
    response["Referrer-Policy"] = "same-origin"
    return response


def has_worked(form: AddressForm, at: datetime) -> bool:
    """Was a text paid for with a little work? Mail is free."""
    clean = form.cleaned_data
    if clean["channel"] == ContactPoint.Channel.EMAIL or work.is_done(clean["work"], clean["found"], at=at):
        return True
    form.add_error(
        "address",
        _(
            "Your browser could not do the sum that keeps machines away. Send the form again, or choose e-mail."
        ),
    )
    return False


def on_its_way(request: HttpRequest, language: str, asking: Asking) -> HttpResponse:
    """The same whether it was sent or not."""
    request.session[ASKED] = str(asking.pk)
    return redirect(
        "residents:sent" if asking.channel == ContactPoint.Channel.EMAIL else "residents:code", language
    )


def opened(request: HttpRequest, language: str, subscriber: Subscriber, at: datetime) -> HttpResponse:
    """To their page, which this browser may look at for a while."""
    request.session.cycle_key()
    request.session.pop(ASKED, None)
    request.session[OPENED] = [subscriber.pk, (at + OPEN_FOR).timestamp()]
    messages.success(request, _("Confirmed. This is what you hear, and where."))
    return redirect("residents:mine", language)


def own(request: HttpRequest, at: datetime) -> Subscriber | None:
    """Whose page this browser has opened."""
    key, until = request.session.get(OPENED) or (None, 0)
    if key is None or datetime.fromtimestamp(until, UTC) <= at:
        return None
    return Subscriber.objects.filter(pk=key, user=None).first()

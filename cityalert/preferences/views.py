"""The page on which people say how they are reached."""

from collections.abc import Callable, Mapping

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from cityalert.accounts import second_factor, step_up
from cityalert.accounts.step_up import StepUpRequired, TooManyCodes
from cityalert.accounts.throttle import throttled
from cityalert.delivery import vapid
from cityalert.lib import clock
from cityalert.lib.refusals import NotThere, Refusal
from cityalert.lib.severity import Severity
from cityalert.preferences import actions, devices, queries
from partners.middleware import Request, actor_required

# Each code costs a text. What is refused counts too, so that there is room for slips.
CODES = "30/d/user"
# What is pressed again with the code of an app beside it.
PRESSED = ("channel", "address", "severity", "endpoint", "p256dh", "auth")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@actor_required
@throttled("contact_codes", CODES, looking=False)
def overview(request: Request) -> HttpResponse:
    """How one is reached, and a form for another way."""
    if request.method != "POST":
        return _page(request)
    channel, address = request.POST.get("channel", ""), request.POST.get("address", "")

    def add() -> str:
        point = actions.add(request.actor, channel, address, at=clock.now())
        if point.verified_at:
            return _("It is used from now on.")
        return _("A code is on its way there. Type it in below.")

    return _do(request, add, changes=True)


@require_POST
@actor_required
@throttled("contact_codes", CODES)
def send_again(request: Request, point_id: int) -> HttpResponse:
    """Another code."""

    def again() -> str:
        actions.send_again(request.actor, point_id, at=clock.now())
        return _("A new code is on its way. The earlier one does not count any more.")

    return _do(request, again, point_id)


@require_POST
@actor_required
def verify(request: Request, point_id: int) -> HttpResponse:
    """The code came back."""

    def check() -> str:
        point = actions.verify(request.actor, point_id, request.POST.get("code", ""), at=clock.now())
        return _("Confirmed: alerts reach you at %(address)s from now on.") % {"address": point.named}

    return _do(request, check, point_id)


@require_POST
@actor_required
def hear_from(request: Request, point_id: int) -> HttpResponse:
    """From which severity on it is used."""
    wanted = request.POST.get("severity", "")

    def change() -> str:
        severity = int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) == 1 else -1
        actions.hear_from(request.actor, point_id, severity, at=clock.now())
        return _("Changed.")

    return _do(request, change, point_id, changes=True)


@require_POST
@actor_required
def remove(request: Request, point_id: int) -> HttpResponse:
    """Not there any more."""

    def away() -> str:
        point = actions.remove(request.actor, point_id, at=clock.now())
        return _("Removed. No further alert is sent to %(address)s.") % {"address": point.named}

    return _do(request, away, point_id, changes=True)


@require_POST
@actor_required
@throttled("contact_codes", CODES)
def add_device(request: Request) -> HttpResponse:
    """This browser."""

    def add() -> str:
        address = " ".join(request.POST.get(part, "") for part in ("endpoint", "p256dh", "auth"))
        user_agent = request.headers.get("User-Agent", "")
        point = devices.add(request.actor, address, user_agent, at=clock.now())
        return _("From now on alerts reach you on this device (%(name)s).") % {"name": point.named}

    return _do(request, add, changes=True)


@csrf_exempt  # a service worker says it, which has no form; the old address, which only the browser knows, proves it
@require_POST
@throttled("device_moved", "60/h/ip")
def device_moved(request: HttpRequest) -> HttpResponse:
    """A browser has another address now. The same answer whatever became of it."""
    old, new = (
        " ".join(request.POST.get(f"{which}{part}", "") for part in ("endpoint", "p256dh", "auth"))
        for which in ("old_", "")
    )
    devices.moved(old, new, at=clock.now())
    return HttpResponse(status=204)


@require_POST
@actor_required
@throttled("contact_codes", CODES)
def try_device(request: Request, point_id: int) -> HttpResponse:
    """A message to a browser, to see that it comes."""

    def send() -> str:
        point = devices.try_out(request.actor, point_id, at=clock.now())
        return _("A test message is on its way to %(name)s.") % {"name": point.named}

    return _do(request, send, point_id)


def _do(
    request: Request, act: Callable[[], str], point_id: int | None = None, *, changes: bool = False
) -> HttpResponse:
    """Say what was done; or show the page with the refusal where it belongs, and what was typed.

    `changes`: where alerts go from now on. Whoever has a second factor shows it again: a session left open at a desk
    must not lead a person's alerts elsewhere.
    """
    try:
        if changes and second_factor.has(request.user):
            step_up.require(request, code=request.POST.get("app_code"), at=clock.now())
    except Refusal as refusal:
        return _ask_code(request, refusal)
    try:
        said = act()
    except NotThere:
        raise
    except Refusal as refusal:
        return _page(request, refusal, point_id)
    messages.success(request, said)
    return redirect("preferences:reached")


def _ask_code(request: Request, refusal: Refusal) -> HttpResponse:
    """What was pressed, to be pressed again with the code."""
    pressed = [(name, request.POST[name]) for name in PRESSED if name in request.POST]
    asked = {
        "action": request.path,
        "pressed": pressed,
        "fault": "" if isinstance(refusal, StepUpRequired) else refusal.sentence,
        "typed": "" if isinstance(refusal, TooManyCodes) else request.POST.get("app_code", ""),
        "passkey_url": step_up.passkey_url(),
    }
    return _page(request, refusal, asked=asked)


def _page(
    request: Request,
    refusal: Refusal | None = None,
    point_id: int | None = None,
    *,
    asked: Mapping[str, object] | None = None,
) -> HttpResponse:
    status = refusal.status if refusal else 200
    if asked:
        refusal = None
    context = {
        "asked": asked,
        "reached": queries.reached(request.actor, clock.now()),
        "channels": [(one.value, one.label) for one in actions.TYPED],
        "severities": [(severity.value, _from(severity)) for severity in Severity],
        "vapid_key": vapid.public_key() if vapid.is_on() else "",
        "typed": request.POST,
        "refusal": refusal,
        "refused_point": point_id,
    }
    return render(request, "preferences/reached.html", context, status=status)


def _from(severity: Severity) -> str:
    if severity == Severity.UNKNOWN:
        return _("every alert")
    if severity == Severity.EXTREME:
        return _("extreme danger only")
    return _("%(severity)s and graver") % {"severity": severity.label}

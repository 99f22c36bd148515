"""The pages on which whoever manages a partner answers for its correspondence."""

from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cityalert.accounts import step_up
from cityalert.lib import clock
from cityalert.lib.refusals import NotThere, Refusal
from cityalert.messaging.models import Conversation
from cityalert.records import actions, forms, queries
from cityalert.records.models import LEAST_DAYS, Ground, Kind
from partners.middleware import Request, actor_required


@require_http_methods(["GET", "HEAD", "POST"])
@actor_required
def overview(request: Request) -> HttpResponse:
    """What the partner keeps, and for how long."""
    queries.check(request.actor)
    refusal, typed = None, dict[Kind, str]()
    if request.method == "POST":
        typed = {kind: request.POST.get(f"days-{kind.value}", "") for kind in Kind}
        try:
            actions.keep_for(request.actor, typed, at=clock.now())
        except NotThere:
            raise
        except Refusal as refused:
            refusal = refused
        else:
            messages.success(request, _("Kept for as long as you said, from now on."))
            return redirect("records:list")
    known = queries.retentions(request.actor)
    times = [(kind, typed.get(kind, "" if known[kind] is None else known[kind])) for kind in Kind]
    context = {
        "conversations": queries.held(request.actor),
        "times": times,
        "least": LEAST_DAYS,
        "refusal": refusal,
    }
    return render(request, "records/list.html", context, status=refusal.status if refusal else 200)


@require_safe
@actor_required
def detail(request: Request, conversation_id: UUID) -> HttpResponse:
    """One conversation: its hold, and the form for a copy."""
    return _page(request, queries.get_for(request.actor, conversation_id))


@require_POST
@actor_required
def hold(request: Request, conversation_id: UUID) -> HttpResponse:
    """Do not erase it."""
    conversation = queries.get_for(request.actor, conversation_id)
    try:
        actions.hold(request.actor, conversation, request.POST.get("reason", ""), at=clock.now())
    except NotThere:
        raise
    except Refusal as refusal:
        return _page(request, conversation, refusal)
    messages.success(request, _("Held. Nothing of it is erased until you lift it."))
    return redirect("records:detail", conversation_id)


@require_POST
@actor_required
def lift(request: Request, conversation_id: UUID) -> HttpResponse:
    """The hold ends."""
    conversation = queries.get_for(request.actor, conversation_id)
    actions.lift(request.actor, conversation, at=clock.now())
    messages.success(request, _("Lifted. It is kept as long as all who take part keep it."))
    return redirect("records:detail", conversation_id)


@never_cache
@require_POST
@actor_required
def take_out(request: Request, conversation_id: UUID) -> HttpResponse | FileResponse:
    """The copy, as a file."""
    at, conversation = clock.now(), queries.get_for(request.actor, conversation_id)
    try:
        step_up.require(request, code=request.POST.get("code"), at=at)
        plan = forms.plan_from(request.POST)
        reference = request.POST.get("reference", "")
        extract, file = actions.take_out(request.actor, conversation, reference, plan, at=at)
    except NotThere:
        raise
    except Refusal as refusal:
        return _page(request, conversation, refusal)
    name = f"correspondence-{extract.pk}.zip"
    return FileResponse(file, as_attachment=True, filename=name, content_type="application/zip")


def _page(request: Request, conversation: Conversation, refusal: Refusal | None = None) -> HttpResponse:
    said = queries.posts(request.actor, conversation)
    named = queries.names(request.actor, conversation, said)
    days = queries.retentions(request.actor)[queries.kind_of(conversation)]
    plan = forms.plan_from(request.POST)
    context = {
        "conversation": conversation,
        "posts": [(post, named[post.pk], plan.posts.get(post.position, "")) for post in said],
        "people": queries.speakers(said, named),
        "hold": queries.hold_on(request.actor, conversation),
        "holds": queries.holds(request.actor, conversation),
        "extracts": queries.extracts(request.actor, conversation),
        "erasure": queries.erasure_of(conversation),
        "over_on": queries.perhaps_erased_on(conversation, days),
        "grounds": Ground,
        "plan": plan,
        "refusal": refusal,
        "asks_code": not step_up.fresh(request, clock.now()),
        "code_fault": refusal if refusal and refusal.field == "code" else None,
        "passkey_url": step_up.passkey_url(),
    }
    return render(request, "records/detail.html", context, status=refusal.status if refusal else 200)

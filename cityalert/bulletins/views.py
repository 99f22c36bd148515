"""The pages about bulletins: the list, a new one, one of them, and the auditor's."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cityalert.accounts.throttle import throttled
from cityalert.bulletins import actions, queries, sealing
from cityalert.bulletins.forms import BulletinForm
from cityalert.lib import clock
from cityalert.lib.forms import posted
from cityalert.lib.refusals import NotThere, Refusal
from partners.middleware import Request, actor_required
from partners.roles import Permission


@require_GET
@actor_required
def overview(request: Request) -> HttpResponse:
    """What went to the partner and what it published, the newest first."""
    bulletins = queries.listed(request.actor)
    context = {
        "at": clock.now(),
        "bulletins": bulletins,
        "publishers": queries.publishers(bulletins),
        "readings": queries.own_readings(request.actor, bulletins),
        "may_publish": actions.may_publish(request.actor),
        "is_auditor": sealing.is_auditor(request.actor),
    }
    return render(request, "bulletins/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@actor_required
@throttled("bulletins", "30/h/user", looking=False)
def new(request: Request) -> HttpResponse:
    """Write one and publish it."""
    if not actions.may_publish(request.actor):
        raise NotThere
    form = BulletinForm(posted(request), actor=request.actor)
    if form.is_valid():
        try:
            bulletin = actions.publish(request.actor, form.data_for_action(), at=clock.now())
            messages.success(request, _("Published. Its readers are told."))
            return redirect("bulletins:detail", bulletin.pk)
        except actions.NotPublished as refusal:
            form.refuse(refusal)
    return render(request, "bulletins/new.html", {"form": form}, status=422 if form.errors else 200)


@require_GET
@actor_required
def detail(request: Request, bulletin_id: UUID) -> HttpResponse:
    """One bulletin."""
    return render(request, "bulletins/detail.html", _shown(request, bulletin_id))


@require_POST
@actor_required
def acknowledge(request: Request, bulletin_id: UUID) -> HttpResponse:
    """Read."""
    actions.acknowledge(request.actor, queries.get_for(request.actor, bulletin_id), at=clock.now())
    return redirect("bulletins:detail", bulletin_id)


@require_POST
@actor_required
def propose(request: Request, bulletin_id: UUID) -> HttpResponse:
    """Something should be put right."""
    bulletin = queries.get_for(request.actor, bulletin_id)
    text, wants_credit = request.POST.get("text", ""), request.POST.get("credit") == "1"
    try:
        actions.propose(request.actor, bulletin, text, wants_credit=wants_credit, at=clock.now())
    except (actions.NothingProposed, actions.TooManyProposals) as refusal:
        return _again(request, bulletin_id, refusal, text=text)
    messages.success(request, _("Sent to the publisher. Thank you."))
    return redirect("bulletins:detail", bulletin_id)


@require_POST
@actor_required
def answer(request: Request, bulletin_id: UUID, proposal_id: UUID) -> HttpResponse:
    """Taken, or not."""
    bulletin = queries.get_for(request.actor, bulletin_id)
    actions.answer(
        request.actor, bulletin, proposal_id, accept=request.POST.get("accept") == "1",
        words_=request.POST.get("text", ""), at=clock.now(),
    )  # fmt: skip
    messages.success(request, _("Answered."))
    return redirect("bulletins:detail", bulletin_id)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@actor_required
def unnamed(request: Request) -> HttpResponse:
    """The auditor's: which bulletins bear no name; and, with a reason, whose one of them is."""
    context: dict[str, Any] = {"at": clock.now(), "bulletins": sealing.unnamed(request.actor)}
    if request.method == "POST":
        context |= {
            "asked": _uuid(request.POST.get("bulletin", "")),
            "reason": request.POST.get("reason", ""),
        }
        try:
            context["found"] = sealing.resolve(
                request.actor, context["asked"], context["reason"], at=clock.now()
            )
        except sealing.NoReason as refusal:
            context["refusal"] = refusal
    return render(request, "bulletins/unnamed.html", context, status=422 if "refusal" in context else 200)


def _shown(request: Request, bulletin_id: UUID) -> dict[str, Any]:
    actor, bulletin = request.actor, queries.get_for(request.actor, bulletin_id)
    is_own = queries.is_own(actor, bulletin)
    return {
        "at": clock.now(),
        "bulletin": bulletin,
        "publisher": queries.publishers([bulletin]).get(bulletin.partner_id or uuid4(), ""),
        "is_own": is_own,
        "may_answer": is_own and actions.may_publish(actor),
        "reading": queries.own_readings(actor, [bulletin]).get(bulletin.pk),
        "reads": queries.reads(bulletin) if is_own else [],
        "people": queries.our_people(actor, bulletin) if actor.may(Permission.REACH) else [],
        "corrections": queries.corrections(bulletin),
        "proposals": queries.proposals_for(actor, bulletin),
        "may_propose": not is_own and actor.may(Permission.ANSWER),
        "text": "",
    }


def _again(request: Request, bulletin_id: UUID, refusal: Refusal, **typed: Any) -> HttpResponse:
    context = {**_shown(request, bulletin_id), **typed, "refusal": refusal}
    return render(request, "bulletins/detail.html", context, status=refusal.status)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise NotThere from error

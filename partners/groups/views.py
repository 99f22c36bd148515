"""The pages of sharing groups: the list, one group, a new one, and the buttons on them."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cityalert.lib import clock
from cityalert.lib.refusals import NotThere, Refusal
from partners.groups import actions, queries
from partners.groups.forms import DelegateForm, GroupForm, InviteForm
from partners.groups.queries import Standing
from partners.middleware import Request, actor_required
from partners.roles import Permission, Role
from partners.sharing import Participant


@require_GET
@actor_required
def list_(request: Request) -> HttpResponse:
    """The groups the partner is in, and the invitations that wait for an answer."""
    standings = queries.standings(request.actor)
    counts = queries.counts(standings)
    context = {
        "asked": [one for one in standings if one.own.state == Participant.State.INVITED],
        "rows": [
            (one, counts.get(one.group.pk)) for one in standings if one.own.state != Participant.State.INVITED
        ],
        "manages": request.actor.may(Permission.MANAGE),
    }
    return render(request, "partners/groups/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@actor_required
def new(request: Request) -> HttpResponse:
    """A new group, run by the actor's partner."""
    if not request.actor.may(Permission.MANAGE):
        raise NotThere
    form = GroupForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            group = actions.create(request.actor, **form.facts(), at=clock.now())
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("The group is made. Invite whom it is for."))
            return redirect("groups:detail", group.pk)
    return render(request, "partners/groups/new.html", {"form": form}, status=422 if form.errors else 200)


@require_GET
@actor_required
def detail(request: Request, group_id: UUID) -> HttpResponse:
    """One group, as far as it is the actor's to see."""
    return _page(request, queries.get_for(request.actor, group_id))


@require_POST
@actor_required
def change(request: Request, group_id: UUID) -> HttpResponse:
    """What the group says of itself."""
    standing = _for_host(request, group_id)
    form = GroupForm(request.POST)
    if form.is_valid():
        try:
            actions.change(request.actor, group_id, **form.facts(), at=clock.now())
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return _done(request, group_id, _("Kept."))
    return _page(request, standing, form=form, status=422)


@require_POST
@actor_required
def invite(request: Request, group_id: UUID) -> HttpResponse:
    """Ask partners to join."""
    standing = queries.get_for(request.actor, group_id)
    form = InviteForm(request.POST)
    if form.is_valid():
        try:
            if not standing.may_invite:
                raise actions.MayNotInvite
            partners = actions.find(form.cleaned_data["names"])
            asked = actions.invite(request.actor, group_id, partners, at=clock.now())
        except actions.NobodyNamed as refusal:
            form.refuse(refusal)
        else:
            return _done(request, group_id, _asked_words(standing, asked))
    return _page(request, standing, invite_form=form, status=422)


@require_POST
@actor_required
def answer(request: Request, group_id: UUID) -> HttpResponse:
    """Yes or no to an invitation."""
    standing, at = queries.get_for(request.actor, group_id), clock.now()
    if request.POST.get("answer") == "yes":
        try:
            actions.accept(request.actor, group_id, at=at)
        except Refusal as refusal:
            return _page(request, standing, refusal=refusal, status=refusal.status)
        return _done(request, group_id, _("You are in the group."))
    actions.decline(request.actor, group_id, at=at)
    return _gone(request, _("Declined. The host sees that you did."))


@require_POST
@actor_required
def leave(request: Request, group_id: UUID) -> HttpResponse:
    """Be in it no more."""
    actions.leave(request.actor, group_id, at=clock.now())
    return _gone(request, _("You have left the group."))


@require_POST
@actor_required
def open_or_close(request: Request, group_id: UUID) -> HttpResponse:
    """A closed group reaches nobody."""
    opens = request.POST.get("open") == "yes"
    actions.open_or_close(request.actor, group_id, is_active=opens, at=clock.now())
    return _done(request, group_id, _("The group is open.") if opens else _("The group is closed."))


@require_POST
@actor_required
def participant(request: Request, group_id: UUID, partner_id: UUID) -> HttpResponse:
    """What the host does about one partner: `do` is one of the names below."""
    _for_host(request, group_id)
    verbs = {"suspend": actions.suspend, "restore": actions.restore, "remove": actions.remove}
    verb, at = verbs.get(request.POST.get("do", "")), clock.now()
    if verb:
        verb(request.actor, group_id, partner_id, at=at)
    else:
        form = DelegateForm(request.POST)
        if not form.is_valid():
            raise actions.NotNow
        actions.delegate(request.actor, group_id, partner_id, form.chosen(), at=at)
    return _done(request, group_id, _("Kept."))


def _for_host(request: Request, group_id: UUID) -> Standing:
    standing = queries.get_for(request.actor, group_id)
    if not standing.may_run:
        raise NotThere
    return standing


def _page(request: Request, standing: Standing, *, status: int = 200, **more: Any) -> HttpResponse:
    context = {
        "standing": standing,
        "group": standing.group,
        "participants": queries.participants(standing),
        "invitations": queries.invitations(standing) if standing.may_extend else [],
        "form": GroupForm.of(standing.group) if standing.may_run else None,
        "invite_form": InviteForm(),
        "roles": [choice for choice in Role.choices if choice[0] != Role.OWNER],
        **more,
    }
    return render(request, "partners/groups/detail.html", context, status=status)


def _asked_words(standing: Standing, asked: int) -> str:
    """Only the host hears whether somebody was newly asked."""
    if standing.is_host and not asked:
        return _("They are in the group or were invited already.")
    return _("The invitation is on its way.")


def _done(request: Request, group_id: UUID, sentence: str) -> HttpResponse:
    messages.success(request, sentence)
    return redirect("groups:detail", group_id)


def _gone(request: Request, sentence: str) -> HttpResponse:
    messages.success(request, sentence)
    return redirect("groups:list")

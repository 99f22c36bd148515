"""The pages on which a partner's managers decide who belongs to it; its other members may look."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cityalert.accounts import step_up
from cityalert.accounts.throttle import throttled
from cityalert.lib import clock
from cityalert.lib.refusals import NotThere, Refusal
from partners import actions, invitations, managing
from partners.members import queries
from partners.members.forms import InviteForm, MemberForm
from partners.middleware import Request, actor_required
from partners.models import Membership
from partners.roles import PERMISSIONS, Permission, Role

ON_A_PAGE = 50


@require_GET
@actor_required
def members(request: Request) -> HttpResponse:
    """Everybody who acts for the partner; and, for its managers, whom they have asked to."""
    at, asked = clock.now(), request.GET
    wanted = queries.Wanted(asked.get("q", "")[:100], asked.get("role", ""), asked.get("state", ""))
    page = Paginator(queries.members_of(request.actor, at, wanted), ON_A_PAGE).get_page(asked.get("page"))
    shown = list(page)
    secured = queries.with_factor(shown)
    context = {
        "at": at,
        "page": page,
        "rows": [
            (one, queries.state_of(one, at), one.user_id in secured, queries.lacks_factor(one, secured))
            for one in shown
        ],
        "wanted": wanted,
        "query": urlencode({"q": wanted.text, "role": wanted.role, "state": wanted.state}),
        "invitations": list(queries.invitations_of(request.actor)),
        "may_manage": request.actor.may(Permission.MANAGE),
        "roles": Role.choices,
        "states": queries.State.choices,
        "table": [(p.label, [p in PERMISSIONS[role] for role in Role]) for p in Permission],
    }
    return render(request, "partners/members.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@actor_required
@throttled("invite", "60/h/user", looking=False)
def invite(request: Request) -> HttpResponse:
    """Ask somebody to become a member."""
    _need_manager(request)
    at = clock.now()
    form = InviteForm(request.actor, request.POST if request.method == "POST" else None)

    def act() -> None:
        said = form.invitation()
        email, name, role = said.pop("email"), said.pop("name"), said.pop("role")
        invitations.invite(request.actor, request.actor.partner, email, name, role, at=at, **said)
        messages.success(
            request, _("Invited. The mail with the link is on its way to %(name)s.") % {"name": name}
        )

    if request.method == "POST" and _carried_out(request, form, act, at):
        return redirect("members:list")
    return _show(request, "partners/invite.html", form, at)


@require_http_methods(["GET", "HEAD", "POST"])
@actor_required
def member(request: Request, membership_id: int) -> HttpResponse:
    """One membership: to look at, and to change."""
    at = clock.now()
    membership = queries.get_for(request.actor, membership_id, at)
    may_change = _may_change(request, membership)
    if request.method == "POST" and not may_change:
        raise NotThere
    form = MemberForm(request.actor, membership, request.POST if request.method == "POST" else None)

    def act() -> None:
        actions.change(request.actor, membership, at=at, **form.changes())
        messages.success(request, _("Saved."))

    if request.method == "POST" and _carried_out(request, form, act, at):
        return redirect("members:member", membership_id)
    secured = queries.with_factor([membership])
    context = {
        "membership": membership,
        "state": queries.state_of(membership, at),
        "role": Role(membership.role),
        "has_factor": membership.user_id in secured,
        "lacks_factor": queries.lacks_factor(membership, secured),
        "may_manage": request.actor.may(Permission.MANAGE),
        "may_change": may_change,
        "is_own": membership.user_id == request.actor.user_id,
    }
    return _show(request, "partners/member.html", form, at, **context)


@require_POST
@actor_required
def suspend(request: Request, membership_id: int) -> HttpResponse:
    """Take their rights away at once."""
    membership = _to_change(request, membership_id)

    def act(at: datetime) -> None:
        actions.suspend(request.actor, membership, at=at)

    return _press(request, act, _("Suspended. They see nothing any more."), "members:member", membership_id)


@require_POST
@actor_required
def restore(request: Request, membership_id: int) -> HttpResponse:
    """Give them back."""
    membership = _to_change(request, membership_id)

    def act(at: datetime) -> None:
        actions.restore(request.actor, membership, at=at)

    return _press(request, act, _("Restored."), "members:member", membership_id)


@require_POST
@actor_required
def end(request: Request, membership_id: int) -> HttpResponse:
    """End it for good."""
    membership = _to_change(request, membership_id)

    def act(at: datetime) -> None:
        actions.remove_member(request.actor, membership, at=at)

    said = _("%(name)s no longer acts for %(partner)s.") % {
        "name": membership.user.name,
        "partner": request.actor.partner.name,
    }
    return _press(request, act, said, "members:list", back=reverse("members:member", args=[membership_id]))


@require_POST
@actor_required
@throttled("invite", "60/h/user", looking=False)
def resend(request: Request, invitation_id: UUID) -> HttpResponse:
    """A new link for whoever did not find the first."""
    invitation = queries.invitation_for(request.actor, invitation_id)

    def act(at: datetime) -> None:
        invitations.resend(request.actor, invitation, at=at)

    return _press(request, act, _("Sent again. Only the new link works."), "members:list")


@require_POST
@actor_required
def withdraw(request: Request, invitation_id: UUID) -> HttpResponse:
    """Take an invitation back; that makes nobody stronger, and asks for no code."""
    invitation = queries.invitation_for(request.actor, invitation_id)
    invitations.withdraw(request.actor, invitation, at=clock.now())
    messages.success(request, _("Withdrawn. The link no longer works."))
    return redirect("members:list")


def _need_manager(request: Request) -> None:
    if not request.actor.may(Permission.MANAGE):
        raise NotThere


def _to_change(request: Request, membership_id: int) -> Membership:
    _need_manager(request)
    return queries.get_for(request.actor, membership_id, clock.now())


def _may_change(request: Request, membership: Membership) -> bool:
    try:
        managing.check_may_change(request.actor, membership)
    except Refusal:
        return False
    return True


def _carried_out(request: Request, form: Form, act: Callable[[], None], at: datetime) -> bool:
    """Do what a form asks; a refusal stands beside its field, what was typed is kept."""
    if not form.is_valid():
        return False
    try:
        step_up.require(request, code=request.POST.get("code"), at=at)
        act()
    except NotThere:
        raise
    except Refusal as refusal:
        field = {"valid_until": "last_day"}.get(refusal.field or "", refusal.field)
        vars(form)["refusal"] = refusal
        if field != "code":
            form.add_error(field if field in form.fields else None, str(refusal.sentence))
        return False
    return True


def _press(
    request: Request,
    act: Callable[[datetime], None],
    said: str,
    there: str,
    *args: object,
    back: str = "",
) -> HttpResponse:
    """Do what a button says. Where a code is wanted first, it is asked for on its own page, which leads back."""
    at = clock.now()
    if not step_up.fresh(request, at):
        messages.warning(request, _("Confirm that it is you, then press the button again."))
        here = urlencode({"next": back or reverse(there, args=args)})
        return redirect(f"{reverse('mfa_reauthenticate')}?{here}")
    act(at)
    messages.success(request, said)
    return redirect(there, *args)


def _show(request: Request, template: str, form: Form, at: datetime, **more: Any) -> HttpResponse:
    refusal = getattr(form, "refusal", None)
    context = {
        "form": form,
        "at": at,
        "asks_code": not step_up.fresh(request, at),
        "code_fault": refusal if refusal and refusal.field == "code" else None,
        "passkey_url": step_up.passkey_url(),
        **more,
    }
    is_refused = form.is_bound and (refusal is not None or not form.is_valid())
    return render(request, template, context, status=422 if is_refused else 200)

"""Every page, at three widths, by day and by night: axe-core finds nothing and nothing scrolls sideways."""

from hashlib import sha256

import pytest

from cityalert.alerts import actions
from cityalert.lib import clock
from partners import invitations
from partners.models import Invitation
from partners.roles import Role
from tests.alerts.writing import draft, published
from tests.partners.sharing import group, place

pytestmark = pytest.mark.django_db(transaction=True)

WIDTHS = (390, 1280, 1920)
LINK = "/invitation/in-the-mail/"


def test_every_page_is_fit_to_be_used(world, open_window):
    cast, at = world.cast, clock.now()
    sent, begun = published(cast.avery, at, severity=4), draft(cast.avery, at)
    drill = published(cast.avery, at, status="Exercise", exercise_note="Monthly drill")
    found: set[tuple[str, str]] = set()
    officer, operator, outside = open_window(cast.avery), open_window(cast.corin), open_window()
    manager, dana = open_window(cast.bao), cast.join("dana", cast.bao.partner, unit="Night desk")
    invited(cast, at)
    towers = group(
        "Towers", cast.bao.partner, cast.corin.partner, purpose="What the towers tell one another."
    )
    hidden = group("Watch", cast.avery.partner, is_hidden=True)
    place(hidden, cast.bao.partner, extender_role="operator")
    place(group("Transit", cast.avery.partner), cast.bao.partner, "invited")
    actions.save_audience(cast.avery.actor(at), "Hotels", begun, at=at)

    for window, paths in {
        outside: [
            "/accounts/login/",
            "/accounts/password/reset/",
            LINK,
            "/invitation/nothing/",
            "/accounts/organisation/",
        ],
        operator: [
            f"/partners/groups/{towers.pk}/",
            "/",
            "/alerts/",
            f"/alerts/{sent.pk}/",
            f"/alerts/{drill.pk}/",
            "/alerts/nothing/",
        ],
        officer: [
            "/",
            f"/?alert={drill.pk}",
            f"/alerts/{begun.pk}/compose/",
            f"/alerts/{sent.pk}/cancel/",
            f"/alerts/{sent.pk}/reach/",
            "/reach/",
            "/audiences/",
            f"/partners/groups/{hidden.pk}/",
            "/accounts/2fa/",
            "/accounts/sessions/",
        ],
        manager: [
            "/partners/groups/",
            "/partners/groups/new/",
            f"/partners/groups/{towers.pk}/",
            f"/partners/groups/{hidden.pk}/",
            "/partners/members/",
            "/partners/members/invite/",
            "/partners/members/sign-in/",
            f"/partners/members/{dana.membership.pk}/",
            f"/partners/members/{cast.bao.membership.pk}/",
            "/partners/",
            "/partners/?q=king+bay",
            f"/partners/{cast.corin.partner.pk}/",
            "/partners/liaison/",
            "/partners/entry/",
            "/partners/sites/",
            "/partners/sites/new/",
            "/partners/sites/placing/",
            f"/partners/sites/{cast.bao.site.pk}/",
            f"/partners/sites/{cast.bao.site.pk}/edit/",
        ],
    }.items():
        for path in paths:
            window.page.goto(path)
            window.faults.clear()  # a page that is not there is meant to be missing
            for width in WIDTHS:
                window.page.set_viewport_size({"width": width, "height": 900})
                for scheme in ("light", "dark"):
                    window.page.emulate_media(color_scheme=scheme)
                    window.settle()
                    found.update((path, wrong) for wrong in window.wrongs())
    assert not found, "\n".join(f"{path}: {wrong}" for path, wrong in sorted(found))


def invited(cast, at):
    """Somebody new has the link."""
    for name in ("lena", "zoe"):
        invitations.invite(
            cast.bao.actor(at),
            cast.bao.partner,
            f"{name}@cityalert.example",
            name.title(),
            Role.OPERATOR,
            at=at,
        )
    token_digest = sha256(LINK.split("/")[2].encode()).hexdigest()
    Invitation.objects.filter(name="Lena").update(token_digest=token_digest)

"""What the account pages' templates need: a form row, and the demo's people."""

from typing import Any

from allauth.mfa.models import Authenticator
from django import template
from django.conf import settings
from django.db.models import Exists, OuterRef
from django.forms import BoundField
from django.utils.translation import gettext as _

from cityalert.accounts import demo
from cityalert.accounts.models import User
from cityalert.lib import clock, tenancy

register = template.Library()

_HAS_APP = Exists(Authenticator.objects.filter(user=OuterRef("pk"), type=Authenticator.Type.TOTP))

# The first sign that is there counts: browsers also name those they descend from.
_BROWSERS = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)


@register.inclusion_tag("account/_field.html")
def row(field: BoundField, label: str = "", hint: str = "", **attributes: str | bool) -> dict[str, Any]:
    """A label, its input and what is wrong with it. Further attributes go to the input; `_` is `-` there."""
    attributes = {name.replace("_", "-"): value for name, value in attributes.items()}
    attributes = {"class": "input", "placeholder": False, **attributes}
    return {"field": field, "label": label, "hint": hint, "widget": field.as_widget(attrs=attributes)}


@register.filter
def browser(user_agent: str) -> str:
    """What a person would call it: "Firefox, Windows"."""
    name = next((name for sign, name in _BROWSERS if sign in user_agent), _("Another program"))
    system = next((system for sign, system in _SYSTEMS if sign in user_agent), "")
    return f"{name}, {system}" if system else str(name)


@register.inclusion_tag("demo/_accounts.html")
def demo_accounts() -> dict[str, Any]:
    """Who one can sign in as, with the code of this moment; nobody outside of the demo."""
    if not settings.IS_DEMO:
        return {"accounts": []}
    at = clock.now().timestamp()
    people = User.objects.filter(is_active=True, email__in=[account.email for account in demo.ACCOUNTS])
    with tenancy.across("the demo's people are known to everybody"):
        there = dict(people.annotate(has_app=_HAS_APP).values_list("email", "has_app"))
    accounts = [
        (account, account.code(at) if there[account.email] else "")
        for account in demo.ACCOUNTS
        if account.email in there
    ]
    return {"accounts": accounts, "seconds": demo.PERIOD - int(at) % demo.PERIOD}

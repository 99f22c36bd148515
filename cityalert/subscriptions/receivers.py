"""A new member can be told: without a subscriber no alert would ever reach them."""

from datetime import datetime
from typing import Any

from django.dispatch import receiver

from cityalert.subscriptions.actions import welcome
from partners.models import Membership
from partners.signals import member_added


@receiver(member_added)
def make_reachable(membership: Membership, at: datetime, **_rest: Any) -> None:
    """Give the person a subscriber, and the address they sign in with as their first contact point."""
    welcome(membership.user, at=at)

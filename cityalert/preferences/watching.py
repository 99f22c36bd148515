"""Places that a member watches, besides what concerns their partner: home, work, a school."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cityalert.audit.record import record
from cityalert.audit.verbs import Verb
from cityalert.lib.refusals import NotThere, Refusal
from cityalert.preferences import actions
from cityalert.preferences.places import OwnSite
from cityalert.subscriptions import wishes
from cityalert.subscriptions.models import WatchArea
from partners.actor import Actor
from partners.models import Site


class EnoughPlaces(Refusal):
    """More than anybody lives in."""

    code = "enough_places"
    sentence = _("Ten places are enough: remove one that you do not need any more.")


def own(actor: Actor) -> list[WatchArea]:
    """What the actor watches."""
    return list(WatchArea.objects.filter(subscriber__user=actor.user_id).order_by("pk"))


def own_sites(actor: Actor) -> list[OwnSite]:
    """The sites of the actor's partner, each with a point of it."""
    sites = Site.objects.filter(partner=actor.partner_id, archived_at=None).order_by("name", "pk")
    middles = ((site, site.location.point_on_surface) for site in sites)
    return [OwnSite(str(site.pk), site.name, middle.x, middle.y) for site, middle in middles]


@transaction.atomic
def watch(actor: Actor, places: Sequence[wishes.Place], topics: int, *, at: datetime) -> None:
    """Watch these as well, all of them for these kinds of event. Raises EnoughPlaces."""
    subscriber = actions.own(actor)
    if subscriber.watch_areas.count() + len(places) > wishes.MOST_PLACES:
        raise EnoughPlaces
    wishes.watch(subscriber, places, topics)
    record(Verb.REACH_CHANGED, actor, subscriber, at=at, what=["places"])


@transaction.atomic
def drop(actor: Actor, place_id: int, *, at: datetime) -> None:
    """Watch it no more. Raises NotThere."""
    subscriber = actions.own(actor)
    gone, _of_each = WatchArea.objects.filter(subscriber=subscriber, pk=place_id).delete()
    if not gone:
        raise NotThere
    record(Verb.REACH_CHANGED, actor, subscriber, at=at, what=["places"])

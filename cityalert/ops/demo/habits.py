"""When some of the demo city's people want to be told, who is away, what they watch. Only what is missing."""

from datetime import datetime, time, timedelta

from django.contrib.gis.geos import Point

from cityalert.geo import shapes
from cityalert.ops.demo.identity import SINCE
from cityalert.subscriptions.models import Absence, Subscriber, WatchArea
from partners.models import Membership

_EMAIL = "{}@cityalert.example"
_QUIET = {"bao": (time(22), time(7)), "noor": (time(21, 30), time(6, 30))}
_DIGEST = {"bao": time(17, 30)}
_AWAY_FOR = timedelta(days=10)
# Bao lives in Liberty Village.
_HOME = ("bao", "Home", "Liberty St and Atlantic Ave", Point(-79.4197, 43.6380, srid=4326), 500)


def write(at: datetime) -> None:
    """Two with quiet hours, one with a mail of the day, a home; one colleague of Corin's away, Corin in her place."""
    for name, (begins, ends) in _QUIET.items():
        own = Subscriber.objects.filter(user__email=_EMAIL.format(name), quiet_from=None)
        own.update(quiet_from=begins, quiet_until=ends, digest_at=_DIGEST.get(name))
    name, label, about, where, metres = _HOME
    home = Subscriber.objects.filter(user__email=_EMAIL.format(name), watch_areas=None).first()
    if home:
        area = shapes.circle((where.x, where.y), metres)
        WatchArea.objects.create(subscriber=home, label=label, about=f"{about}, {metres} m", area=area)
    _away(at)


def _away(at: datetime) -> None:
    corin = Membership.objects.filter(user__email=_EMAIL.format("corin")).first()
    if corin is None:
        return
    colleagues = Membership.objects.valid(at).filter(partner=corin.partner_id, valid_from=SINCE)
    if colleague := colleagues.exclude(pk=corin.pk).order_by("pk").first():
        Absence.objects.get_or_create(
            membership=colleague,
            defaults={
                "partner_id": corin.partner_id, "stand_in": corin, "begins_at": at, "ends_at": at + _AWAY_FOR,
            },
        )  # fmt: skip

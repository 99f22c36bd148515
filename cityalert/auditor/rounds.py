"""A round of the auditor: every invariant is asked, what is found is kept, and somebody is told when that changes."""

import asyncio
import logging
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from time import monotonic

from django.conf import settings
from django.db import transaction
from django.utils import translation

from cityalert.accounts import letters
from cityalert.accounts.models import User
from cityalert.alerts.invariants import INVARIANTS as OF_ALERTS
from cityalert.audit import queries as audit
from cityalert.auditor.models import Round
from cityalert.delivery.invariants import INVARIANTS as OF_DELIVERY
from cityalert.lib import outbound, tenancy
from cityalert.lib.invariant import Invariant
from cityalert.lib.language import Language

logger = logging.getLogger(__name__)

INVARIANTS: Sequence[Invariant] = (*OF_DELIVERY, *OF_ALERTS)
# Not a statement: the chain of the log is followed from where the last round stopped.
CHAIN = "log_holds"
KEPT = timedelta(days=30)


@tenancy.across("the auditor looks at everything")
def hold(*, at: datetime) -> Round:
    """Look at everything once and keep what was found; tell the staff if it is not what the last round found."""
    began = monotonic()
    last = Round.objects.first()
    broken = dict(_broken(at))
    position, digest, why = audit.followed(last.head_position if last else 0)
    if why:
        broken[CHAIN] = [why]
    with transaction.atomic():
        found = Round.objects.create(
            at=at,
            took_ms=round(1000 * (monotonic() - began)),
            broken=broken,
            head_position=position,
            head_hash=digest,
        )
        if broken.keys() != (last.broken.keys() if last else set()):
            _tell(found, at=at)
    return found


def ping(found: Round, *, at: datetime) -> bool:
    """Tell whoever waits for it outside (`DEADMAN_URL`) that all is well: only then. Was it heard?

    Silence is the alarm: of a machine that is off, of nobody auditing, of something broken.
    """
    if not settings.DEADMAN_URL or not found.is_clean:
        return False
    try:
        answer = asyncio.run(outbound.request("GET", settings.DEADMAN_URL, allow=settings.DEADMAN_TRUSTED))
    except outbound.OutboundError as error:
        logger.warning("The dead-man's switch was not reached: %s", error)
        return False
    if answer.status >= 300:
        logger.warning("The dead-man's switch answered %d", answer.status)
        return False
    Round.objects.filter(pk=found.pk).update(pinged_at=at)
    return True


def forget(*, at: datetime) -> None:
    """Delete what is long past; the last round stays, for it says how far the log was followed."""
    last = Round.objects.first()
    if last:
        Round.objects.filter(at__lt=at - KEPT).exclude(pk=last.pk).delete()


def _broken(at: datetime) -> Iterator[tuple[str, list[str]]]:
    for invariant in INVARIANTS:
        if examples := invariant.broken(at=at):
            logger.error("The auditor: %s is broken: %s", invariant.name, ", ".join(examples[:5]))
            yield invariant.name, examples


def _tell(found: Round, *, at: datetime) -> None:
    template = "auditor/mail/well" if found.is_clean else "auditor/mail/broken"
    for person in User.objects.filter(is_staff=True, is_active=True):
        with translation.override(person.language):
            context = {"sentences": [str(one.sentence) for one in INVARIANTS if one.name in found.broken]}
        letters.post(
            template,
            person.email,
            Language(person.language),
            {**context, "log_is_broken": CHAIN in found.broken},
            at=at,
        )

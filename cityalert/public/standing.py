"""How a published version stands at a moment, and the words that say so. Pure: no database, no clock."""

from datetime import datetime
from enum import StrEnum

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from cityalert.alerts.lifecycle import State
from cityalert.alerts.models import Alert
from cityalert.alerts.vocabulary import Ending, MsgType, Status


class Standing(StrEnum):
    """What a reader must know before they read on."""

    CURRENT = "current"
    UPDATED = "updated"  # a newer version took its place
    CANCELLED = "cancelled"  # called off, by a later message or because this is that message
    CLEAR = "clear"  # the message that all is clear
    ERROR = "error"  # it should never have been sent
    ENDED = "ended"  # its time is over


_ENDINGS = {str(Ending.ALL_CLEAR): Standing.CLEAR, str(Ending.ERROR): Standing.ERROR}
_STATES = {
    State.UPDATED: Standing.UPDATED,
    State.CANCELLED: Standing.CANCELLED,
    State.IN_ERROR: Standing.ERROR,
}

SENTENCES = {
    Standing.UPDATED: _("This alert was updated. Read the newest version."),
    Standing.CANCELLED: _("This alert was cancelled. It is over."),
    Standing.CLEAR: _("All clear. It is over."),
    Standing.ERROR: _("This alert was sent by mistake. It does not hold."),
    Standing.ENDED: _("This alert has ended."),
}


def of(alert: Alert, at: datetime) -> Standing:
    """How a published version stands. Its own end counts even before anybody has swept."""
    if alert.msg_type == MsgType.CANCEL:
        return _ENDINGS.get(alert.ending, Standing.CANCELLED)
    if alert.state in _STATES:
        return _STATES[State(alert.state)]
    if alert.state == State.PUBLISHED and alert.expires_at and alert.expires_at > at:
        return Standing.CURRENT
    return Standing.ENDED


def marks(alert: Alert, standing: Standing) -> list[str]:
    """The words nobody may miss, in front of everything else: that it is not real, that it is over."""
    meant = {Status.EXERCISE: pgettext("mark", "EXERCISE"), Status.TEST: pgettext("mark", "TEST")}
    over = {
        Standing.UPDATED: pgettext("mark", "REPLACED"),
        Standing.CANCELLED: pgettext("mark", "CANCELLED"),
        Standing.CLEAR: pgettext("mark", "ALL CLEAR"),
        Standing.ERROR: pgettext("mark", "SENT BY MISTAKE"),
        Standing.ENDED: pgettext("mark", "ENDED"),
    }
    now = pgettext("mark", "UPDATE") if alert.msg_type == MsgType.UPDATE else ""
    return [word for word in (meant.get(Status(alert.status), ""), over.get(standing, now)) if word]

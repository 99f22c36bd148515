"""Who may do what to an alert, and the row held while it is done. What roles may do is in `partners.roles`."""

from django.utils.translation import gettext_lazy as _

from cityalert.alerts.models import Alert
from cityalert.lib.refusals import NotThere, Refusal
from partners.actor import Actor
from partners.roles import Permission


class MayNot(Refusal):
    """The person's role does not allow it. Not 403: what is not yours and what is not there look the same."""

    code = "may_not"
    status = 404
    sentence = _("Your role does not allow that. Ask your organisation's administrator.")


def need(actor: Actor, permission: Permission, alert: Alert) -> None:
    """Raise `MayNot` unless the actor may do this for the alert's partner."""
    if not actor.may(permission, for_=alert.partner):
        raise MayNot


def hold(alert: Alert, *, is_discarded: bool = False) -> Alert:
    """The alert as it stands now, nobody else changing it until the transaction ends. Raises NotThere."""
    held = Alert.objects.select_for_update(of=("self",)).select_related("partner")
    found = held.filter(pk=alert.pk, discarded_at__isnull=not is_discarded).first()
    if found is None:
        raise NotThere
    return found

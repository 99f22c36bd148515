"""Who else has a draft open at this moment. Only a hint: what is typed is guarded by `actions.drafting`."""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import models

from partners.actor import Actor

# A page says every few seconds that it is open.
GONE_AFTER = timedelta(seconds=15)
# Who was where is nobody's business afterwards.
KEPT_FOR = timedelta(hours=1)


class Presence(models.Model):
    """One person has one draft open."""

    alert = models.ForeignKey("alerts.Alert", on_delete=models.CASCADE, related_name="+")
    partner = models.ForeignKey("partners.Partner", on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["alert", "person"], name="presence_once")]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.alert_id}"


def here(actor: Actor, alert_id: UUID, at: datetime) -> list[str]:
    """Say that this person has it open; the names of the others who have."""
    _row, is_new = Presence.objects.update_or_create(
        alert_id=alert_id, person=actor.user, defaults={"partner": actor.partner, "seen_at": at}
    )
    if is_new:
        Presence.objects.filter(partner=actor.partner, seen_at__lte=at - KEPT_FOR).delete()
    beside = Presence.objects.filter(alert=alert_id, seen_at__gt=at - GONE_AFTER).exclude(person=actor.user)
    return list(beside.order_by("person__name").values_list("person__name", flat=True))

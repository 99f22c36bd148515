"""Single sign-on as rows: where a partner's people sign in, and for which e-mail domains. The rest is `signon`'s."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from partners.roles import Role


class SignOn(models.Model):
    """A partner's own OpenID Connect provider."""

    # Somebody whom the provider knows and nobody invited gets no more than this.
    DEFAULTS = [Role.VIEWER, Role.OPERATOR]

    partner = models.OneToOneField(
        "partners.Partner", primary_key=True, on_delete=models.CASCADE, related_name="sign_on"
    )
    issuer = models.URLField(_("issuer"), max_length=300)
    client_id = models.CharField(_("client id"), max_length=200)
    sealed_secret = models.TextField()
    is_required = models.BooleanField(_("required"), default=False)
    default_role = models.CharField(_("default role"), max_length=20, blank=True, choices=Role.choices)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(default_role="") | Q(default_role__in=[Role.VIEWER, Role.OPERATOR]),
                name="sign_on_default_role",
            )
        ]

    def __str__(self) -> str:
        return f"{self.partner} ({self.issuer})"


class Domain(models.Model):
    """An e-mail domain that a partner says is its own. It decides nothing before staff have confirmed it."""

    partner = models.ForeignKey("partners.Partner", on_delete=models.CASCADE, related_name="domains")
    name = models.CharField(_("domain"), max_length=253)
    claimed_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["partner", "name"], name="domain_claimed_once"),
            models.UniqueConstraint(
                fields=["name"], condition=Q(confirmed_at__isnull=False), name="domain_of_one_partner"
            ),
        ]

    def __str__(self) -> str:
        return self.name

"""What somebody who was told says about themselves."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Response(TextChoices):
    """In the order in which a desk looks at them."""

    NEED_HELP = "need_help", _("Need help")
    SAFE = "safe", _("Safe")
    NOT_ON_SITE = "not_on_site", _("Not on site")

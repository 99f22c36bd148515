"""Wording prepared beforehand: a partner's own, or the network's for all. A change makes a new version."""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from cityalert.alerts import blanks
from cityalert.alerts.vocabulary import EVENTS, Category, Certainty, ResponseType, Scope, Urgency
from cityalert.lib.language import Language
from cityalert.lib.severity import Severity
from cityalert.lib.tlp import Tlp


def new_key() -> str:
    """A key nobody has: partners' own templates may have the same names."""
    return uuid.uuid4().hex


class Template(models.Model):
    """One version of prepared wording. `words` is {"en": {"headline", "instruction", "description"}, "fr": …}.

    All versions of one have the same `key`; one that has ended never changes, so that an alert can say what it came
    from. Of the words named in `locked` only the blanks are filled in.
    """

    key = models.SlugField(default=new_key)
    number = models.PositiveSmallIntegerField(_("version"), default=1)
    partner = models.ForeignKey(
        "partners.Partner",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="templates",
        help_text="Nobody's: the network's, for all",
    )
    name = models.CharField(_("name"), max_length=80)
    name_fr = models.CharField(_("name in French"), max_length=80)
    event = models.CharField(_("event"), max_length=20, choices=list(EVENTS.items()))
    category = models.CharField(_("category"), max_length=12, choices=Category.choices)
    response_type = models.CharField(_("action"), max_length=12, choices=ResponseType.choices)
    urgency = models.CharField(_("urgency"), max_length=12, choices=Urgency.choices)
    severity = models.PositiveSmallIntegerField(_("severity"), choices=Severity.choices)
    certainty = models.CharField(_("certainty"), max_length=12, choices=Certainty.choices)
    scope = models.CharField(_("who"), max_length=12, choices=Scope.choices)
    tlp = models.CharField(_("how far it may travel"), max_length=12, choices=Tlp.choices)
    lasts_min = models.PositiveIntegerField(_("lasts (minutes)"), validators=[MinValueValidator(1)])
    words = models.JSONField()
    locked = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField(null=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    ended_at = models.DateTimeField(
        null=True, help_text="When a newer version took its place, or it was retired"
    )

    class Meta:
        ordering = ["position", "name", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["key", "number"], name="template_version_once"),
            models.UniqueConstraint(fields=["key"], condition=Q(ended_at=None), name="template_one_current"),
        ]

    def __str__(self) -> str:
        return self.name_fr if get_language() == Language.FR else self.name

    @property
    def blanks(self) -> list[str]:
        """What has to be filled in, in the order of the words."""
        return blanks.names(*(text for said in self.words.values() for text in said.values()))

    @property
    def to_fill_in(self) -> list[str]:
        """The same as people call them."""
        return [blanks.called(name) for name in self.blanks]

    def filled(self, values: dict[str, dict[str, str]]) -> dict[str, dict[str, str]]:
        """Its words with the blanks filled in that have a value, per language."""
        return {
            language: {name: blanks.fill(text, values.get(language, {})) for name, text in said.items()}
            for language, said in self.words.items()
        }

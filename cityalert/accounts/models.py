"""A person who signs in. For whom they act is in `partners`; how they are reached is in `subscriptions`."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.utils.translation import gettext_lazy as _

from cityalert.accounts.fields import PasswordField
from cityalert.lib.language import Language
from cityalert.lib.sealed import SealedField


class UserManager(BaseUserManager["User"]):
    """Makes users by e-mail address."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Make a person; the address is kept in lower case, as signing in looks for it."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Make somebody who may open the administration pages and do anything there."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """A natural person, known by e-mail address."""

    email = models.EmailField(_("e-mail"), unique=True)
    password = PasswordField(_("password"), max_length=128)
    name = models.CharField(_("name"), max_length=120)
    language = models.CharField(_("language"), max_length=2, choices=Language.choices, default=Language.EN)
    is_staff = models.BooleanField(_("may open the administration pages"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    joined_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        """As Django asks for it."""
        return self.name

    def get_short_name(self) -> str:
        """What one is greeted with."""
        return self.name.split(" ")[0]


class Letter(models.Model):
    """One mail to one person, kept until it went; see `letters`."""

    address = SealedField()
    language = models.CharField(max_length=2, choices=Language.choices)
    subject = models.CharField(max_length=200)
    # Encrypted; empty once it went.
    sealed_text = models.TextField()
    posted_at = models.DateTimeField()
    # When it is to be tried next; null: there is no more to be done.
    due_at = models.DateTimeField(null=True, db_index=True)
    tries = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"letter {self.pk}"


class CacheEntry(models.Model):
    """The table of Django's database cache (see CACHES), as a model so that migrations make it."""

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "accounts_cache"

    def __str__(self) -> str:
        return self.cache_key

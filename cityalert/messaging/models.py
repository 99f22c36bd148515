"""Conversations, who takes part, what was said, and what became of it. Nothing here is ever taken away."""

import uuid

from django.conf import settings
from django.contrib.gis.db import models
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cityalert.lib.tlp import Tlp

SUBJECT, TEXT, PLACE = 140, 10_000, 160


class Conversation(models.Model):
    """A thread of posts, opened by one partner. Closed, it can be read and no longer written in."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    partner = models.ForeignKey("partners.Partner", on_delete=models.PROTECT, related_name="+")
    subject = models.CharField(_("what it is about"), max_length=SUBJECT)
    # What each new post is marked unless its author chooses otherwise.
    tlp = models.CharField(_("usual marking"), max_length=12, choices=Tlp.choices, default=Tlp.AMBER)
    # Of a hidden group nobody but the host learns who is in it: not here either.
    is_hidden = models.BooleanField(default=False)
    # What an app above hangs on it: "incident:<uuid>".
    about = models.CharField(max_length=60, blank=True)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    last_position = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField()
    # Up to where people were told of what they had not read (`telling`).
    told_position = models.PositiveIntegerField(default=0)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-last_at", "pk"]
        indexes = [models.Index(fields=["about"], condition=~Q(about=""), name="conversation_about")]

    def __str__(self) -> str:
        return self.subject

    @property
    def topic(self) -> str:
        """What pages listen to."""
        return f"conversation:{self.pk}"


class Participant(models.Model):
    """Somebody who takes part: a partner with all its people, a function of it, one person, or a sharing group."""

    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT, related_name="participants")
    partner = models.ForeignKey("partners.Partner", null=True, on_delete=models.PROTECT, related_name="+")
    unit = models.CharField(max_length=80, blank=True)  # Membership.unit: "52 Division, night desk"
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    group = models.ForeignKey("partners.SharingGroup", null=True, on_delete=models.PROTECT, related_name="+")
    # What was said before is not theirs to read: it was said to others.
    since = models.PositiveIntegerField(default=0)
    joined_at = models.DateTimeField()
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    left_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["joined_at", "pk"]
        indexes = [models.Index(fields=["partner", "conversation"], name="participant_of_partner")]
        constraints = [
            models.UniqueConstraint(
                fields=["conversation", "partner", "unit", "user", "group"], condition=Q(left_at=None),
                nulls_distinct=False, name="conversation_participant_once",
            ),
            models.CheckConstraint(
                condition=Q(group__isnull=False, partner=None, user=None, unit="")
                | Q(group=None, partner__isnull=False) & (Q(user=None) | Q(unit="")),
                name="conversation_participant_is_one",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.partner_id or self.group_id} in {self.conversation_id}"


class Post(models.Model):
    """One thing said, in its place. What it said before it was changed or deleted is in `Wording`."""

    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT, related_name="posts")
    position = models.PositiveIntegerField()
    partner = models.ForeignKey("partners.Partner", on_delete=models.PROTECT, related_name="+")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    # Made by the page that sends it: sent twice, it is one post.
    client_id = models.UUIDField()
    tlp = models.CharField(_("marking"), max_length=12, choices=Tlp.choices)
    text = models.TextField(_("text"), max_length=TEXT, blank=True)
    reply_to = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="replies")
    place = models.PointField(srid=4326, null=True)
    place_name = models.CharField(max_length=PLACE, blank=True)
    posted_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)
    deleted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    pinned_at = models.DateTimeField(null=True)
    pinned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    # Both languages at once: people write in either, and in one sentence in both.
    found_by = models.GeneratedField(
        expression=SearchVector("text", "place_name", config="english")
        + SearchVector("text", "place_name", config="french"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    class Meta:
        ordering = ["position"]
        indexes = [
            GinIndex(fields=["found_by"], name="post_found_by"),
            models.Index(fields=["conversation"], condition=Q(pinned_at__isnull=False), name="post_pinned"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["conversation", "position"], name="post_position"),
            models.UniqueConstraint(fields=["conversation", "author", "client_id"], name="post_sent_once"),
            models.CheckConstraint(
                condition=Q(deleted_at=None, deleted_by=None)
                | Q(deleted_at__isnull=False, text="", place=None),
                name="post_deleted_is_empty",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.conversation_id} {self.position}"


class Wording(models.Model):
    """What a post said until it was changed or deleted. Kept: what is deleted is gone from the page only."""

    append_only = True

    class Act(models.TextChoices):
        EDITED = "edited", _("Changed")
        DELETED = "deleted", _("Deleted")

    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT, related_name="+")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="wordings")
    act = models.CharField(max_length=8, choices=Act.choices)
    text = models.TextField(max_length=TEXT, blank=True)
    place = models.PointField(srid=4326, null=True)
    place_name = models.CharField(max_length=PLACE, blank=True)
    until_at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.post_id} until {self.until_at}"


class Reaction(models.Model):
    """A word that needs no post of its own."""

    class Kind(models.TextChoices):
        UNDERSTOOD = "understood", _("Understood")
        ON_IT = "on_it", _("On it")
        THANKS = "thanks", _("Thank you")
        DOUBT = "doubt", _("I doubt it")

    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT, related_name="+")
    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="reactions")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    partner = models.ForeignKey("partners.Partner", on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["post", "user", "kind"], name="reaction_once")]

    def __str__(self) -> str:
        return f"{self.kind} to {self.post_id}"


class Mention(models.Model):
    """Somebody who was named in a post."""

    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT, related_name="+")
    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="mentions")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "user"], name="mention_once")]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.post_id}"


class ReadMark(models.Model):
    """How far one person has read, as which partner; and whether they are told of what is new."""

    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT, related_name="marks")
    partner = models.ForeignKey("partners.Partner", on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveIntegerField(default=0)
    read_at = models.DateTimeField(null=True)
    is_muted = models.BooleanField(default=False)
    # Up to where they were written to about what they had not read.
    told_position = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["conversation", "user", "partner"], name="read_mark_once")
        ]

    def __str__(self) -> str:
        return f"{self.user_id} at {self.position}"


class Attachment(models.Model):
    """A file of a post: a photo drawn anew, a voice note, or a file kept as it came and never opened by us."""

    class Kind(models.TextChoices):
        PHOTO = "photo", _("Photo")
        VOICE = "voice", _("Voice note")
        FILE = "file", _("File")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT, related_name="+")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="attachments")
    kind = models.CharField(max_length=5, choices=Kind.choices)
    name = models.CharField(max_length=120)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ["post", "name", "pk"]

    def __str__(self) -> str:
        return self.name


class Content(models.Model):
    """The bytes of an attachment, apart from it: a list of posts does not carry them."""

    attachment = models.OneToOneField(
        Attachment, primary_key=True, on_delete=models.PROTECT, related_name="content"
    )
    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT, related_name="+")
    data = models.BinaryField()

    def __str__(self) -> str:
        return f"content of {self.pk}"

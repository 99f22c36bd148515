"""What is refused in conversations, each with a sentence a person can act on."""

from django.utils.translation import gettext_lazy as _

from cityalert.lib.refusals import Refusal


class NoSubject(Refusal):
    """A list of conversations without names is of no use."""

    code = "no_subject"
    status = 422
    sentence = _("Say in a few words what it is about.")


class NobodyThere(Refusal):
    """Talking takes two."""

    code = "nobody_there"
    status = 422
    sentence = _("Choose at least one partner, group, function or person.")


class NotKnown(Refusal):
    """Whoever was named is none of those the actor may address."""

    code = "not_known"
    status = 422
    sentence = _("One of those you chose cannot be invited. Choose again.")


class NothingSaid(Refusal):
    """An empty post says nothing."""

    code = "nothing_said"
    status = 422
    sentence = _("Write something, or add a photo, a file or a place.")


class TooLong(Refusal):
    """More than anybody reads."""

    code = "too_long"
    status = 422
    sentence = _(
        "That is too long: 10,000 characters at most. What you wrote is kept below; send it as a file."
    )


class TooStrict(Refusal):
    """The marking cannot be kept here."""

    code = "too_strict"
    status = 422
    sentence = _(
        "TLP:%(label)s cannot be kept here: this conversation takes nothing stricter than TLP:%(ceiling)s."
    )


class MayNotTravel(Refusal):
    """Its label does not let it go there."""

    code = "may_not_travel"
    status = 409
    sentence = _("Its marking does not let it go to everybody there. Ask whoever wrote it.")


class IsClosed(Refusal):
    """Closed is closed."""

    code = "conversation_closed"
    status = 409
    sentence = _("This conversation is closed. What you wrote was not sent.")


class IsDeleted(Refusal):
    """What is gone cannot be changed."""

    code = "post_deleted"
    status = 409
    sentence = _("This message was deleted.")


class KeyReused(Refusal):
    """One client id, two different posts."""

    code = "key_reused"
    status = 422
    sentence = _("Under this key another message was sent. Load the page again.")

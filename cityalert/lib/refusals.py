"""What a refusal is. Each lives beside the action that raises it; `web.middleware` makes it an answer."""

from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Refusal(Exception):
    """An anticipated "no": a code for machines, a status for HTTP, a sentence a person can act on.

    A subclass sets the three; an instance may say the sentence more exactly, name the `field` it speaks of,
    and carry `detail` (JSON values only: it is sent to the browser).
    """

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 409
    sentence: str | Promise = _("That cannot be done.")

    def __init__(
        self,
        sentence: str | Promise | None = None,
        *,
        field: str | None = None,
        detail: dict[str, Any] | None = None,
    ) -> None:
        if sentence is not None:
            self.sentence = sentence
        self.field = field
        self.detail = detail or {}
        super().__init__(self.code)

    def __str__(self) -> str:
        return str(self.sentence)


class NotThere(Refusal):
    """It does not exist, or is not this person's to know of: the two look the same from outside."""

    code = "not_there"
    status = 404
    sentence = _("There is nothing here, or it is not yours to see.")

"""What an application says that is checked, as one hash: whoever changes it is checked again. Pure."""

import hashlib
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cityalert.joining.models import Application

# Everything that vetting is about. Why they apply, and in what language, is not.
CHECKED = (
    "name",
    "kind",
    "address",
    "website",
    "contact_name",
    "contact_role",
    "contact_email",
    "contact_phone",
)


def fingerprint(application: "Application") -> str:
    """SHA-256 of what is checked."""
    said = json.dumps([getattr(application, name) for name in CHECKED], ensure_ascii=False)
    return hashlib.sha256(said.encode()).hexdigest()

"""What the pages about alerts of others post → clean values."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from yarl import URL

from cityalert.exchange.cap.opening import EMPTY, MAX_BYTES, TOO_LARGE
from cityalert.exchange.cap.signatures import trusted_certificates
from cityalert.exchange.fetching import trusted
from cityalert.exchange.models import Source
from cityalert.lib.forms import RefusableForm


class UploadForm(RefusableForm):
    """A file, or its text."""

    file = forms.FileField(label=_("File (CAP, at most 5 MB)"), required=False, allow_empty_file=True)
    text = forms.CharField(
        label=_("or its text"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
    )

    def clean(self) -> dict[str, Any]:
        """One of the two, as bytes, and what it is called."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        file, text = cleaned.get("file"), cleaned.get("text", "")
        if file is None and not text.strip():
            raise ValidationError(_("Choose a file, or paste the text of an alert."))
        if file is not None and file.size > MAX_BYTES:
            self.add_error("file", TOO_LARGE)
        elif file is not None and not file.size:
            self.add_error("file", EMPTY)
        elif file is not None:
            cleaned["raw"], cleaned["name"] = file.read(), file.name
        else:
            cleaned["raw"], cleaned["name"] = _as_bytes(text), ""
        return cleaned


class SourceForm(RefusableForm, forms.ModelForm[Source]):
    """A place where alerts are fetched."""

    class Meta:
        model = Source
        fields = ("name", "url", "every_min", "is_active", "sender", "certificates")
        widgets = {"certificates": forms.Textarea(attrs={"rows": 4, "spellcheck": "false"})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["url"].required = self.instance.kind == Source.Kind.FEED
        self.fields["every_min"].widget.attrs |= {"min": 1, "max": 1440}
        if self.instance.kind == Source.Kind.NAAD:
            del self.fields["url"], self.fields["every_min"]

    def clean_url(self) -> str:
        """An address we may go to. What its name stands for is looked at each time we go there."""
        url = str(self.cleaned_data["url"]).strip()
        try:
            address = URL(url)
            is_known = str(address.origin()) in trusted()
        except ValueError as error:
            raise ValidationError(
                _("This is no web address. Write it as https://example.org/feed.")
            ) from error
        if not is_known and (address.scheme != "https" or address.port not in (443, 8443)):
            raise ValidationError(_("Only https addresses, on port 443 or 8443."))
        if address.user is not None:
            raise ValidationError(_("Leave the name and password out of the address."))
        return url

    def clean_every_min(self) -> int:
        """From a minute to a day."""
        minutes = int(self.cleaned_data["every_min"])
        if not 1 <= minutes <= 1440:
            raise ValidationError(_("Between 1 and 1,440 minutes."))
        return minutes

    def clean_certificates(self) -> str:
        """Certificates that can be read."""
        text = str(self.cleaned_data["certificates"]).strip()
        try:
            trusted_certificates(text)
        except ValueError as error:
            raise ValidationError(
                _("These are no certificates in PEM: each begins with “-----BEGIN CERTIFICATE-----”.")
            ) from error
        return text


def _as_bytes(text: str) -> bytes:
    """What was pasted is text by now, whatever encoding its first line speaks of."""
    start, mark, rest = text.lstrip().partition("?>")
    if mark and start.startswith("<?xml"):
        text = rest
    return text.encode("utf-8", "replace")

"""What the product's plain forms share: the style sheet's class, and a place for what an action refused."""

from typing import Any

from django import forms
from django.http import HttpRequest, QueryDict

from cityalert.lib.refusals import Refusal

_UNDRESSED = (forms.HiddenInput, forms.CheckboxInput)


class RefusableForm(forms.Form):
    """A form whose page can show a refusal beside what was typed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if not isinstance(field.widget, _UNDRESSED):
                field.widget.attrs.setdefault("class", "input")

    def refuse(self, refusal: Refusal) -> None:
        """Beside its field, or above the form; of a code, only beside it (components/step_up.html)."""
        if refusal.field != "code":
            self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal.sentence))


def posted(request: HttpRequest) -> QueryDict | None:
    """What was sent, even if it is nothing; None where the page is only looked at."""
    return request.POST if request.method == "POST" else None

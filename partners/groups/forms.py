"""What the pages of sharing groups post → clean values for `actions`."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from cityalert.lib import words
from cityalert.lib.refusals import Refusal
from cityalert.lib.tlp import Tlp
from partners.groups.actions import Facts
from partners.roles import Role
from partners.sharing import SharingGroup


class _Form(forms.Form):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if not isinstance(field.widget, forms.CheckboxInput):
                field.widget.attrs["class"] = "input"

    def refuse(self, refusal: Refusal) -> None:
        """Show beside its field what an action refused."""
        self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))


class GroupForm(_Form):
    """What a group says of itself."""

    name = forms.CharField(label=_("Name"), max_length=120, strip=False)
    purpose = forms.CharField(
        label=_("What it is for"), max_length=600, required=False, strip=False,
        widget=forms.Textarea(attrs={"rows": 3}), help_text=_("Whoever is invited reads this before they answer."),
    )  # fmt: skip
    ceiling = forms.ChoiceField(
        label=_("Strictest marking"), choices=Tlp.choices, initial=Tlp.AMBER_STRICT,
        help_text=_("Nothing that is marked more strictly can be sent to the group."),
    )  # fmt: skip
    is_hidden = forms.BooleanField(label=_("Only we know who is in it"), required=False)

    FACTS: ClassVar = ("name", "purpose", "ceiling", "is_hidden")

    @classmethod
    def of(cls, group: SharingGroup) -> "GroupForm":
        """The form as the group stands."""
        return cls(initial={name: getattr(group, name) for name in cls.FACTS})

    def clean_name(self) -> str:
        """On one line, and readable."""
        name = words.line(self.cleaned_data["name"])
        if not name:
            raise forms.ValidationError(_("Give the group a name."))
        return name

    def clean_purpose(self) -> str:
        """Readable."""
        return words.block(self.cleaned_data["purpose"])

    def facts(self) -> Facts:
        """The clean values, as `actions` takes them."""
        clean = self.cleaned_data
        return Facts(
            name=clean["name"],
            purpose=clean["purpose"],
            ceiling=clean["ceiling"],
            is_hidden=clean["is_hidden"],
        )


class InviteForm(_Form):
    """Partners by their names, one on each line."""

    names = forms.CharField(
        label=_("Partners to invite"), max_length=10_000, required=False, strip=False,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off", "spellcheck": "false"}),
        help_text=_("One name on each line, as the directory has it. They join when they say yes."),
    )  # fmt: skip

    def clean_names(self) -> list[str]:
        """The lines that say something."""
        return [name for line in self.cleaned_data["names"].splitlines() if (name := words.line(line))]


class DelegateForm(_Form):
    """Whether a partner may invite others, and who there beside its managers."""

    role = forms.ChoiceField(required=False, choices=[("", ""), *Role.choices])

    def chosen(self) -> Role | None:
        """The role; None for nobody."""
        return Role(self.cleaned_data["role"]) if self.cleaned_data["role"] else None

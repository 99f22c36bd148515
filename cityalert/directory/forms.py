"""What the directory's pages post → clean values."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from cityalert.directory import queries
from cityalert.directory.actions import MAX_CONTACTS
from cityalert.directory.models import Contact, Entry
from cityalert.directory.search import PAGES, Query, fold
from cityalert.lib.refusals import Refusal
from partners.actor import Actor
from partners.models import Membership, Partner
from partners.sectors import Sector
from partners.sites import location
from partners.sites.actions import KeyholderRefused, phone_of

# "who is on duty near King and Bay": what stands behind the word is the place.
_NEAR = re.compile(r"^(.*?)\b(?:near|around|près de|pres de|autour de)\s+(.+)$", re.IGNORECASE)
_ON_DUTY = re.compile(
    r"\b(?:who(?:'s| is)?\s+)?on[ -](?:duty|call)\b|\bqui est de (?:service|garde)\b", re.IGNORECASE
)
_ANY = [("", _("any"))]
_TURNS = range(1, MAX_CONTACTS + 1)


class SearchForm(forms.Form):
    """A name, a place, or both; and what narrows them."""

    q = forms.CharField(
        label=_("Name, or “who is on duty near King and Bay”"), required=False, max_length=120
    )
    near = forms.CharField(label=_("Near"), required=False, max_length=120)
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[*_ANY, *Partner.Kind.choices])
    sector = forms.ChoiceField(label=_("Sector"), required=False, choices=[*_ANY, *Sector.choices])
    on_call = forms.BooleanField(label=_("Somebody is on duty now"), required=False)
    page = forms.IntegerField(required=False, min_value=1, max_value=PAGES)

    def __init__(self, data: Mapping[str, Any] | None, *, at: datetime) -> None:
        super().__init__(data)
        self.at = at
        for name in ("q", "near", "kind", "sector"):
            self.fields[name].widget.attrs["class"] = "input"

    def clean(self) -> dict[str, Any]:
        """The question, its place looked up."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        text, near = cleaned.get("q", ""), cleaned.get("near", "")
        on_call = cleaned.get("on_call") or bool(_ON_DUTY.search(text))
        text = _ON_DUTY.sub(" ", text)
        if said := _NEAR.match(text):
            text, near = said[1], near or said[2]
        point = None
        if near:
            try:
                point = location.of_address(near.rstrip("?! "), at=self.at)
            except Refusal as refused:
                self.add_error("near", str(refused))
        kind, sector, page = cleaned.get("kind", ""), cleaned.get("sector", ""), cleaned.get("page") or 1
        cleaned["query"] = Query(fold(text), point, kind, sector, bool(on_call), page)
        return cleaned


class EntryForm(forms.Form):
    """What a partner publishes, with a line for each contact ("function_1", …)."""

    is_listed = forms.BooleanField(label=_("Other partners find us in the directory"), required=False)
    shows_sites = forms.BooleanField(label=_("They see the names and addresses of our sites"), required=False)
    about = forms.CharField(
        label=_("What others should know about us"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, entry: Entry, contacts: Sequence[Contact]
    ) -> None:
        initial = {"is_listed": entry.is_listed, "shows_sites": entry.shows_sites, "about": entry.about}
        super().__init__(data, initial=initial)
        for turn in _TURNS:
            one = contacts[turn - 1] if turn <= len(contacts) else None
            self.fields |= {
                f"function_{turn}": forms.ChoiceField(
                    label=_("Function"), required=False, choices=[("", "–"), *Contact.Function.choices]
                ),
                f"hours_{turn}": forms.CharField(label=_("When"), required=False, max_length=80),
                f"phone_{turn}": forms.CharField(label=_("Telephone"), required=False, max_length=40),
                f"email_{turn}": forms.EmailField(label=_("E-mail"), required=False),
            }
            if one:
                for name in ("function", "hours", "phone", "email"):
                    self.initial[f"{name}_{turn}"] = getattr(one, name)
        for field in self.fields.values():
            if not isinstance(field, forms.BooleanField):
                field.widget.attrs["class"] = "input"

    def lines(self) -> list[list[forms.BoundField]]:
        """The fields of each contact."""
        return [
            [self[f"{name}_{turn}"] for name in ("function", "hours", "phone", "email")] for turn in _TURNS
        ]

    def clean(self) -> dict[str, Any]:
        """Each contact has a function, and a number or an address."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        contacts = []
        for turn in _TURNS:
            one = {
                name: cleaned.get(f"{name}_{turn}", "") for name in ("function", "hours", "phone", "email")
            }
            if not any(one.values()):
                continue
            if not one["function"]:
                self.add_error(f"function_{turn}", _("Choose what this contact is for."))
            elif not one["phone"] and not one["email"] and f"email_{turn}" not in self.errors:
                self.add_error(f"phone_{turn}", _("Give a telephone number or an e-mail address."))
            try:
                one["phone"] = phone_of(one["phone"]) if one["phone"] else ""
            except KeyholderRefused:
                self.add_error(f"phone_{turn}", _("That is no telephone number. Write it like 416 555 0123."))
            contacts.append(one)
        cleaned["contacts"] = contacts
        return cleaned


class MemberField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Members by their people's names."""

    def label_from_instance(self, obj: Membership) -> str:
        """Who it is."""
        return obj.user.name


class LiaisonForm(forms.Form):
    """One liaison officer more."""

    division = forms.ModelChoiceField(label=_("Division"), queryset=queries.divisions())
    phone = forms.CharField(label=_("Telephone"), max_length=40)

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, actor: Actor, members: QuerySet[Membership]
    ) -> None:
        super().__init__(data)
        self.fields["member"] = MemberField(label=_("Member"), queryset=members.filter(partner=actor.partner))
        self.order_fields(["member", "division", "phone"])
        for field in self.fields.values():
            field.widget.attrs["class"] = "input"

    def clean_phone(self) -> str:
        """As E.164."""
        try:
            return phone_of(self.cleaned_data["phone"])
        except KeyholderRefused as refused:
            raise forms.ValidationError(
                _("That is no telephone number. Write it like 416 555 0123.")
            ) from refused

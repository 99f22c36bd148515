"""What the pages about duty post → clean values."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from cityalert.duty import hours, steps, wording
from cityalert.duty.hours import Stretch
from cityalert.duty.steps import Step, Whom
from cityalert.subscriptions.models import ContactPoint
from partners import premises

_TURNS = range(1, steps.MOST_STEPS + 1)


class HoursForm(forms.Form):
    """A member's week, with a line for each weekday ("day_0": Monday)."""

    def __init__(self, data: Mapping[str, Any] | None = None, *, stretches: Iterable[Stretch]) -> None:
        super().__init__(data)
        now = hours.week(stretches)
        for day, name in enumerate(premises.WEEKDAYS):
            field = forms.CharField(label=name, required=False, max_length=80)
            field.widget.attrs["class"] = "input"
            self.fields[f"day_{day}"] = field
            self.initial[f"day_{day}"] = premises.write_day(now[day]) if day in now else ""

    def clean(self) -> dict[str, Any]:
        """The hours, from their lines."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        week = {}
        for day in range(7):
            try:
                week[day] = premises.read_day(cleaned.get(f"day_{day}", "")) or []
            except premises.HoursRefused as refused:
                self.add_error(f"day_{day}", str(refused))
        cleaned["stretches"] = hours.stretches(week)
        return cleaned


class PolicyForm(forms.Form):
    """The steps of a policy, a line for each ("whom_1", …). A line without a "whom" is no step."""

    def __init__(self, data: QueryDict | None = None, *, said: Sequence[Step] = ()) -> None:
        super().__init__(data)
        for turn in _TURNS:
            self.fields |= _fields(turn)
            if turn <= len(said):
                step = said[turn - 1]
                self.initial.update(
                    {
                        f"after_{turn}": step.after_min,
                        f"whom_{turn}": step.whom,
                        f"by_{turn}": list(step.channels),
                        f"enough_{turn}": step.enough,
                        f"times_{turn}": step.times,
                        f"every_{turn}": step.every_min,
                    }
                )

    def lines(self) -> list[list[forms.BoundField]]:
        """The fields of each step."""
        return [
            [self[f"{name}_{turn}"] for name in ("after", "whom", "by", "enough", "times", "every")]
            for turn in _TURNS
        ]

    def clean(self) -> dict[str, Any]:
        """The steps that were written, in the order of their minutes."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        said = []
        for turn in _TURNS:
            if not cleaned.get(f"whom_{turn}"):
                continue
            if cleaned.get(f"after_{turn}") is None and f"after_{turn}" not in self.errors:
                self.add_error(f"after_{turn}", _("After how many minutes? 0 is at once."))
            said.append(
                Step(
                    cleaned.get(f"after_{turn}") or 0, Whom(cleaned[f"whom_{turn}"]),
                    tuple(cleaned.get(f"by_{turn}", ())),
                    int(cleaned.get(f"enough_{turn}", steps.ANYBODY)), cleaned.get(f"times_{turn}") or 1,
                    cleaned.get(f"every_{turn}") or steps.EVERY_MIN,
                )
            )  # fmt: skip
        cleaned["steps"] = sorted(said, key=lambda step: step.after_min)
        return cleaned


def _fields(turn: int) -> dict[str, forms.Field]:
    number = forms.NumberInput(attrs={"class": "input", "inputmode": "numeric"})
    choice = forms.Select(attrs={"class": "input"})
    return {
        f"after_{turn}": forms.IntegerField(
            label=_("After (min)"), required=False, min_value=0, max_value=steps.LATEST_MIN, widget=number
        ),
        f"whom_{turn}": forms.ChoiceField(
            label=_("Call"), required=False, choices=[("", _("– no step –")), *Whom.choices], widget=choice
        ),
        f"by_{turn}": forms.MultipleChoiceField(
            label=_("By (nothing: in every way)"), required=False, choices=ContactPoint.Channel.choices,
            widget=forms.CheckboxSelectMultiple,
        ),
        f"enough_{turn}": forms.TypedChoiceField(
            label=_("Unless"), required=False, coerce=int, empty_value=str(steps.ANYBODY), initial=steps.ANYBODY,
            choices=[(n, wording.enough(n)) for n in (steps.ANYBODY, 2, 3, 5, 10, steps.EVERYBODY)], widget=choice,
        ),
        f"times_{turn}": forms.IntegerField(
            label=_("Times"), required=False, min_value=1, max_value=steps.MOST_TIMES, initial=1, widget=number
        ),
        f"every_{turn}": forms.IntegerField(
            label=_("Every (min)"), required=False, min_value=1, max_value=steps.LONGEST_PAUSE_MIN,
            initial=steps.EVERY_MIN, widget=number,
        ),
    }  # fmt: skip

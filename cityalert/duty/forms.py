"""What the pages about duty post → clean values."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import time
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from cityalert.duty import hours, rotation, steps, wording
from cityalert.duty.hours import Stretch
from cityalert.duty.rotation import Layer, Swap
from cityalert.duty.steps import Step, Whom
from cityalert.subscriptions.models import ContactPoint
from partners import premises
from partners.models import Membership

_TURNS = range(1, steps.MOST_STEPS + 1)
_PLACES = range(1, rotation.MOST_PEOPLE + 1)


def _day() -> forms.DateInput:
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


def _clock() -> forms.TimeInput:
    return forms.TimeInput(format="%H:%M", attrs={"type": "time"})


def _moment() -> forms.DateTimeInput:
    return forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"})


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
        """The fields of each step, and of two more."""
        written = max((turn for turn in _TURNS if self[f"whom_{turn}"].value()), default=0)
        return [
            [self[f"{name}_{turn}"] for name in ("after", "whom", "by", "enough", "times", "every")]
            for turn in _TURNS[: written + 2]
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


class TurnsForm(forms.Form):
    """People one after another ("place_1", …), for how long each, and at which hours of the day."""

    name = forms.CharField(label=_("Name"), max_length=80)
    starts_on = forms.DateField(label=_("First day"), widget=_day())
    hands_over = forms.TimeField(label=_("Handed over at"), widget=_clock())
    days = forms.TypedChoiceField(
        label=_("Each for"),
        coerce=int,
        choices=[(1, _("a day")), (7, _("a week")), (14, _("two weeks"))],
        initial=7,
    )
    begins = forms.TimeField(label=_("Every day from"), required=False, widget=_clock())
    ends = forms.TimeField(label=_("until (empty: all day)"), required=False, widget=_clock())

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        members: Iterable[Membership],
        layer: Layer | None = None,
        name: str = "",
    ) -> None:
        super().__init__(data)
        choices = [("", "–"), *((one.pk, one.user.name) for one in members)]
        for turn in _PLACES:
            self.fields[f"place_{turn}"] = forms.TypedChoiceField(
                label=_("Turn %(n)s") % {"n": turn}, required=False, coerce=int, choices=choices
            )
        for field in self.fields.values():
            field.widget.attrs["class"] = "input"
        if layer:
            self.initial.update(name=name, starts_on=layer.starts_on, days=layer.days)
            self.initial["hands_over"] = _time(layer.hands_over)
            if layer.minutes < hours.DAY:
                self.initial.update(begins=_time(layer.begins), ends=_time(layer.begins + layer.minutes))
            self.initial.update({f"place_{turn}": one for turn, one in enumerate(layer.people, start=1)})

    def clean(self) -> dict[str, Any]:
        """The turns, as the rules speak of them."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if bool(cleaned.get("begins")) != bool(cleaned.get("ends")):
            self.add_error("ends", _("Give both hours, or neither."))
        if self.errors:
            return cleaned
        begins, ends = (_minute(cleaned[name]) for name in ("begins", "ends"))
        people = tuple(cleaned[f"place_{turn}"] for turn in _PLACES if cleaned.get(f"place_{turn}"))
        cleaned["layer"] = Layer(
            people, cleaned["starts_on"], cleaned["days"], _minute(cleaned["hands_over"]), begins,
            (ends - begins) % hours.DAY or hours.DAY,
        )  # fmt: skip
        return cleaned


class SwapForm(forms.Form):
    """Who takes whose place, and when, by the clock of the partner's zone."""

    takes = forms.TypedChoiceField(label=_("On duty"), coerce=int)
    gives = forms.TypedChoiceField(label=_("In the place of"), coerce=int, required=False, empty_value=None)
    begins_at = forms.DateTimeField(label=_("From"), widget=_moment())
    ends_at = forms.DateTimeField(label=_("Until"), widget=_moment())
    note = forms.CharField(label=_("Note"), required=False, max_length=200)

    def __init__(
        self, data: QueryDict | None = None, *, members: Iterable[Membership], clock: ZoneInfo
    ) -> None:
        super().__init__(data)
        self.clock = clock
        people = [(one.pk, one.user.name) for one in members]
        takes, gives = self.fields["takes"], self.fields["gives"]
        takes.choices, gives.choices = people, [("", _("nobody: as well")), *people]  # type: ignore[attr-defined]
        for field in self.fields.values():
            field.widget.attrs["class"] = "input"

    def clean(self) -> dict[str, Any]:
        """The swap, as the rules speak of it."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors:
            begins_at, ends_at = (
                cleaned[name].replace(tzinfo=self.clock) for name in ("begins_at", "ends_at")
            )
            cleaned["swap"] = Swap(begins_at, ends_at, cleaned["takes"], cleaned["gives"])
        return cleaned


def _minute(wall: time | None) -> int:
    return wall.hour * 60 + wall.minute if wall else 0


def _time(minute: int) -> time:
    return time(*divmod(minute % hours.DAY, 60))

"""What the form of a task says, cleaned."""

from uuid import UUID

from django import forms

from cityalert.incidents.tasks import Wanted


class TaskForm(forms.Form):
    """`title`, `owner` (a partner's key), `due` (the reader's local time, or nothing)."""

    title = forms.CharField(required=False, max_length=1000)
    owner = forms.UUIDField(required=False)
    due = forms.DateTimeField(required=False, input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"])

    def wanted(self) -> Wanted:
        """As `tasks.add` takes it: what could not be read is none, and said."""
        self.is_valid()
        owner: UUID | None = self.cleaned_data.get("owner")
        return Wanted(
            self.cleaned_data.get("title", ""), owner, self.cleaned_data.get("due"), "due" not in self.errors
        )

"""What the forms ask besides: why something that decides what may be printed is changed."""

from typing import Any

from django import forms
from django.utils.functional import cached_property

from stories.changes.writing import reasons_against_change
from stories.texts import RATIONALE

REASON = "change_reason"


class ReasonedForm(forms.ModelForm):
    """A form on what decides what may be printed: it asks why, and insists where the change is grave."""

    change_reason = forms.CharField(
        required=False,
        label="Reason",
        max_length=RATIONALE.limit,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Why you change it; it stays on record and never leaves the desk. Needed where much hangs on it. "
        "Good: The Courier took it down this morning. Bad: update.",
    )

    @cached_property
    def changed_data(self) -> list[str]:
        """Which boxes changed; the reason is no change."""
        return [name for name in super().changed_data if name != REASON]

    def clean(self) -> dict[str, Any]:
        """What was typed; a grave change has a reason."""
        cleaned: dict[str, Any] = super().clean() or {}
        if self.instance.pk is not None:
            reason = cleaned.get(REASON, "")
            for problem in reasons_against_change(type(self.instance), self.changed_data, reason=reason):
                self.add_error(REASON, problem)
        return cleaned

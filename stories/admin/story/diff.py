"""What changed between two versions of a story, or between one and now."""

from typing import Any

from django.http import Http404
from django.views.generic import TemplateView

from stories.admin.base import RowPage, read_number
from stories.api.diffs import compare_versions
from stories.api.http.problems import NotFound
from stories.models import Story, StoryVersion
from stories.record.publications import head_position


class DiffPage(RowPage, TemplateView):
    """What readers are told of the change from version `from` to version `to`, or to now: the API's own answer."""

    name, route = "diff", "<int:pk>/diff/"
    template_name = "admin/stories/story/diff.html"

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        """The change that was asked for; else the newest one."""
        cuts = StoryVersion.objects.filter(story=self.row).cut().order_by("number")
        numbers = list(cuts.values_list("number", flat=True))
        if not numbers:
            raise Http404("This story has no version yet.")
        before = _number_in(self.request.GET.get("from", ""), numbers) or numbers[max(0, len(numbers) - 2)]
        after = _number_in(self.request.GET.get("to", ""), numbers)
        if "to" not in self.request.GET:
            after = numbers[-1] if len(numbers) > 1 else None
        return super().get_context_data(
            title=f"What changed: {self.row.title}",
            story=self.row,
            numbers=numbers,
            before=before,
            after=after,
            diff=_diff(self.row, before, after),
            **more,
        )


def _number_in(text: str, numbers: list[int]) -> int | None:
    number = read_number(text)
    return number if number in numbers else None


def _diff(story: Story, before: int, after: int | None) -> dict[str, object]:
    head = head_position()
    try:
        return compare_versions(story.slug, before, after, at=head, head=head)
    except NotFound as gone:  # a version of a draft that was cut this moment
        raise Http404(str(gone)) from gone

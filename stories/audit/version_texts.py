"""Every published version is what its cut and the log make it, as facts are of their decisions (rule: public-texts)."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping

from stories.audit.violations import Unknown, Violation, go_on, in_chunks, violation_of
from stories.chain import Place, canonical
from stories.changes.deciding import noun_of
from stories.models import Change, Publication, Story, StoryVersion
from stories.record.publications import render_version
from stories.versions.drafts import reasons_against_shape


def check_version_texts() -> Iterator[Violation]:
    """Compose every version's text anew, as it was published, and compare."""
    titles = _titles_on_record()
    rows = StoryVersion.objects.cut().filter(publication__body__isnull=False)
    for some in in_chunks(rows.select_related("story", "publication__body").order_by("publication")):
        for version in some:
            yield from go_on(version, _check_text(version, titles))


def _titles_on_record() -> Mapping[str, Collection[str]]:
    """By slug, what each story was called once, by the record of changes; not what it is called now."""
    titles: dict[str, set[str]] = defaultdict(set)
    changes = Change.objects.filter(noun=noun_of(Story), field="title")
    for slug, was, became in changes.values_list("row", "was", "became"):
        titles[slug] |= {was, became}
    return titles


def _check_text(version: StoryVersion, titles: Mapping[str, Collection[str]]) -> Iterator[Violation]:
    row: Publication | None = version.publication
    if row is None or reasons_against_shape(version.blocks):  # of their shape check_log speaks
        return
    printed = row.body.text
    due = render_version(version, Place(row.position, "", row.at))
    if row.format == 1:  # since then the note lies beside
        due["change_note"] = version.change_note or None
    if canonical(due) == printed:
        return
    said = json.loads(printed)
    wrong = [name for name in sorted(due.keys() | said.keys()) if due.get(name) != said.get(name)]
    story = said.get("story")
    if "story" in wrong and isinstance(story, dict) and due["story"] | {"title": story.get("title")} == story:
        if story["title"] in titles.get(version.story.slug, ()):
            wrong.remove("story")
        elif row.format == 1:  # an older release kept no record of titles
            wrong.remove("story")
            yield Unknown.of(row, "its story may have been called so when it was cut")
    if wrong:
        yield violation_of(
            row,
            f"its text is not what the version that was cut and the log make it ({', '.join(wrong)}):"
            " suppress it, or restore a backup",
        )

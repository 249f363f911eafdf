"""What the answers look like, for the OpenAPI schema alone: nothing is served through these serializers."""

from functools import partial
from typing import Any

from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema_field
from rest_framework import serializers

from stories.choices import Basis, Because, ChangeKind, ClaimKind, CorrectionKind, Event, Part, SourceKind

string = partial(serializers.CharField, allow_blank=True)
number = partial(serializers.IntegerField, min_value=0)

SOURCE_KINDS = [*SourceKind.choices, ("desk", "the desk's own reporting")]


class Story(serializers.Serializer[Any]):
    """A story, by name."""

    slug = string()
    title = string()


class Source(serializers.Serializer[Any]):
    """A source as it may be printed."""

    slug = string(allow_null=True, help_text="Null for a confidential source.")
    name = string()
    kind = serializers.ChoiceField(choices=SOURCE_KINDS)


class Citation(serializers.Serializer[Any]):
    """A published article that a passage stands in. For checking, not for print."""

    outlet = string(allow_null=True)
    headline = string(allow_null=True)
    url = string(allow_null=True)
    published_at = string(allow_null=True, help_text="As precise as the article gives it.")
    quote = string()


class Fact(serializers.Serializer[Any]):
    """A fact. Once its text was suppressed, all but id and revision is null."""

    id = serializers.UUIDField(help_text="Stable for good.")
    revision = number(help_text="The position at which this wording was published.")
    story = Story(allow_null=True)
    statement = string(allow_null=True, help_text="The wording: safe to print verbatim.")
    kind = serializers.ChoiceField(choices=ClaimKind.choices, allow_null=True)
    language = string(allow_null=True)
    basis = serializers.ChoiceField(
        choices=Basis.choices, allow_null=True, help_text="Why we may print it. Switch on this, never on the count."
    )
    attributed_to = Source(many=True, allow_null=True, help_text="Must survive any paraphrase; null unless attributed.")
    independent_sources = number(allow_null=True)
    rests_on = Source(many=True, allow_null=True, help_text="If they are wrong, nothing is left.")
    routes = serializers.ListField(child=Source(many=True), allow_null=True, help_text="Outlet first, origin last.")
    citations = Citation(many=True, allow_null=True)
    first_published_at = serializers.DateTimeField(allow_null=True)
    revised_at = serializers.DateTimeField(allow_null=True)
    url = string(allow_null=True)


class Ended(serializers.Serializer[Any]):
    """How a wording ended."""

    position = number()
    at = serializers.DateTimeField()
    kind = serializers.ChoiceField(choices=CorrectionKind.choices)
    note = string()


class Correction(serializers.Serializer[Any]):
    """Why something published was changed or taken down."""

    kind = serializers.ChoiceField(choices=CorrectionKind.choices)
    note = string(help_text="The one in its place, once it was taken down.")
    replaced_by = serializers.UUIDField(allow_null=True, help_text="The fact that replaces it.")


class FactAnswer(Fact):
    """One fact, and the position it was read at."""

    position = number()
    ended = Ended(allow_null=True, required=False, help_text="With `at` or `as_of` only.")


class Wording(serializers.Serializer[Any]):
    """One wording that a fact has had. Once its text was suppressed, what it said is null."""

    revision = number()
    event = serializers.ChoiceField(choices=[Event.CONFIRMED.value, Event.REWORDED.value])
    statement = string(allow_null=True)
    language = string(allow_null=True)
    basis = serializers.ChoiceField(choices=Basis.choices, allow_null=True)
    attributed_to = Source(many=True, allow_null=True)
    independent_sources = number(allow_null=True)
    published_at = serializers.DateTimeField()
    correction = Correction(allow_null=True, help_text="Why this wording took the place of another.")
    ended = Ended(allow_null=True)


class Counts(serializers.Serializer[Any]):
    """How much there is of a story."""

    facts = number(help_text="In force.")
    versions = number()
    corrections = number()


class StoryItem(Story):
    """A story that has a version."""

    current_version = number()
    counts = Counts()
    url = string()


class StoryAnswer(StoryItem):
    """One story, and the position it was read at."""

    position = number()


class PublishedBlock(serializers.Serializer[Any]):
    """A block of a version as it was published."""

    text = string()
    facts = serializers.ListField(child=serializers.UUIDField())


class PublishedVersion(serializers.Serializer[Any]):
    """A story version as it was published."""

    story = Story()
    number = number()
    headline = string()
    standfirst = string()
    blocks = PublishedBlock(many=True)
    change_kind = serializers.ChoiceField(choices=ChangeKind.choices)
    change_note = string(allow_null=True, required=False, help_text="Of format 1 alone; since then it stands beside.")
    published_at = serializers.DateTimeField()
    url = string()


class Block(PublishedBlock):
    """A block of a version. Once a fact of it has ended, its text is null and the note says why."""

    text = string(allow_null=True)
    note = serializers.CharField(required=False, help_text="The public note, once a fact of the block has ended.")
    correction = serializers.ChoiceField(choices=CorrectionKind.choices, required=False)


class Version(PublishedVersion):
    """A story version. `stale`: a fact of it has ended since. Once suppressed it has no words and a note."""

    headline = string(allow_null=True)
    standfirst = string(allow_null=True)
    blocks = Block(many=True)
    change_note = string(allow_null=True, help_text="The one in its place, once it was taken down.")
    stale = serializers.BooleanField()
    note = serializers.CharField(required=False, help_text="“suppressed”, once its text was taken down.")


class VersionAnswer(Version):
    """One version, and the position it was read at."""

    position = number()


class Printed(serializers.Serializer[Any]):
    """A wording, and when it went out."""

    revision = number()
    wording = string(allow_null=True, help_text="Of a version, its headline; null once suppressed.")
    published_at = serializers.DateTimeField()


class CorrectionItem(Correction):
    """One correction of a story."""

    position = number()
    event = serializers.ChoiceField(choices=[Event.CONFIRMED, Event.REWORDED, Event.WITHDRAWN, Event.VERSION])
    fact_id = serializers.UUIDField(allow_null=True)
    version = number(allow_null=True)
    old = Printed(allow_null=True)
    new = Printed(allow_null=True, help_text="Null after a withdrawal.")
    at = serializers.DateTimeField()


class EventCorrection(serializers.Serializer[Any]):
    """Why something published was changed, as the event holds it."""

    kind = serializers.ChoiceField(choices=CorrectionKind.choices)
    note = string(required=False, help_text="Of format 1 alone.")
    note_sha256 = string(
        required=False,
        help_text="Hex SHA-256 of `note_salt` followed by `note`, which stands beside, as a JSON string.",
    )
    replaced_by = serializers.UUIDField(allow_null=True, help_text="The fact that replaces it.")


class ChangeEvent(serializers.Serializer[Any]):
    """A publication. `hash` covers the hash before it and all members but itself, the salts, `text` and `note`."""

    format = serializers.ChoiceField(choices=[1, 2])
    position = number()
    event = serializers.ChoiceField(choices=Event.choices)
    at = serializers.DateTimeField()
    story = string()
    fact_id = serializers.UUIDField(allow_null=True)
    version = number(allow_null=True)
    correction = EventCorrection(allow_null=True)
    ends = number(allow_null=True, help_text="The position of the wording that this ends.")
    suppresses = number(allow_null=True, help_text="The position of which this takes a part down.")
    restores = number(required=False, help_text="The position of which this puts a part back.")
    part = serializers.ChoiceField(choices=Part.choices, required=False, help_text="What was taken down or put back.")
    because = serializers.ChoiceField(choices=Because.choices, required=False)
    note_sha256 = string(required=False, help_text="Of a note that corrects nothing, as in `correction`.")
    text_sha256 = string(allow_null=True, help_text="Hex SHA-256 of the salt followed by the canonical text.")
    hash = string()
    salt = string(allow_null=True)
    text = PolymorphicProxySerializer(
        component_name="PublishedText",
        serializers=[Fact, PublishedVersion],
        resource_type_field_name=None,
        allow_null=True,
    )
    note_salt = string(allow_null=True, required=False, help_text="Of format 2; null once the note was taken down.")
    note = string(allow_null=True, required=False, help_text="What readers are told; null once it was taken down.")


class Changes(serializers.Serializer[Any]):
    """A page of the public log."""

    position = number()
    results = ChangeEvent(many=True)
    last = number(help_text="The `after` of the next request.")


class Head(serializers.Serializer[Any]):
    """Where the public log ends."""

    position = number()
    hash = string()
    at = serializers.DateTimeField(allow_null=True)


WORDS = {
    "type": ["array", "null"],
    "items": {
        "type": "array",
        "prefixItems": [{"enum": ["same", "removed", "added"]}, {"type": "string"}],
        "minItems": 2,
        "maxItems": 2,
    },
}


@extend_schema_field(WORDS)
class WordsField(serializers.JSONField):
    """Word by word: what stayed, what went, what came."""


class TextChange(serializers.Serializer[Any]):
    """A text before and after."""

    before = string(allow_null=True)
    after = string(allow_null=True)
    words = WordsField()


class BlockChange(serializers.Serializer[Any]):
    """A block before and after."""

    change = serializers.ChoiceField(choices=["same", "changed", "removed", "added"])
    before = PublishedBlock(allow_null=True)
    after = PublishedBlock(allow_null=True)
    words = WordsField()


class FactRef(serializers.Serializer[Any]):
    """A fact on one side only."""

    fact = Fact()


class FactWithdrawn(FactRef):
    """A fact that was withdrawn."""

    correction = Correction()


class FactChange(serializers.Serializer[Any]):
    """A fact on both sides that differs."""

    id = serializers.UUIDField()
    what = serializers.ListField(
        child=serializers.ChoiceField(choices=["wording", "basis", "routes", "citations", "revision"])
    )
    before = Fact()
    after = Fact()
    words = WordsField()
    correction = Correction(allow_null=True)


class FactChanges(serializers.Serializer[Any]):
    """What became of the facts; each that differs stands in exactly one list."""

    added = FactRef(many=True)
    reworded = FactChange(many=True)
    changed = FactChange(many=True, help_text="The statement stands, what it rests on does not.")
    withdrawn = FactWithdrawn(many=True)
    left_out = FactRef(many=True, help_text="Not on the later side, yet nobody withdrew it.")


@extend_schema_field({"oneOf": [{"type": "integer", "minimum": 1}, {"const": "now"}]})
class VersionOrNow(serializers.Field[Any, Any, Any, Any]):
    """The number of a version, or “now”."""


class Diff(serializers.Serializer[Any]):
    """What changed from one version to another, or to now."""

    to = VersionOrNow()
    headline = TextChange()
    standfirst = TextChange()
    blocks = BlockChange(many=True)
    facts = FactChanges()
    complete = serializers.BooleanField(help_text="False when a large story's oldest facts were left out.")
    position = number()

    def get_fields(self) -> dict[str, Any]:
        """The fields, with `from`, which Python does not let a class name."""
        return {"from": number(), **super().get_fields()}


class Problem(serializers.Serializer[Any]):
    """Why there is no answer (RFC 9457)."""

    type = string()
    title = string()
    status = number()
    detail = string()
    parameter = serializers.CharField(required=False, help_text="The parameter at fault.")


class Withdrawal(Problem):
    """A fact that was withdrawn."""

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=CorrectionKind.choices)
    note = string()
    replaced_by = serializers.UUIDField(allow_null=True)
    withdrawn_at = serializers.DateTimeField()
    position = number()


def page_of(item: type[serializers.Serializer[Any]]) -> type[serializers.Serializer[Any]]:
    """The envelope of a list of `item`."""
    return type(
        f"{item.__name__}Page",
        (serializers.Serializer,),
        {
            "__doc__": "A page of a list.",
            "position": number(help_text="The position it was read at."),
            "next": string(allow_null=True, help_text="The path of the page after this one."),
            "previous": string(allow_null=True, help_text="The path of the page before this one."),
            "results": item(many=True),
        },
    )

"""The examples of the OpenAPI schema: what the API answers for the desk of the two seed articles, in `examples.json`.

`python -m docs.refresh` asks again and writes them; a test holds every one equal to what is served.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any, TypedDict

from drf_spectacular.utils import OpenApiExample

FILE = Path(__file__).with_name("examples.json")


class Example(TypedDict):
    """One question to one view, and what it was answered: JSON as such, other text as a string."""

    view: str
    path: str
    media_type: str
    status: int
    answer: Any


@cache
def read_examples() -> list[Example]:
    """All examples, as the file has them."""
    examples: list[Example] = json.loads(FILE.read_text())
    return examples


def write_examples(examples: list[Example]) -> None:
    """Keep `examples`, one a line."""
    lines = ",\n".join(json.dumps(example, ensure_ascii=False, separators=(",", ":")) for example in examples)
    FILE.write_text(f"[\n{lines}\n]\n")


def describe_examples(view: str) -> list[OpenApiExample]:
    """The examples of `view`, each under the path that was asked for."""
    return [
        OpenApiExample(
            example["path"],
            value=example["answer"],
            media_type=example["media_type"],
            status_codes=[str(example["status"])],
            response_only=True,
        )
        for example in read_examples()
        if example["view"] == view
    ]

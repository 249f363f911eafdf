"""Writes the real answers into the docs: under every `$ curl '…'` the JSON that the API gives for the seeds' desk,
and into the examples of the OpenAPI schema.

`DJANGO_DEBUG=1 python -m docs.refresh` rewrites the files; tests/test_docs.py fails while one would change.
"""

import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from stories.api.examples import Example, read_examples, write_examples

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = (ROOT / "README.md", ROOT / "docs" / "walkthrough.md", ROOT / "docs" / "api.md")
ANSWER = re.compile(
    r"(\$ curl 'http://127\.0\.0\.1:8000(?P<path>[^']+)'(?: \| jq '\.(?P<part>\w+)')?\n)(?P<answer>.*?)(?=```|\$ )",
    re.DOTALL,
)
LINE = 110


def refresh(text: str, fetch: Callable[[str, str | None], str]) -> str:
    """`text` with the answer under every curl command replaced by what `fetch` gives for its path (and jq's part)."""
    return ANSWER.sub(lambda found: found.group(1) + fetch(found["path"], found["part"]) + "\n", text)


def lay_out(value: Any, indent: str = "") -> str:
    """`value` as JSON for reading: what fits on one line stands on one."""
    line = json.dumps(value, ensure_ascii=False)
    if len(indent) + len(line) <= LINE or not isinstance(value, (dict, list)):
        return line
    deeper = indent + "  "
    if isinstance(value, dict):
        parts = [f"{deeper}{json.dumps(name)}: {lay_out(one, deeper)}" for name, one in value.items()]
        return "{\n" + ",\n".join(parts) + f"\n{indent}}}"
    return "[\n" + ",\n".join(deeper + lay_out(one, deeper) for one in value) + f"\n{indent}]"


def fetch_from_desk(path: str, part: str | None) -> str:
    """The answer of this process's own API to `path`, or one `part` of it: its status unless 200, then its body."""
    from django.test import Client

    response = Client(headers={"host": "127.0.0.1"}).get(path, secure=True)
    body = response.content.decode()
    if "json" in response.headers["Content-Type"]:
        answer = json.loads(body)
        body = lay_out(answer[part] if part else answer)
    status = "" if response.status_code == 200 else f"HTTP {response.status_code}\n"
    return f"{status}{body}".rstrip()


def ask_again(example: Example) -> Example:
    """`example` with what this process's own API answers now."""
    from django.test import Client

    problem = "application/problem+json"
    accept = "*/*" if example["media_type"] == problem else example["media_type"]
    response = Client(headers={"host": "127.0.0.1", "accept": accept}).get(example["path"], secure=True)
    body = b"".join(response) if response.streaming else response.content
    media_type = response.headers["Content-Type"].partition(";")[0]
    answer = json.loads(body) if media_type in ("application/json", problem) else body.decode()
    return {**example, "media_type": media_type, "status": response.status_code, "answer": answer}


def main() -> None:
    """Rewrite the documents from the committed fixtures."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")
    django.setup()
    from django.core.management import call_command

    from stories.management.commands.build_fixtures import FIXTURES
    from stories.sample.temporary import temporary_desk

    with temporary_desk():
        call_command("loaddata", *FIXTURES, verbosity=0)
        for document in DOCUMENTS:
            if document.exists():
                document.write_text(refresh(document.read_text(), fetch_from_desk))
        write_examples([ask_again(example) for example in read_examples()])


if __name__ == "__main__":
    main()

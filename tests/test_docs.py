"""The docs tell what is true today: every answer they show is the one that the API gives."""

import re
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db.models import TextChoices

from docs.refresh import ANSWER, DOCUMENTS, ROOT, ask_again, fetch_from_desk, refresh
from stories import choices
from stories.api.examples import read_examples
from stories.management.commands.build_fixtures import FIXTURES


@pytest.mark.django_db
def test_every_answer_in_the_docs_is_real() -> None:
    call_command("loaddata", *FIXTURES, verbosity=0)
    shown = {path.name: path.read_text() for path in DOCUMENTS if path.exists()}
    assert {name: len(ANSWER.findall(text)) > 0 for name, text in shown.items()} == dict.fromkeys(shown, True)
    assert {name: refresh(text, fetch_from_desk) for name, text in shown.items()} == shown


@pytest.mark.django_db
def test_every_example_of_the_schema_is_a_real_answer() -> None:
    call_command("loaddata", *FIXTURES, verbosity=0)
    assert [ask_again(example) for example in read_examples()] == read_examples()


@pytest.mark.parametrize("path", [*ROOT.glob("docs/*.md"), *ROOT.glob("*.md")], ids=lambda path: path.name)
def test_every_link_leads_somewhere(path: Path) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)", path.read_text())
    assert [link for link in links if not (path.parent / link).exists()] == []


def test_every_word_of_the_vocabularies_is_in_the_glossary() -> None:
    explained = set(re.findall("`(.+?)`", (ROOT / "docs/glossary.md").read_text()))
    vocabularies = [one for one in TextChoices.__subclasses__() if one.__module__ == choices.__name__]
    assert len(vocabularies) == 16
    assert {word for vocabulary in vocabularies for word in vocabulary.values} - explained == set()

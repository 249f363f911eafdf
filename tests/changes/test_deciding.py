"""Of every column somebody has said whether it decides what may be printed (rule: changes-have-names)."""

import pytest
from django.apps import apps
from django.db.models import Model

from stories.changes.deciding import ADDED, DECIDING, EXEMPT, GRAVE

NAMES_ITS_PEOPLE = {
    "Evidence": {"recorded_by", "retired_by"},
    "Voice": {"recorded_by", "retired_by"},
    "Contradiction": {"opened_by", "closed_by"},
    "Discrepancy": {"opened_by", "closed_by"},
    "StoryVersion": {"drafted_by", "cut_by"},
    "Decision": {"actor"},
    "NameReader": {"added_by", "retired_by"},
    "NameLook": {"person"},
    "Lift": {"proposed_by", "signed_by", "returned_by"},
    "Sighting": {"by"},
    "Ruling": {"by"},
    "Change": {"by"},
}
"""Models whose rows say themselves who made and who ended them."""

NOT_WRITTEN_BY_PEOPLE = {
    *("Publication", "PublicationText", "PublicationNote", "PublicationSource"),  # made by a decision or a cut
    "SealedText",  # the same, taken down
    *("FactInForce", "FactToWeigh", "QueueItem", "Heartbeat", "Presence"),  # kept by the machine
    *("FormerName", "LookedThrough", "Naming"),  # kept by the machine, too
    "ChainLink",  # comes with its passage and never changes
}


@pytest.mark.parametrize("model", DECIDING, ids=lambda model: model.__name__)
def test_every_column_decides_or_is_expressly_exempt(model: type[Model]) -> None:
    names = [field.name for field in model._meta.local_concrete_fields]
    assert sorted([*DECIDING[model], *EXEMPT[model]]) == sorted(names)


def test_every_other_model_names_its_people_or_is_written_by_none() -> None:
    models = {model.__name__: model for model in apps.get_app_config("stories").get_models()}
    named = {model.__name__ for model in DECIDING}
    assert named | NAMES_ITS_PEOPLE.keys() | NOT_WRITTEN_BY_PEOPLE == models.keys()
    for name, people in NAMES_ITS_PEOPLE.items():
        assert people <= {field.name for field in models[name]._meta.local_concrete_fields}


def test_what_is_grave_decides() -> None:
    assert {(model, field) for model, field in GRAVE if field not in DECIDING[model]} == set()
    assert {model for model, field in ADDED.items() if field not in DECIDING[model]} == set()

"""Canonical JSON is what any JSON library writes when told to sort keys and to leave out spaces (rule: hash-chain)."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stories.chain import canonical

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
WHOLE = st.integers(min_value=-(2**63), max_value=2**63 - 1)
VALUES = st.recursive(
    st.none() | st.booleans() | WHOLE | TEXTS,
    lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner),
    max_leaves=20,
)


@given(VALUES)
def test_it_is_what_the_standard_library_writes(value: Any) -> None:
    assert canonical(value) == json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def test_half_a_surrogate_pair_has_no_canonical_form() -> None:
    with pytest.raises(TypeError):
        canonical({"text": "\ud800"})

"""What changed between two moments of a story: its facts, and the text of its versions.

Pure functions over public JSON (rule: public-texts). Nothing here looks anything up: how a fact ended is given by
the caller. The laws of a diff (tests/api/test_diff_laws.py): both sides can be read off it; a side against itself shows
no change; the other way round it is the mirror image.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from difflib import SequenceMatcher
from itertools import groupby
from types import MappingProxyType
from typing import Any

from stories.reading.wording import diff_words

#: A fact as published, or what is left of a suppressed one: `id`, `revision`, all else null.
Fact = Mapping[str, Any]
#: At least `headline`, `standfirst` and `blocks` [{`text`, `facts`}]; a text is null once its fact has ended.
Version = Mapping[str, Any]
Diff = dict[str, Any]
#: How a fact of the earlier side ended: the newest public event on it up to the later side, with its `correction`.
Ending = Mapping[str, Any]
NO_ENDINGS: Mapping[str, Ending] = MappingProxyType({})

#: What can change about a fact, and the fields that show it. `revision` stands for anything else.
_ASPECTS = {
    "wording": ("statement",),
    "basis": ("basis", "attributed_to"),
    "routes": ("routes", "independent_sources", "rests_on"),
    "citations": ("citations",),
}


def diff_facts(before: Iterable[Fact], after: Iterable[Fact], *, endings: Mapping[str, Ending] = NO_ENDINGS) -> Diff:
    """Return what became of the facts `before` in `after`; every fact that differs stands in exactly one list.

    `endings` maps fact ids to how the earlier revision ended. Returned, ready for JSON:

    - `added`: [{`fact`}], in the order of `after`;
    - `reworded`: [{`id`, `what`, `before`, `after`, `words`, `correction`}]: the statement differs;
    - `changed`: the same keys: the statement stands, but what it rests on does not; `words` is null;
    - `withdrawn`: [{`fact`, `correction`}], in the order of `before`;
    - `left_out`: [{`fact`}]: not in `after`, yet nobody withdrew it (a version need not carry every fact).

    `what` lists the aspects that differ: wording, basis, routes, citations, or else revision. `correction` is
    {`kind`, `note`, `replaced_by`} or null. `words` is [[`same` | `removed` | `added`, text]], or null when a
    statement is suppressed.
    """
    old, new = ({fact["id"]: fact for fact in facts} for facts in (before, after))
    diff: Diff = {"added": [], "reworded": [], "changed": [], "withdrawn": [], "left_out": []}
    for fact_id, fact in new.items():
        if fact_id not in old:
            diff["added"].append({"fact": fact})
        elif fact != old[fact_id]:
            entry = _compare_fact(old[fact_id], fact, endings.get(fact_id))
            diff["reworded" if "wording" in entry["what"] else "changed"].append(entry)
    for fact_id, fact in old.items():
        if fact_id in new:
            continue
        if (ending := endings.get(fact_id)) and ending["event"] == "withdrawn":
            diff["withdrawn"].append({"fact": fact, "correction": ending["correction"]})
        else:
            diff["left_out"].append({"fact": fact})
    return diff


def diff_versions(
    before: Version,
    after: Version,
    *,
    facts_before: Iterable[Fact],
    facts_after: Iterable[Fact],
    endings: Mapping[str, Ending] = NO_ENDINGS,
) -> Diff:
    """Return what changed between two versions of a story, each with the facts it carries as it carries them.

    Returned, ready for JSON: `headline` and `standfirst` as {`before`, `after`, `words`}; `blocks` in reading
    order as [{`change`, `before`, `after`, `words`}], where `change` is same, changed, removed or added and a
    missing side is null; `facts` as `diff_facts` returns them. `words` is null where a text is.
    """
    return {
        "headline": _compare_texts(before["headline"], after["headline"]),
        "standfirst": _compare_texts(before["standfirst"], after["standfirst"]),
        "blocks": _diff_blocks(before["blocks"], after["blocks"]),
        "facts": diff_facts(facts_before, facts_after, endings=endings),
    }


def _compare_fact(old: Fact, new: Fact, ending: Ending | None) -> dict[str, Any]:
    what = [
        aspect
        for aspect, fields in _ASPECTS.items()
        if any(_disorder(old.get(field)) != _disorder(new.get(field)) for field in fields)
    ]
    return {
        "id": new["id"],
        "what": what or ["revision"],
        "before": old,
        "after": new,
        "words": _list_words(old.get("statement"), new.get("statement")) if "wording" in what else None,
        "correction": ending["correction"] if ending else None,
    }


def _disorder(value: Any) -> Any:
    """Return a list as something equal to the same list in another order: two routes have no first and second."""
    return sorted(json.dumps(item, sort_keys=True) for item in value) if isinstance(value, list) else value


def _list_words(old: str | None, new: str | None) -> list[list[str]] | None:
    if old is None or new is None:
        return None
    return [[change, text] for change, text in diff_words(old, new)]


def _compare_texts(old: str | None, new: str | None) -> dict[str, Any]:
    return {"before": old, "after": new, "words": _list_words(old, new)}


def _diff_blocks(before: Sequence[Any], after: Sequence[Any]) -> list[dict[str, Any]]:
    # Aligning favours one side where both would do; always aligning the same way round keeps the mirror law.
    if json.dumps(before, sort_keys=True) > json.dumps(after, sort_keys=True):
        return _mirror_blocks(_align_blocks(after, before))
    return _align_blocks(before, after)


def _align_blocks(before: Sequence[Any], after: Sequence[Any]) -> list[dict[str, Any]]:
    matcher = SequenceMatcher(None, [b["text"] for b in before], [b["text"] for b in after], autojunk=False)
    entries: list[dict[str, Any]] = []
    for tag, i, i_end, j, j_end in matcher.get_opcodes():
        if tag == "equal":
            entries += [_compare_blocks(before[i + k], after[j + k]) for k in range(i_end - i)]
            continue
        for block in before[i:i_end]:
            twin = next((k for k in range(j, j_end) if _is_same_place(block, after[k])), None)
            if twin is None:
                entries.append(_compare_blocks(block, None))
            else:
                entries += [_compare_blocks(None, new) for new in after[j:twin]]
                entries.append(_compare_blocks(block, after[twin]))
                j = twin + 1
        entries += [_compare_blocks(None, new) for new in after[j:j_end]]
    return _put_removed_first(entries)


def _is_same_place(old: Any, new: Any) -> bool:
    """Say whether two different blocks are one block rewritten: they carry a common fact, or both carry none."""
    return not set(old["facts"]).isdisjoint(new["facts"]) if old["facts"] else not new["facts"]


def _compare_blocks(old: Any, new: Any) -> dict[str, Any]:
    if old is None:
        change, words = "added", _list_words("", new["text"])
    elif new is None:
        change, words = "removed", _list_words(old["text"], "")
    else:
        change, words = "same" if old == new else "changed", _list_words(old["text"], new["text"])
    return {"change": change, "before": old, "after": new, "words": words}


def _mirror_blocks(entries: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return _put_removed_first([_compare_blocks(entry["after"], entry["before"]) for entry in entries])


def _put_removed_first(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Within every run of removed and added blocks, put the removed ones first, as a reader expects them."""
    runs = groupby(entries, key=lambda entry: entry["change"] in ("removed", "added"))
    return [entry for _, run in runs for entry in sorted(run, key=lambda entry: entry["change"] == "added")]

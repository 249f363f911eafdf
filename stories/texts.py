"""What may stand in a text that somebody typed: words that both databases can keep, and readers can be shown.

Pure text, no database (rule: safe-to-print). Every verb asks here first, so that a NUL, half a surrogate pair or a
megabyte gets a sentence for an answer and never a crash.
"""

import re
import unicodedata
from dataclasses import dataclass

HIDDEN = "\u00ad\u200b\u2060\ufeff\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
"""Characters that print nothing or turn the direction: they can hide a name, so nothing public holds them."""

LINE_BREAKS = "\t\n\r"


@dataclass(frozen=True)
class TextRule:
    """What a kind of text may be: its name, at most how many characters, whether it is public, on one line."""

    name: str
    limit: int
    public: bool = True
    one_line: bool = False


WORDING = TextRule("wording", 2_000, one_line=True)
PUBLIC_NOTE = TextRule("public note", 2_000)
PUBLIC_NAME = TextRule("public name", 200, one_line=True)
RATIONALE = TextRule("rationale", 20_000, public=False)
HEADLINE = TextRule("headline", 300, one_line=True)
STANDFIRST = TextRule("standfirst", 2_000)
CHANGE_NOTE = TextRule("change note", 2_000)
CONNECTING_WORDS = TextRule("connecting words", 300, one_line=True)


def is_blank(text: str) -> bool:
    """Whether nothing of `text` would be seen: empty, white space, characters that print nothing."""
    return not any(letter.isprintable() and not letter.isspace() for letter in text)


def _cannot_stand(letter: str, rule: TextRule) -> bool:
    if letter in LINE_BREAKS:
        return rule.one_line
    if rule.one_line and letter in "\u2028\u2029":
        return True
    return unicodedata.category(letter) in ("Cc", "Cs") or (rule.public and letter in HIDDEN)


def reasons_against_text(rule: TextRule, text: object) -> list[str]:
    """Why `text` cannot be kept or printed as what `rule` describes; empty when it can. Blank texts pass."""
    if not isinstance(text, str):
        return [f"The {rule.name} must be text."]
    if len(text) > rule.limit:
        return [f"The {rule.name} has {len(text):,} characters; at most {rule.limit:,} fit."]
    bad = next((place for place, letter in enumerate(text) if _cannot_stand(letter, rule)), None)
    if bad is not None:
        what = "a line break" if text[bad] in "\n\r\u2028\u2029" else f"the character U+{ord(text[bad]):04X}"
        return [f"The {rule.name} holds {what} at place {bad + 1}, which cannot be printed: remove it."]
    if rule.one_line and text != text.strip():
        return [f"The {rule.name} begins or ends with a space: remove it."]
    return []


def fold(text: str) -> str:
    """`text` as names are compared: letter case, spacing, compatibility forms and hidden characters do not count."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    # Whatever is hidden is not printable; most texts hold nothing of the kind, and a story has very many.
    if not plain.isprintable():
        plain = "".join(letter for letter in plain if unicodedata.category(letter) != "Cf")
    return " ".join(plain.split())


def holds_words(text: str, words: str) -> bool:
    """Whether `words` stand in `text` as whole words, however they are written; never for words without a letter."""
    sought = fold(words)
    if not re.search(r"\w", sought):
        return False
    return re.search(rf"(?<!\w){re.escape(sought)}(?!\w)", fold(text)) is not None

"""Words in quotation marks: what a wording quotes, whether it stands verbatim in a passage (rule: quoted-words)."""

import re
import unicodedata

QUOTATION_MARKS = '"“”„‟«»＂'
QUOTED = re.compile(rf"[{QUOTATION_MARKS}]([^{QUOTATION_MARKS}]*)[{QUOTATION_MARKS}]")
SINGLE_QUOTED = re.compile(r"(?<!\w)[‘'‹‚]([^‘'’‹›]+(?:['’]\w[^‘'’‹›]*)*)['’›](?!\w)")


def _plain(text: str) -> str:
    """`text` with straight quotes, plain dashes and single spaces: what counts as the same words."""
    marks = str.maketrans({**dict.fromkeys("“”„‟«»＂", '"'), **dict.fromkeys("‘’‚‹›", "'"), **dict.fromkeys("–—", "-")})
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", text).translate(marks)).strip()


def quoted_words(wording: str) -> list[str]:
    """What stands in quotation marks in `wording`, without the comma or full stop that print puts inside them."""
    quoted = [*QUOTED.findall(wording), *SINGLE_QUOTED.findall(QUOTED.sub(" ", wording))]
    return [re.sub(r"[.,]$", "", _plain(words)).strip() for words in quoted]


def stands_verbatim(words: str, text: str) -> bool:
    """Whether the quoted `words` stand in `text` as whole words; how quotation marks and dashes look is no matter."""
    start = r"(?<!\w)" if words[:1].isalnum() else ""
    end = r"(?!\w)" if words[-1:].isalnum() else ""
    return re.search(start + re.escape(_plain(words)) + end, _plain(text)) is not None

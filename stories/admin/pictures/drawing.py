"""The few strokes that our pictures are made of: escaped SVG elements, measured and broken text.

A strict Content-Security-Policy forbids style attributes and <style>, so a picture is drawn with presentation
attributes and `currentColor` alone: it takes the colour of the text around it, in light and dark. Classes are for
a style sheet that wants more. Nothing may depend on colour.
"""

import re
import unicodedata
from collections.abc import Iterable
from xml.sax.saxutils import escape, quoteattr

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NARROW, _WIDE = frozenset(" .,:;!|'’‘`()[]/\\ijltfrI-"), frozenset("mwMW@%—…ЖМШЩЮжмшщю")


def clean_text(text: str) -> str:
    """Return `text` on one line, with a replacement character for whatever XML cannot carry."""
    return " ".join(_NOT_XML.sub("\ufffd", text).split())


def draw_element(tag: str, *children: str, text: str | None = None, **attributes: str | float | None) -> str:
    """Return one SVG element; `text` and attribute values are escaped here, `children` are elements already.

    Underscores in attribute names stand for hyphens, `class_` for class; an attribute that is None is left out.
    """
    written = "".join(
        f" {name.rstrip('_').replace('_', '-')}={quoteattr(_format_value(value))}"
        for name, value in attributes.items()
        if value is not None
    )
    inside = "".join(children) if text is None else escape(clean_text(text))
    return f"<{tag}{written}>{inside}</{tag}>"


def draw_text(text: str, *, x: float, y: float, size: float, **attributes: str | float | None) -> str:
    """Return a line of text whose base line is at `y`, in the colour of the page's text."""
    return draw_element("text", text=text, x=x, y=y, font_size=size, fill="currentColor", **attributes)


def break_lines(text: str, *, width: float, size: float, most: int) -> list[str]:
    """Return `text` in at most `most` lines that fit `width` at font `size`; what does not fit ends in "…"."""
    words = clean_text(text).split(" ")
    lines = [""]
    for word in words:
        for piece in _cut_word(word, width=width, size=size):
            joined = f"{lines[-1]} {piece}".strip()
            if measure_text(joined, size) <= width:
                lines[-1] = joined
            elif len(lines) == most:
                return [*lines[:-1], _shorten(joined, width=width, size=size)]
            else:
                lines.append(piece)
    return lines


def measure_text(text: str, size: float) -> float:
    """Return about how wide `text` is at font `size`: rather too wide than too narrow, for fonts differ."""
    return sum(_measure_character(character) for character in text) * size


def _measure_character(character: str) -> float:
    if unicodedata.combining(character):
        return 0.0
    if unicodedata.east_asian_width(character) in "WF":
        return 1.05
    if character in _NARROW:
        return 0.38
    if character in _WIDE:
        return 0.95
    return 0.72 if character.isupper() else 0.58


def _cut_word(word: str, *, width: float, size: float) -> Iterable[str]:
    """Yield `word` in pieces that fit a line: a name may be one word of any length."""
    piece = ""
    for character in word:
        if piece and measure_text(piece + character, size) > width:
            yield piece
            piece = ""
        piece += character
    yield piece


def _shorten(text: str, *, width: float, size: float) -> str:
    while text and measure_text(f"{text}…", size) > width:
        text = text[:-1]
    return f"{text.rstrip()}…"


def _format_value(value: str | float) -> str:
    return clean_text(value) if isinstance(value, str) else f"{round(value, 1):g}"

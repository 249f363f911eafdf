"""Letters that look alike, and characters that print nothing: tables alone, for the comparison of names."""

SEVERAL = dict(
    zip(
        "øØłŁđĐðÐħĦŧŦıȷɑɡɩʋɪʏɢʜʟᴀʙᴄᴅᴇꜰᴊᴋᴍɴᴏᴘʀꜱᴛᴜᴠᴡᴢ",
        "oOlLdDdDhHtTijagivIYGHLABCDEFJKMNOPRSTUVWZ",
        strict=True,
    )
)
SEVERAL |= dict.fromkeys("\u02b9\u02bb\u02bc\u02bd\u02c8\ua78c", "'")
SEVERAL |= {"ß": "ss", "ẞ": "SS", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "þ": "th", "Þ": "TH"}
"""Latin letters that no normal form takes apart, the small capitals, and apostrophes that count as letters."""

_CYRILLIC = dict(zip("аеосрхуіјѕһԁԛԝвкмнтӏ", "aeocpxyijshdqwbkmhtl", strict=True))
_GREEK = dict(zip("αβεζηικμνορτυχ", "abezhikmnoptyx", strict=True))
AS_LETTERS = str.maketrans({**_CYRILLIC, **_GREEK, "ς": "σ"})
"""Small letter → the Latin letter that it, or its capital, looks like: В and в are one, and so is B."""

_CYRILLIC_SHAPES = dict(zip("аеосрхујѕһԁԛԝгпиАВЕКМНОРСТХУЈЅҺԌԚԜ", "aeocpxyjshdqwrnuabekmhopctxyjshgqw", strict=True))
_GREEK_SHAPES = dict(zip("αεκνορτυχηγωΑΒΕΖΗΚΜΝΟΡΤΥΧ", "aekvoptuxnywabezhkmnoptyx", strict=True))
_STROKES = {**dict.fromkeys("IІӏӀΙ1", "l"), **dict.fromkeys("іι", "i")}
AS_SHAPES = str.maketrans({**_CYRILLIC_SHAPES, **_GREEK_SHAPES, **_STROKES, "0": "o"})
"""Letter → the Latin one of its own shape, large or small; I, l and 1 are one stroke."""

INVISIBLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
"""Characters that print nothing, as the inside of a regular expression's brackets: Unicode's default ignorables."""

UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uac00-\ud7ff\uf900-\ufaff\U00020000-\U0003ffff"
"""Scripts that put no space between words, or hang endings on names: a name ends there anywhere."""

ENDINGS = (
    "а у о е и і ї я ю ы ь й ой ом ем єм им ім ым ою ею єю ої ій ий ый ая яя ую юю ові еві єві ого его ому ему их ых"
    " ими ыми ам ах ами ям ях ями ів ов ев їв ею"
)
"""What a Ukrainian or Russian name ends in when it is declined."""

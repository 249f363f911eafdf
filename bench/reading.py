"""How the readers do on texts that nobody here chose: `python -m bench.reading FOLDER [OTHER] [--findings]`.

Of one folder every reader reads every text: what it raised, how many spans it gave, and its time; then all of them in a
row, cut at 5 kB, 100 kB and 1 MB. Of two folders, texts of one name are taken for two outlets on one event: what is
found between them, counted by kind, and with `--findings` printed to be judged by a person. Texts are UTF-8 files; none
of them is kept.
"""

import argparse
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sized
from datetime import date
from pathlib import Path

from stories.disagreements.comparison import Passage, compare_passages
from stories.disagreements.pairs import find_between
from stories.intake.plain_text import read_article
from stories.reading.dates import read_dates
from stories.reading.figures import read_figures
from stories.reading.quotations import find_quotations
from stories.reading.strength import read_strength
from stories.reading.wording import iter_words, mask_markup, word_keys

DAY = date(2025, 3, 14)
"""What relative dates count from, where nobody knows the article's."""
READERS: dict[str, Callable[[str], Sized]] = {
    "words": word_keys,
    "quotations": find_quotations,
    "figures": lambda text: read_figures(
        text, besides=[(day.start, day.end) for day in read_dates(text, published=DAY)]
    ),
    "dates": lambda text: read_dates(text, published=DAY),
    "strength": lambda text: read_strength(list(iter_words(mask_markup(text)))),
    "header": lambda text: [one for one in (read_article(text).headline, read_article(text).published) if one],
    "comparison": lambda text: compare_passages([Passage("1", text, text)], sources={}),
}
SIZES = (5_000, 100_000, 1_000_000)
"""Characters: what a text may grow to."""
MIN_SHARED = 4
"""Two sentences of two outlets that share so many rare words are compared like two passages of one claim."""


def main() -> None:
    """Read what the command line names."""
    parser = argparse.ArgumentParser(prog="python -m bench.reading", description="The readers on others' texts.")
    parser.add_argument("folder", type=Path, help="Texts (*.txt), read by every reader.")
    parser.add_argument(
        "other", type=Path, nargs="?", help="Other outlets' texts on the same events, of the same names."
    )
    parser.add_argument("--findings", action="store_true", help="Print what is found between two, not only how much.")
    arguments = parser.parse_args()
    if arguments.other:
        compare_folders(arguments.folder, arguments.other, show=arguments.findings)
    else:
        read_folder(arguments.folder)


def read_folder(folder: Path) -> None:
    """Print what each reader raises, gives and takes on the texts of `folder`."""
    texts = {str(path.relative_to(folder)): path.read_text(encoding="utf-8") for path in sorted(folder.rglob("*.txt"))}
    size = sum(map(len, texts.values()))
    print(f"{len(texts)} texts, {size:,} characters")
    for name, read in READERS.items():
        spans, raised, spent = 0, [], time.process_time()
        for title, text in texts.items():
            try:
                spans += len(read(text))
            except Exception as error:  # whatever it is, it is what is looked for
                raised.append(f"    {title}: {type(error).__name__}: {error}")
        spent = time.process_time() - spent
        print(f"{name:12} {len(raised):4} exceptions {spans:8,} spans {spent:8.2f} s")
        print("\n".join(raised), end="\n" if raised else "")
    whole = "\n\n".join(texts.values())
    whole *= SIZES[-1] // max(len(whole), 1) + 1
    for size in SIZES:
        spent = time.process_time()
        for read in READERS.values():
            read(whole[:size])
        print(f"all readers on {size:>9,} characters {time.process_time() - spent:8.3f} s")


def compare_folders(folder: Path, other: Path, *, show: bool) -> None:
    """Print what is found between the texts of one name in two folders, by kind."""
    counts: Counter[str] = Counter()
    spent = time.process_time()
    names = sorted({path.name for path in folder.glob("*.txt")} & {path.name for path in other.glob("*.txt")})
    for name in names:
        first, second = ((one / name).read_text(encoding="utf-8") for one in (folder, other))
        for kind, ours, theirs, around in find_all(first, second):
            counts[kind] += 1
            if show:
                print(f"{kind}\t{name}\t{ours}\t{theirs}\t{around}")
    print(f"{len(names)} pairs, {time.process_time() - spent:.2f} s: {dict(sorted(counts.items()))}")


def find_all(first: str, second: str) -> Iterator[tuple[str, str, str, str]]:
    """Give what is found between two articles, and between the sentences of them that tell the same: kind, the words
    of either, and where they stand.
    """
    for find in find_between(first, second):
        differing = " … ".join(f"{one!r}/{other!r}" for one, other in find.differing)
        yield f"article {find.kind}", differing, "", _flat(f"{find.first_passage} ‖ {find.second_passage}")
    for one, other in pair_sentences(first, second):
        passages = [
            Passage("1", first[slice(*one)], first, one[0], DAY, ("one",)),
            Passage("2", second[slice(*other)], second, other[0], DAY, ("other",)),
        ]
        for found in compare_passages(passages, sources={}):
            if found.kind != "only-one":
                around = _flat(f"{first[slice(*one)]} ‖ {second[slice(*other)]}")
                yield found.kind, found.first_words, found.second_words, around


def pair_sentences(first: str, second: str) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """Give the sentences of two texts that share most rare words, each once: what a person would file to one claim."""
    ours, theirs = list(_sentences(first)), list(_sentences(second))
    holders: defaultdict[str, int] = defaultdict(int)
    for _, keys in (*ours, *theirs):
        for key in keys:
            holders[key] += 1
    scored = []
    for one, keys in ours:
        for other, their_keys in theirs:
            shared = sum(1 for key in keys & their_keys if holders[key] <= 6)
            if shared >= MIN_SHARED and 3 * shared >= min(len(keys), len(their_keys)):
                scored.append((-shared, one, other))
    taken: set[tuple[int, int, int]] = set()
    for _, one, other in sorted(scored):
        if not {(0, *one), (1, *other)} & taken:
            taken |= {(0, *one), (1, *other)}
            yield one, other


def _sentences(text: str) -> Iterator[tuple[tuple[int, int], frozenset[str]]]:
    start = 0
    for end in [*(at for at in range(1, len(text)) if _ends(text, at)), len(text)]:
        words = frozenset(word.key for word in iter_words(text[start:end]) if len(word.key) > 3)
        stripped = text[start:end].strip()
        if len(words) >= MIN_SHARED:
            begin = start + text[start:end].index(stripped)
            yield (begin, begin + len(stripped)), words
        start = end


def _ends(text: str, at: int) -> bool:
    return text[at] == "\n" or (text[at].isspace() and text[:at].rstrip("\"'”’»")[-1:] in tuple(".!?"))


def _flat(words: str) -> str:
    return " ".join(words.split())


if __name__ == "__main__":
    main()

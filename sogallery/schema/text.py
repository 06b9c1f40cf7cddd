"""What is done with words: compare names, sort them as people do, make titles and slugs, guess what was meant. Pure."""

from __future__ import annotations

import bisect
import difflib
import re
import unicodedata
from collections.abc import Iterable

NaturalKey = tuple[tuple[str | tuple[int, str], ...], str]

_DIGITS = re.compile(r"([0-9]+)")
_LEADING_NUMBER = re.compile(r"^[0-9]{1,3}[-_. ]+(?=.*[^\W\d_])")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_OVERRIDES = "\u202a-\u202e\u2066-\u2069"  # they would turn the rest of a terminal's line around
_UNSHOWN = re.compile(f"[\x00-\x1f\x7f-\x9f\ud800-\udfff{_OVERRIDES}]")
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def nfc(name: str) -> str:
    """`name` in the one spelling in which names are compared."""
    return unicodedata.normalize("NFC", name)


def folded(name: str) -> str:
    """`name` as a disk or a host that ignores case sees it; equal for names that would overwrite each other there."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def natural_key(name: str) -> NaturalKey:
    """Sort key that puts `img2` before `img10` and ignores case; equal keys only for equal names."""
    pieces = _DIGITS.split(folded(name))
    numbered = (_number(piece) if index % 2 else piece for index, piece in enumerate(pieces))
    return tuple(numbered), name


def _number(digits: str) -> tuple[int, str]:
    """Digits so that they compare by value, however many there are."""
    bare = digits.lstrip("0")
    return len(bare), bare


def path_key(path: str) -> tuple[NaturalKey, ...]:
    """Natural sort key of a posix path, folder by folder."""
    return tuple(natural_key(part) for part in path.split("/"))


def title_of(folder: str) -> str:
    """A title made from a folder's name: `01-getting-ready` gives `Getting ready`, `a/b` gives `A / B`."""
    return " / ".join(_title_of_one(part) for part in folder.split("/"))


def _title_of_one(name: str) -> str:
    words = " ".join(re.split(r"[-_ ]+", _LEADING_NUMBER.sub("", name))).strip()
    return words[:1].upper() + words[1:] or name


def slugify(title: str) -> str:
    """A slug for an address, `""` if nothing of `title` can be written in plain letters."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return "-".join(re.findall(r"[a-z0-9]+", plain))


def is_slug(name: str) -> bool:
    """Is `name` safe in an address on every host: lower case letters, digits, single hyphens, at most 64?"""
    return len(name) <= 64 and _SLUG.fullmatch(name) is not None


def control_character(text: str, allowed: str = "") -> str:
    """The first character of `text` that nobody types (controls, lone surrogates) as `U+XXXX`, or `""`."""
    found = next((hit for hit in _CONTROL.findall(text) if hit not in allowed), None)
    return "" if found is None else f"U+{ord(found):04X}"


def printable(text: str) -> str:
    """`text` with what must not reach a terminal (controls, lone surrogates) written as `\\x1b`."""
    return _UNSHOWN.sub(lambda hit: ascii(hit.group())[1:-1], text)


def shortened(text: str, limit: int = 60) -> str:
    """`text` on one line, safe to print, cut after `limit` characters."""
    line = printable(" ".join(text.split()))
    return line if len(line) <= limit else line[: limit - 1] + "…"


class Known:
    """Words that exist, ready to guess which of them somebody meant.

    Comparing with all of them is slow where there are thousands (a gallery whose folder was renamed), so after
    `budget` comparisons only neighbours in the alphabet are looked at.
    """

    def __init__(self, words: Iterable[str], budget: int = 20_000) -> None:
        self.words = frozenset(words)
        self._by_fold = {folded(word): word for word in self.words}
        self._by_last = {fold.rpartition("/")[2]: word for fold, word in self._by_fold.items()}
        self._sorted = sorted(self._by_fold)
        self._budget = budget

    def __contains__(self, word: str) -> bool:
        return word in self.words

    def meant(self, word: str) -> str:
        """The known word that `word` was probably meant to be, or `""`."""
        fold = folded(word)
        last = fold.rpartition("/")[2]
        if fold in self._by_fold or (last in self._by_last and "/" in self._by_last[last] + word):
            return self._by_fold.get(fold) or self._by_last[last]
        close = difflib.get_close_matches(fold, self._candidates(fold), n=1, cutoff=0.6)
        return self._by_fold[close[0]] if close else ""

    def _candidates(self, fold: str) -> list[str]:
        self._budget -= len(self._sorted)
        if self._budget >= 0:
            return self._sorted
        place = bisect.bisect(self._sorted, fold)
        return self._sorted[max(place - 5, 0) : place + 5]

    def hint(self, word: str, otherwise: str = "") -> str:
        """`did you mean x?` if something known is close, else `otherwise`, else the known words."""
        if guess := self.meant(word):
            return f"did you mean {shortened(guess, 120)}?"
        if otherwise or not self.words:
            return otherwise or "take it out"
        listed = ", ".join(shortened(known, 40) for known in sorted(self.words)[:12])
        return f"known here: {listed}{', …' if len(self.words) > 12 else ''}"


def meant(word: str, known: Iterable[str]) -> str:
    """The word among `known` that `word` was probably meant to be, or `""`."""
    return Known(known).meant(word)


def did_you_mean(word: str, known: Iterable[str], otherwise: str = "") -> str:
    """A hint about a word that is not among `known` (see `Known.hint`)."""
    return Known(known).hint(word, otherwise)

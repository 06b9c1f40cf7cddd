"""Passphrases: one spelling before the key derivation, and which are too easy to guess (docs/format.md, section 4)."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable

from sogallery.errors import SecretError

# What an offline guesser needs at 64 MiB and three passes. With a link secret guessing cannot even start without the
# link, so ten thousand million guesses are enough against somebody who has it; alone, a passphrase carries everything.
GUESSES_WITH_LINK = 10**10
GUESSES_ALONE = 10**14
WORDS_WITH_LINK = 4
WORDS_ALONE = 5

_LONGEST_JUDGED = 72  # the estimator's own limit; what follows can only add to the strength
_UPPER_TO_LOWER = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}
_DROPPED = {0x00AD: None, 0x200B: None}
_GAPS = re.compile("[ \t\r\n\\-\u2010-\u2015\u2212]+")


def normalise(text: str) -> str:
    """`text` as the key derivation takes it; SecretError for what is not text at all (lone surrogates)."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise SecretError("this passphrase is not valid text", "type it again") from error
    lowered = unicodedata.normalize("NFKC", text).translate(_UPPER_TO_LOWER)
    return _GAPS.sub(" ", lowered.translate(_DROPPED)).strip(" ")


def refuse_guessable(text: str, own_words: Iterable[str], *, with_link: bool) -> None:
    """SecretError, with the reason, if somebody who knows the `own_words` of the gallery could guess `text`.

    `own_words` are titles, names, days and whatever else a guesser would try first.
    """
    # Loading its dictionaries takes longer than anything else here, and most builds never judge a passphrase.
    from zxcvbn import zxcvbn

    passphrase = normalise(text)
    if not passphrase:
        raise SecretError("this passphrase is empty", "choose four words that have nothing to do with each other")
    known = {word for own in own_words for word in (normalise(own), *normalise(own).split()) if len(word) > 1}
    judged = zxcvbn(passphrase[:_LONGEST_JUDGED], user_inputs=sorted(known))
    needed = GUESSES_WITH_LINK if with_link else GUESSES_ALONE
    if judged["guesses"] < needed:
        raise SecretError(_reason(judged), _advice(with_link=with_link))


def _reason(judged: dict[str, object]) -> str:
    feedback = judged["feedback"]
    warning = str(feedback["warning"]).rstrip(".") if isinstance(feedback, dict) else ""
    power = math.floor(float(str(judged["guesses_log10"])))
    tries = f"about 10^{power} tries would find it" if power > 1 else "the first tries would find it"
    return f"this passphrase is too easy to guess: {warning[:1].lower()}{warning[1:] + '; ' if warning else ''}{tries}"


def _advice(*, with_link: bool) -> str:
    number = "four" if with_link else "five"
    return f"take {number} words that have nothing to do with each other or with the gallery"

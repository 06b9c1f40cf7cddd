"""What the holder of a grant is given: the secret in the link, and the passphrase."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files

from sogallery.errors import SecretError
from sogallery.model import Gallery, Grant, Mode, Site
from sogallery.studio import Studio
from sogallery.vault.derive import GalleryKeys
from sogallery.vault.keyfile import GalleryKeyFile
from sogallery.vault.passphrase import WORDS_ALONE, WORDS_WITH_LINK, refuse_guessable


@dataclass(frozen=True, slots=True)
class Credentials:
    """What one grant's holder is given; `link` and `passphrase` are empty where the mode has none."""

    grant: str
    counter: int
    link: bytes = field(repr=False)
    passphrase: str = field(repr=False)


@lru_cache(maxsize=1)
def word_list() -> tuple[str, tuple[str, ...]]:
    """The word list of generated passphrases and its id, which pins its content.

    EFF's long list of 7776 words, as the package xkcdpass ships it.
    """
    raw = files("xkcdpass").joinpath("static", "eff-long").read_bytes()
    return f"eff-long {hashlib.sha256(raw).hexdigest()[:32]}", tuple(raw.decode("ascii").split())


def credentials(studio: Studio, keys: GalleryKeyFile, grant: Grant, own_words: Iterable[str]) -> Credentials:
    """What the holder of `grant` is given; `keys` has an entry for it (see GalleryKeyFile.with_grants).

    Raises SecretError for a guessable `password:`, for two passphrases at once, and for a changed word list.
    """
    kept, derived = keys.grants[grant.name], keys.keys(studio.secret)
    link = b"" if grant.mode is Mode.PASSPHRASE else derived.link_secret(grant.name, kept.counter)
    passphrase = "" if grant.mode is Mode.LINK else _passphrase(studio, keys, derived, grant, own_words)
    return Credentials(grant.name, kept.counter, link, passphrase)


def _passphrase(
    studio: Studio, keys: GalleryKeyFile, derived: GalleryKeys, grant: Grant, own_words: Iterable[str]
) -> str:
    chosen = keys.chosen(studio.secret, grant.name)
    if grant.password is not None and chosen is not None:
        raise SecretError(
            f"the grant {grant.name} has both a `password:` and a chosen passphrase",
            "take `password:` out of gallery.yaml, or run `sogallery access rotate` without --chosen",
        )
    if grant.password is not None:
        return _good_enough(grant, grant.password, own_words)
    if chosen is not None:
        return chosen
    kept, (list_id, words) = keys.grants[grant.name], word_list()
    if kept.words != list_id:
        raise SecretError(
            f"the passphrase of {grant.name} was made from another word list ({kept.words})",
            "install the version of xkcdpass that has it, or give the grant a new one with `sogallery access rotate`",
        )
    number = WORDS_ALONE if grant.mode is Mode.PASSPHRASE else WORDS_WITH_LINK
    return derived.words(grant.name, kept.counter, words, list_id, number)


def _good_enough(grant: Grant, password: str, own_words: Iterable[str]) -> str:
    try:
        refuse_guessable(password, own_words, with_link=grant.mode is not Mode.PASSPHRASE)
    except SecretError as error:
        hint = f"take `password:` out, and a passphrase is made; or {error.hint}"
        raise SecretError(f"the `password:` of {grant.name}: {error.message}", hint) from error
    return password


def own_words(site: Site, gallery: Gallery) -> list[str]:
    """What somebody who knows the gallery would guess first: titles, names, days."""
    client = site.clients.get(gallery.client)
    words = [site.name, gallery.title, gallery.name, gallery.client, *(section.title for section in gallery.sections)]
    words += [person.name for person in gallery.people.values()]
    words += [client.name, client.email, client.phone] if client else []
    words += [gallery.date.strftime(form) for form in ("%Y", "%Y-%m-%d", "%d.%m.%Y", "%d%m%Y")] if gallery.date else []
    return [*words, *(word.replace(" ", "") for word in words)]

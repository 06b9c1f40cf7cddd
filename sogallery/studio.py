"""The studio's keys on disk: its secret in the user's configuration, `studio.pub` and each `gallery.keys` in the site.

The secret is made only for a site that has no `studio.pub`, and never replaced (DESIGN: the format). Whatever is
missing or does not fit together is an error that says what to restore, never a new key by accident.
"""

from __future__ import annotations

import hashlib
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from sogallery.errors import FaultError, SecretError, TamperedError
from sogallery.model import Gallery
from sogallery.output import write_atomic
from sogallery.vault import codec, keyfile
from sogallery.vault.codec import as_natural, as_object, as_text, b64, unb64
from sogallery.vault.derive import SECRET_LENGTH, ReplyKey, SigningKey, key_id
from sogallery.vault.failures import MalformedError, UnsupportedError
from sogallery.vault.keyfile import GalleryKeyFile

FORMAT = "soga/1 studio"
PUB, KEYS = "studio.pub", "gallery.keys"
ENV_SECRET, ENV_FOLDER = "SOGALLERY_STUDIO_SECRET", "SOGALLERY_CONFIG_DIR"
PRIVATE = 0o600
EPHEMERAL = (
    "CI is set, so a studio secret was made for this run only: its links and passphrases will not work after the next"
    f" build; set {ENV_SECRET} for ones that last"
)

Environ = Mapping[str, str]
Random = Callable[[int], bytes]


@dataclass(frozen=True, slots=True)
class StudioPub:
    """The studio's public keys, as `studio.pub` pins them."""

    number: int
    sign: bytes
    reply: bytes

    @property
    def id(self) -> str:
        """The signing key's id, by which the secret is found."""
        return key_id(self.sign)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the signing key, 64 hex digits: what people compare."""
        return hashlib.sha256(self.sign).hexdigest()

    @property
    def public_keys(self) -> dict[str, bytes]:
        """What `vault.signed.verify` trusts."""
        return {self.id: self.sign}

    def encode(self) -> bytes:
        """The file's bytes."""
        return codec.dump_json(
            {
                "format": FORMAT,
                "number": self.number,
                "sign": {"id": self.id, "key": b64(self.sign)},
                "reply": {"id": key_id(self.reply), "key": b64(self.reply)},
                "fingerprint": self.fingerprint,
            }
        ) + b"\n"  # fmt: skip


@dataclass(frozen=True)
class Studio:
    """The studio secret with all that comes from it. `ephemeral` ones serve one run and are written nowhere."""

    secret: bytes = field(repr=False)
    number: int = 0
    ephemeral: bool = False
    warnings: tuple[str, ...] = ()

    @cached_property
    def signing(self) -> SigningKey:
        """The key that signs records."""
        return SigningKey(self.secret, self.number)

    @cached_property
    def reply(self) -> ReplyKey:
        """The key that replies are sealed to."""
        return ReplyKey(self.secret, self.number)

    @property
    def pub(self) -> StudioPub:
        """What `studio.pub` says of it."""
        return StudioPub(self.number, self.signing.public, self.reply.public)


# --- the studio secret -------------------------------------------------------------------------------------------


def load_studio(content: Path, environ: Environ, random: Random, *, create: bool = True) -> Studio:
    """The studio of the site in `content`: found, or made if there is no `studio.pub` yet and `create` allows it.

    Raises SecretError (exit 5) when the secret is missing, is another one than `studio.pub` says, or when keys are
    there without the `studio.pub` they belong to.
    """
    pub = load_pub(content)
    given = _secret_from_environment(environ)
    if pub is not None:
        return _checked(given or _secret_from_file(secret_path(environ, pub.id)), pub, bool(given))
    orphan = next(iter(key_files(content)), None)
    if orphan is not None:
        raise SecretError(
            f"{orphan} is there, but {content / PUB} is not",
            f"restore {PUB} from git or with `sogallery secret restore`; it says which secret these keys need",
        )
    if not create:
        raise SecretError("this site has no keys yet", "run `sogallery build`: it makes them")
    return _made(content, environ, given, random)


def load_pub(content: Path) -> StudioPub | None:
    """The public keys that `studio.pub` pins, None if there is no such file; SecretError if it is damaged."""
    path = content / PUB
    if not path.is_file():
        return None
    try:
        parts = codec.parse_object(path.read_bytes())
        if parts.get("format") != FORMAT:
            raise UnsupportedError("not a studio.pub of this version")
        sign, reply = (as_object(parts.get(key)) for key in ("sign", "reply"))
        pub = StudioPub(
            as_natural(parts.get("number")), unb64(as_text(sign.get("key")), 32), unb64(as_text(reply.get("key")), 65)
        )
    except TamperedError as error:
        raise SecretError(f"{path} is damaged: {error.message}", "restore it from git or from a backup") from error
    return pub


def has_secret(content: Path, environ: Environ) -> bool:
    """Whether this machine has a studio secret for the site, or may make one; a keyless build asks this first."""
    pub = load_pub(content)
    return bool(environ.get(ENV_SECRET)) or pub is None or secret_path(environ, pub.id).is_file()


def config_folder(environ: Environ, platform: str = sys.platform) -> Path:
    """Where the user's secrets are kept, by the platform's convention; `SOGALLERY_CONFIG_DIR` overrides it."""
    if folder := environ.get(ENV_FOLDER):
        return Path(folder)
    if platform == "win32":
        return Path(environ.get("APPDATA") or Path.home() / "AppData" / "Roaming") / "sogallery"
    if platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "sogallery"
    return Path(environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "sogallery"


def secret_path(environ: Environ, studio_id: str) -> Path:
    """The file of one studio's secret: one a key id, so that a user can have several sites."""
    return config_folder(environ) / f"{studio_id}.secret"


def save_secret(studio: Studio, environ: Environ) -> Path:
    """Write the studio secret into the user's configuration (0600) and return where."""
    path = secret_path(environ, studio.pub.id)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    write_atomic(path, b64(studio.secret).encode() + b"\n", PRIVATE)
    return path


def save_pub(studio: Studio, content: Path) -> None:
    """Write `studio.pub`; SecretError if one of another studio is there."""
    there = load_pub(content)
    if there is not None and there != studio.pub:
        raise SecretError(f"{content / PUB} belongs to another studio secret", "use another site folder")
    if there is None:
        write_atomic(content / PUB, studio.pub.encode())


def _checked(secret: bytes | None, pub: StudioPub, from_environment: bool) -> Studio:
    if secret is None:
        raise SecretError(
            f"the studio secret of this site ({pub.id}) is not on this machine",
            f"restore it with `sogallery secret restore FILE`, or set {ENV_SECRET}",
        )
    studio = Studio(secret, pub.number)
    if studio.pub != pub:
        where = ENV_SECRET if from_environment else "the configuration"
        raise SecretError(
            f"the studio secret in {where} is not the one that {PUB} belongs to ({pub.id})",
            "restore the right one with `sogallery secret restore FILE`; another one would make new links",
        )
    return studio


def _made(content: Path, environ: Environ, given: bytes | None, random: Random) -> Studio:
    if given is None and environ.get("CI"):
        return Studio(random(SECRET_LENGTH), ephemeral=True, warnings=(EPHEMERAL,))
    studio = Studio(given or random(SECRET_LENGTH))
    if given is None:
        _refuse_inside(config_folder(environ), content)
        save_secret(studio, environ)  # before studio.pub, so that a crash in between leaves nothing to restore
    save_pub(studio, content)
    return studio


def _refuse_inside(folder: Path, content: Path) -> None:
    if folder.resolve().is_relative_to(content.resolve().parent):
        raise SecretError(f"{folder} is inside the site", f"keep the studio secret elsewhere: set {ENV_FOLDER}")


def _secret_from_environment(environ: Environ) -> bytes | None:
    text = environ.get(ENV_SECRET, "").strip()
    return _decode_secret(text, ENV_SECRET) if text else None


def _secret_from_file(path: Path) -> bytes | None:
    try:
        return _decode_secret(path.read_text(encoding="ascii").strip(), str(path))
    except FileNotFoundError:
        return None
    except OSError as error:
        raise FaultError(f"could not read {path}: {error.strerror}", "make it readable for you alone") from error
    except UnicodeDecodeError as error:
        raise SecretError(f"{path} is damaged", "restore it with `sogallery secret restore FILE`") from error


def _decode_secret(text: str, where: str) -> bytes:
    try:
        return bytes.fromhex(text) if re.fullmatch(r"[0-9a-fA-F]{64}", text) else unb64(text.rstrip("="), SECRET_LENGTH)
    except MalformedError as error:
        raise SecretError(f"{where} is not a studio secret", "it is 32 bytes, as base64url or hex digits") from error


# --- gallery.keys ------------------------------------------------------------------------------------------------


def gallery_folder(content: Path, gallery: Gallery) -> Path:
    """The folder of a gallery, where its `gallery.keys` is."""
    return content / "clients" / gallery.client / gallery.name


def key_files(content: Path) -> Iterator[Path]:
    """Every `gallery.keys` of the site, in order."""
    yield from sorted((content / "clients").glob(f"*/*/{KEYS}"))


def load_keys(folder: Path) -> GalleryKeyFile | None:
    """A gallery's keys, None if it has none yet; SecretError if the file is damaged."""
    path = folder / KEYS
    try:
        return keyfile.parse(path.read_bytes())
    except FileNotFoundError:
        return None
    except OSError as error:
        raise FaultError(f"could not read {path}: {error.strerror}", "make it readable for you alone") from error
    except TamperedError as error:
        raise SecretError(f"{path} is damaged: {error.message}", "restore it from a backup") from error


def save_keys(folder: Path, keys: GalleryKeyFile) -> None:
    """Write a gallery's keys (0600, flushed to disk, in one step); does nothing if they are there already."""
    path, raw = folder / KEYS, keyfile.write(keys)
    if not path.is_file() or path.read_bytes() != raw:
        write_atomic(path, raw, PRIVATE)


def drop_unfinished(content: Path) -> None:
    """Delete what a killed writer left beside a `gallery.keys`: it holds a seed. Only under the site's lock."""
    for path in (content / "clients").glob(f"*/*/.{KEYS}.*"):
        path.unlink(missing_ok=True)


def new_key_file(random: Random) -> GalleryKeyFile:
    """The keys of a gallery that has none yet."""
    return keyfile.new_key_file(random)

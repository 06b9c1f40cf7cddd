"""Reads single files of the content folder: only regular files, only inside it, only UTF-8; else a Problem."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path

from sogallery.load.tree import read_tree
from sogallery.schema.node import Node, Report, Whole

MOST_BYTES = 16 * 1024 * 1024
_FRONT = re.compile(r"---[ \t]*\r?\n(.*?)(?:^---[ \t]*(?:\r?\n|\Z))", re.DOTALL | re.MULTILINE)
_NOT_TYPED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")


def inside(root: Path, path: str | Path) -> bool:
    """Does `path` lie in `root` once every symbolic link is followed?"""
    real = os.path.realpath(path)
    top = os.path.realpath(root)
    return real == top or real.startswith(top.rstrip(os.sep) + os.sep)


def read_text(content: Path, report: Report) -> str | None:
    """The text of the file `report.path` below `content`, or None after reporting why not."""
    data = _read_bytes(content, report)
    if data is None:
        return None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        report.add(Whole(line, 1), "this is not UTF-8 text", "save the file as UTF-8 in your editor")
        return None
    if bad := _NOT_TYPED.search(text):
        report.add(
            _place(text, bad.start()), f"an invisible control character (U+{ord(bad.group()):04X})", "take it out"
        )
        return None
    return text


def _place(text: str, index: int) -> Whole:
    before = text[:index]
    return Whole(before.count("\n") + 1, index - (before.rfind("\n") + 1) + 1)


def _read_bytes(content: Path, report: Report) -> bytes | None:
    path = content / report.path
    try:
        if not inside(content, path):
            report.add(Whole(), "this is a link to somewhere outside the content folder", "put the file itself here")
            return None
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            report.add(Whole(), "this is not a file", "put a text file here")
            return None
        if status.st_size > MOST_BYTES:
            report.add(
                Whole(), f"the file has {status.st_size} bytes, more than {MOST_BYTES}", "is this the right file?"
            )
            return None
        return path.read_bytes()
    except FileNotFoundError:
        report.add(Whole(), "this file is missing", "add it; `sogallery new` makes an example")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        report.add(Whole(), f"this file cannot be read: {reason}", "look at its permissions and its disk")
    return None


def read_yaml(content: Path, report: Report) -> Node | None:
    """The YAML file `report.path` below `content` as a tree, or None after reporting why not."""
    text = read_text(content, report)
    return None if text is None else read_tree(text, report)


def read_page(content: Path, report: Report) -> tuple[Node | None, str]:
    """The front matter and the body of the Markdown file `report.path`; None for front matter that was reported."""
    text = read_text(content, report)
    if text is None:
        return None, ""
    front = _FRONT.match(text)
    if front is None:
        hint = "begin the file with a line ---, then lines like `title: About`, then another line ---"
        report.add(Whole(1, 1), "the front matter is missing", hint)
        return None, text
    return read_tree(front.group(1), report, first_line=2), text[front.end() :]

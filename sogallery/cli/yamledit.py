"""Adds a grant to a gallery.yaml as a person would: one line, every comment and blank where it was.

The text is changed at places that the YAML parser names; what comes out is for the caller to load and compare, so
a form that this does not foresee ends in an error and not in a damaged file.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

import yaml

from sogallery.errors import UsageError

DEFAULT = "client: {}"


def grant_line(name: str, asked: Mapping[str, object]) -> str:
    """`name: {...}` with the fields that were asked for, as one line of YAML."""
    parts = ", ".join(f"{key}: {_written(value)}" for key, value in asked.items() if value)
    return f"{name}: {{{parts}}}"


def _written(value: object) -> str:
    """Lists are quoted as JSON, which is YAML; single words and days need no quotes."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list) else str(value)


def add_grant(text: str, line: str) -> str:
    """`text` with `line` as one more entry of `access`; without `access` the default grant is written down first.

    Raises UsageError for a file in a form that has to be edited by hand.
    """
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    if not isinstance(root, yaml.MappingNode) or root.flow_style:
        raise _by_hand(line)
    newline = "\r\n" if "\r\n" in text else "\n"
    access = next((pair for pair in root.value if pair[0].value == "access"), None)
    if access is None:
        indent = " " * root.start_mark.column
        block = [f"{indent}access:", f"{indent}  {DEFAULT}", f"{indent}  {line}"]
        return _insert(text, _last_line(root), block, newline)
    value = access[1]
    if not isinstance(value, yaml.MappingNode):
        raise _by_hand(line)
    if not value.flow_style:
        return _insert(text, _last_line(value), [" " * value.start_mark.column + line], newline)
    return _into_flow(text, value.end_mark.index - 1, line)


def _into_flow(text: str, brace: int, line: str) -> str:
    before = text[:brace].rstrip()
    comma = "" if before.endswith(("{", ",")) else ", "
    return text[: len(before)] + (comma or " " * before.endswith(",")) + line + text[brace:]


def _last_line(node: yaml.Node) -> int:
    """The number of the last line that a node's own text is on."""
    while isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        node = last[1] if isinstance(node, yaml.MappingNode) else last
    block = isinstance(node, yaml.ScalarNode) and node.style in ("|", ">")
    return int(node.end_mark.line) - (1 if block else 0)


def _insert(text: str, after: int, lines: list[str], newline: str) -> str:
    there = text.splitlines(keepends=True)
    if there and not there[after].endswith(("\n", "\r")):
        there[after] += newline
    there[after + 1 : after + 1] = [line + newline for line in lines]
    return "".join(there)


def _by_hand(line: str) -> UsageError:
    return UsageError("this gallery.yaml is in a form that only you can edit", f"add to its `access:` by hand: {line}")

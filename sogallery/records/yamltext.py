"""Change one line of a YAML file that people edit, too: every comment and blank stays where it was. Pure.

What comes out is parsed again and compared with what was meant, so that a form that this does not foresee ends in an
error and never in a damaged record.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date

import yaml

from sogallery.errors import UsageError

Plain = str | int | bool | date | list[str] | Mapping[str, object]


def flow(value: object) -> str:
    """A value on one line of YAML: `{name: Ada, on: 2026-06-13}`, `[ada, lin]`."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_key(str(key))}: {flow(each)}" for key, each in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(flow(each) for each in value) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    return _word(value) if isinstance(value, str) else str(value)


def set_key(text: str, key: str, value: object) -> str:
    """`text` with `key: value` at the top level, in place of what it says of `key` now."""
    root = _mapping(text)
    changed = _replaced(text, root, key, f"{_key(key)}: {flow(value)}", 0)
    return _checked(changed, {**_plain(text), key: _plain_of(value)})


def set_entry(text: str, block: str, key: str, value: object) -> str:
    """`text` with `key: value` in the block of keys `block`, in place of what it says of `key` now."""
    meant = _plain(text)
    entries = meant.get(block) or {}
    if not isinstance(entries, dict):
        raise _by_hand()
    line = f"{_key(key)}: {flow(value)}"
    root = _mapping(text)
    node = next((value for name, value in root.value if name.value == block), None) if root else None
    if isinstance(node, yaml.MappingNode) and not node.flow_style:
        changed = _replaced(text, node, key, line, node.start_mark.column)
    elif entries:
        raise _by_hand()
    else:
        changed = _replaced(text, root, block, f"{block}:\n  {line}", 0)
    return _checked(changed, {**meant, block: {**entries, key: _plain_of(value)}})


def _replaced(text: str, node: yaml.MappingNode | None, key: str, line: str, indent: int) -> str:
    """`text` with `line` where `key` stands in `node`, or behind the last pair."""
    lines = text.splitlines()
    if node is not None and node.flow_style:
        raise _by_hand()
    pairs = node.value if node is not None else []
    found = next((pair for pair in pairs if pair[0].value == key), None)
    if found is not None:
        first, after = found[0].start_mark.line, _last_line(found[1]) + 1
    else:
        first = after = _last_line(pairs[-1][1]) + 1 if pairs else len(lines)
    lines[first:after] = [" " * indent + part for part in line.split("\n")]
    return "\n".join(lines) + "\n"


def _last_line(node: yaml.Node) -> int:
    """The number of the last line that a node's own text is on."""
    while isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        node = last[1] if isinstance(node, yaml.MappingNode) else last
    block = isinstance(node, yaml.ScalarNode) and node.style in ("|", ">")
    return int(node.end_mark.line) - (1 if block else 0)


def _mapping(text: str) -> yaml.MappingNode | None:
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    if root is None:
        return None
    if not isinstance(root, yaml.MappingNode):
        raise _by_hand()
    return root


def _plain(text: str) -> dict[str, object]:
    """What a file says, every scalar as it is typed."""
    value = yaml.load(text, Loader=yaml.BaseLoader) or {}  # noqa: S506 - BaseLoader makes texts and nothing else
    if not isinstance(value, dict):
        raise _by_hand()
    return value


def _plain_of(value: object) -> object:
    return yaml.load(flow(value), Loader=yaml.BaseLoader)  # noqa: S506 - as above


def _checked(text: str, meant: Mapping[str, object]) -> str:
    if _plain(text) != meant:
        raise _by_hand()
    return text


def _by_hand() -> UsageError:
    return UsageError("this file is written in a form that only you can edit", "put each key on a line of its own")


def _word(text: str) -> str:
    """A text as YAML, in quotes where it would be read as something else."""
    plain = text.replace("-", "").replace("/", "").replace(".", "").replace("_", "").replace(" ", "")
    simple = plain.isascii() and plain.isalnum() and not text.startswith(("-", " ")) and not text.endswith(" ")
    if simple and (_is_day(text) or yaml.safe_load(text) == text):
        return text
    return json.dumps(text, ensure_ascii=False)


def _key(text: str) -> str:
    """A key; words like `on` are keys of the records and never anything else there."""
    return text if re.fullmatch(r"[a-z_0-9]*[a-z][a-z_0-9]*", text) else _word(text)


def _is_day(text: str) -> bool:
    try:
        return str(date.fromisoformat(text)) == text
    except ValueError:
        return False

"""YAML text to a tree with places, made from the parser's events, so that nothing is constructed, tagged or repeated.

Anchors and aliases (with which ten lines can ask for gigabytes), tags and further documents are Problems.
"""

from __future__ import annotations

from typing import Any

import yaml

from sogallery.schema.node import Invalid, Items, Node, Pairs, Report, Text, Whole, described
from sogallery.schema.text import printable, shortened

DEEPEST = 16
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_HINTS = (
    ("mapping values are not allowed", 'put a text that holds a colon and a space into "quotes"'),
    ("cannot start any token", 'put the text into "quotes", and indent with spaces, not tabs'),
    (
        "did not find expected key",
        "lines that belong together begin in the same column; look at this one and the one above",
    ),
    (
        "could not find expected ':'",
        "every line of a block is `key: value`; is the colon missing, or a space behind it?",
    ),
    ("unexpected end of stream", "a quote or a bracket is opened and never closed"),
    ("block sequence entries are not allowed", "a list begins on its own line: `key:`, then `- item` below it"),
    ("escape", "in \"double quotes\" a backslash begins an escape; use 'single quotes'"),
)


class _Events:
    """The parser's events, one at a time, with the Report they concern."""

    def __init__(self, text: str, report: Report, first_line: int) -> None:
        self.report = report
        self.first_line = first_line
        self._events = yaml.parse(text, Loader=_LOADER)

    def next(self) -> Any:  # noqa: ANN401 - PyYAML's events have no common type
        return next(self._events)

    def place(self, mark: Any) -> Whole:  # noqa: ANN401 - marks differ between PyYAML's two parsers
        return Whole(mark.line + self.first_line, mark.column + 1)


def read_tree(text: str, report: Report, first_line: int = 1) -> Node | None:
    """The content of one YAML document whose first line is line `first_line` of its file; None if it was reported."""
    events = _Events(text, report, first_line)
    try:
        return _document(events)
    except yaml.MarkedYAMLError as error:
        _report_syntax(error, text, events)
    except (yaml.YAMLError, ValueError, OverflowError) as error:  # PyYAML's own parser trips over some escapes
        report.add(
            Whole(),
            f"this is not YAML: {shortened(str(error))}",
            "compare it with an example in the manual",
        )
    except Invalid:
        pass
    return None


def _document(events: _Events) -> Node:
    event = events.next()
    while not isinstance(event, yaml.DocumentStartEvent):
        if isinstance(event, yaml.StreamEndEvent):
            return Text("", line=events.first_line, col=1)
        event = events.next()
    node = _node(events.next(), events, 0)
    events.next()
    after = events.next()
    if isinstance(after, yaml.DocumentStartEvent):
        place = events.place(after.start_mark)
        raise events.report.refuse(place, "a second document begins here", "take out the line with ---")
    return node


def _node(event: Any, events: _Events, depth: int) -> Node:  # noqa: ANN401
    place = events.place(event.start_mark)
    _refuse_tricks(event, place, depth, events.report)
    if isinstance(event, yaml.ScalarEvent):
        return Text(event.value, event.style not in (None, ""), place.line, place.col)
    if isinstance(event, yaml.SequenceStartEvent):
        return Items(_items(events, depth), place.line, place.col)
    return Pairs(_pairs(events, depth), place.line, place.col)


def _refuse_tricks(event: Any, place: Whole, depth: int, report: Report) -> None:  # noqa: ANN401
    if isinstance(event, yaml.AliasEvent) or event.anchor:
        raise report.refuse(
            place,
            "anchors and aliases (& and *) are not read",
            'write the text out, in "quotes" if it begins with & or *',
        )
    if event.tag and event.tag != "!":
        raise report.refuse(place, "tags (!) are not read", 'take the tag out, or put the text into "quotes"')
    if depth > DEEPEST:
        raise report.refuse(place, "this is nested too deeply", "no file of a site needs that; is a bracket left open?")


def _items(events: _Events, depth: int) -> tuple[Node, ...]:
    items: list[Node] = []
    while not isinstance(event := events.next(), yaml.SequenceEndEvent):
        items.append(_node(event, events, depth + 1))
    return tuple(items)


def _pairs(events: _Events, depth: int) -> tuple[tuple[Text, Node], ...]:
    pairs: dict[str, tuple[Text, Node]] = {}
    while not isinstance(event := events.next(), yaml.MappingEndEvent):
        key = _node(event, events, depth + 1)
        value = _node(events.next(), events, depth + 1)
        if not isinstance(key, Text):
            events.report.add(key, f"a key has to be a text, but is {described(key)}", "write it like: key: value")
        elif key.text in pairs:
            line = pairs[key.text][0].line
            events.report.add(
                key, f"the key {described(key)} is there twice", f"the other one is in line {line}; keep one"
            )
        else:
            pairs[key.text] = (key, value)
    return tuple(pairs.values())


def _report_syntax(error: yaml.MarkedYAMLError, text: str, events: _Events) -> None:
    mark = error.problem_mark or error.context_mark
    place = events.place(mark) if mark else Whole()
    problem = printable(error.problem or "it cannot be read")
    lines = text.splitlines()
    index = place.line - events.first_line
    near = [line for line in lines[max(index - 1, 0) : index + 1] if "\t" in line[: len(line) - len(line.lstrip())]]
    if near:
        events.report.add(place, "a line is indented with a tab", "use spaces; a tab has no fixed width")
        return
    hint = next(
        (hint for sign, hint in _HINTS if sign in f"{problem} {error.context}"),
        "look at quotes, brackets and indentation here",
    )
    events.report.add(place, f"this is not YAML: {problem}", hint)

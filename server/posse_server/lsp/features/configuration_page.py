"""The configuration in effect for a file as a page in Markdown."""

from __future__ import annotations

from collections.abc import Iterator

from posse_server.project.explain import Explanation
from posse_server.protocol.markup import escaped, with_code


def page_of(explanation: Explanation) -> str:
    """Returns the page: the state of the file, a table of all keys, and the rules that are off."""
    return "".join(f"{line}\n" for line in _lines(explanation))


def _lines(explanation: Explanation) -> Iterator[str]:
    title, *head = explanation.head
    yield f"# {escaped(title)}\n"
    yield from (f"- {_cell(line)}" for line in head)
    yield "\n## Options\n\n| Option | Value | From |\n|---|---|---|"
    for key, value, origin in explanation.rows:
        yield f"| {escaped(key)} | {escaped(value)} | {_cell(origin)} |"
    yield f"\n## Checks\n\n{explanation.rules_on} are on, {len(explanation.rules_off)} are off.\n"
    if explanation.rules_off:
        yield "| Off | Name | Why |\n|---|---|---|"
    for rule, why in explanation.rules_off:
        yield f"| {rule.id} | {escaped(rule.name)} | {_cell(why)} |"


def _cell(text: str) -> str:
    """Returns a text with code in it for a cell of a table, where a bar in code also ends the cell."""
    return escaped(text) if "|" in text else with_code(text)

"""Translates Semgrep's rules to declared checks. Rules that checks cannot express are rejected by name."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import yaml

from posse_checks.config.check_file import read_check_file
from posse_checks.config.problem import LineIndex, Problem
from posse_checks.config.suggestions import clipped
from posse_checks.config.yaml_source import parse_yaml

FIRST_NUMBER = 901
MAXIMUM_RULES = 500
"""Limit for the rules that are read."""
_IGNORED = {"id", "languages", "message", "metadata", "min-version", "max-version", "severity", "fix", "fix-regex"}
_SEVERITIES = {"ERROR": "high", "WARNING": "medium", "INFO": "low", "CRITICAL": "high", "HIGH": "high"}
_SEVERITIES |= {"MEDIUM": "medium", "LOW": "low"}
_METAVARIABLE = re.compile(r"\$([A-Z_][A-Z_0-9]*)")
_PREFIX = "metavariable_of_a_rule_"
"""Stands for the `$` of a metavariable while Python parses a pattern."""


class Imported(NamedTuple):
    """The outcome of an import: a file of checks, empty if there are none, and a line for each rejected rule."""

    text: str
    refused: tuple[str, ...]


class _RefusedError(Exception):
    """Something that checks cannot say; the message names it."""


def imported(source: str) -> Imported:
    """Returns the rules in a file of Semgrep's as a file of declared checks."""
    parsed = parse_yaml(source, LineIndex(source))
    if isinstance(parsed, Problem):
        return Imported("", (f"line {parsed.line + 1}: {parsed.message}",))
    rules = parsed.content.get("rules") if isinstance(parsed.content, dict) else None
    if not isinstance(rules, list):
        return Imported("", ("not a file of Semgrep's rules: it has no list `rules`",))
    checks: list[dict[str, Any]] = []
    refused: list[str] = []
    for rule in rules[:MAXIMUM_RULES]:
        name = clipped(str(rule.get("id", "without an ID"))) if isinstance(rule, dict) else "not a mapping"
        try:
            check = _check(rule, len(checks) + FIRST_NUMBER)
            text = _written([check])
            if problems := read_check_file(text).problems:
                raise _RefusedError(problems[0].message)
        except _RefusedError as error:
            refused.append(f"{name}: {error}")
            continue
        except RecursionError:
            refused.append(f"{name}: nested too deeply")
            continue
        checks.append(check)
        refused += [f"{name}: `{key}` is left out" for key in ("fix", "fix-regex") if key in rule]
    if len(rules) > MAXIMUM_RULES:
        refused.append(f"only the first {MAXIMUM_RULES} rules were read")
    return Imported(_written(checks) if checks else "", tuple(refused))


def _written(checks: list[dict[str, Any]]) -> str:
    return yaml.safe_dump(checks, sort_keys=False, allow_unicode=True, width=110)


def _check(rule: Any, number: int) -> dict[str, Any]:
    """Returns the check that means the same as a rule. Raises _RefusedError."""
    if not isinstance(rule, dict):
        raise _RefusedError("a rule must be a mapping")
    languages = rule.get("languages") or []
    if not isinstance(languages, list) or not {"python", "py", "python3"} & {str(one) for one in languages}:
        raise _RefusedError("`languages` does not contain python")
    if rule.get("mode", "search") != "search":
        raise _RefusedError(f"`mode: {clipped(str(rule['mode']))}` is not supported; see `source` and `sink`")
    formula = {key: value for key, value in rule.items() if key not in _IGNORED and key != "mode"}
    translation = _Translation({})
    pattern = translation.formula(formula)
    given = rule.get("metadata")
    metadata: Mapping[str, Any] = given if isinstance(given, dict) else {}
    check = {
        "id": f"X{number}",
        "name": _name(str(rule.get("id", ""))),
        **pattern,
        "message": translation.message(str(rule.get("message") or rule.get("id", ""))),
        "severity": _SEVERITIES.get(str(rule.get("severity")), "medium"),
    }
    if str(metadata.get("confidence", "")).lower() in ("low", "medium", "high"):
        check["confidence"] = str(metadata["confidence"]).lower()
    if cwe := re.search(r"CWE-(\d{1,4})\b", str(metadata.get("cwe", ""))[:1000]):
        check["cwe"] = int(cwe[1])
    return check


def _name(id: str) -> str:
    """Returns a name for a check by the ID of a rule."""
    name = re.sub(r"[^a-z0-9_]+", "_", id.lower()[:79]).strip("_")
    return name if name[:1].isalpha() else f"rule_{name}"


@dataclass(frozen=True, slots=True)
class _Translation:
    """Translates the patterns of one rule, and records the meaning of each metavariable."""

    fields: dict[str, str]
    """The field of a message that shows a metavariable."""

    def formula(self, formula: Mapping[str, Any]) -> dict[str, Any]:
        """Returns the pattern for a mapping with exactly one of Semgrep's keys for patterns."""
        if len(formula) != 1:
            named = ", ".join(f"`{clipped(str(key))}`" for key in formula)
            raise _RefusedError(f"{named} together are not supported" if formula else "it has no pattern")
        ((key, value),) = formula.items()
        match key:
            case "pattern":
                return self._call(str(value), {})
            case "pattern-either" if isinstance(value, list):
                return {"any": [self.formula(one if isinstance(one, dict) else {}) for one in value]}
            case "patterns" if isinstance(value, list):
                return self._all([one if isinstance(one, dict) else {} for one in value])
        raise _RefusedError(f"`{clipped(str(key))}` is not supported")

    def _all(self, parts: list[dict[str, Any]]) -> dict[str, Any]:
        """Returns the pattern for patterns that must all fit, with the conditions on their metavariables."""
        regexes: dict[str, str] = {}
        for part in parts:
            if "metavariable-regex" in part:
                condition = part["metavariable-regex"]
                if not isinstance(condition, dict) or set(condition) - {"metavariable", "regex"}:
                    raise _RefusedError("this form of `metavariable-regex` is not supported")
                regexes[str(condition.get("metavariable"))] = str(condition.get("regex"))
        used: set[str] = set()
        found = [self._part(part, regexes, used) for part in parts if "metavariable-regex" not in part]
        if unused := regexes.keys() - used:
            raise _RefusedError(f"`metavariable-regex` on {unused.pop()}, which is not a string literal of a call")
        return found[0] if len(found) == 1 else {"all": found}

    def _part(self, part: dict[str, Any], regexes: Mapping[str, str], used: set[str]) -> dict[str, Any]:
        if set(part) == {"pattern"}:
            return self._call(str(part["pattern"]), regexes, used)
        if set(part) == {"pattern-not"}:
            return {"not": self._call(str(part["pattern-not"]), {})}
        if set(part) == {"pattern-either"} and isinstance(part["pattern-either"], list):
            return {"any": [self._part(one, regexes, used) for one in part["pattern-either"] if isinstance(one, dict)]}
        return self.formula(part)

    def _call(self, text: str, regexes: Mapping[str, str], used: set[str] | None = None) -> dict[str, Any]:
        """Returns the pattern for a call, or for an import."""
        try:
            (statement,) = ast.parse(_in_python(text)).body
        except (SyntaxError, ValueError, MemoryError):
            raise _RefusedError(f"`{clipped(' '.join(text.split()))}` is not a call or an import") from None
        match statement:
            case ast.Import(names=[ast.alias(name=name)]):
                return {"import": name}
            case ast.ImportFrom(module=str(module), level=0, names=[ast.alias(name=name)]):
                return {"import": module if name.startswith(("*", _PREFIX)) else f"{module}.{name}"}
            case ast.Expr(value=ast.Call() as call):
                return dict(self._parts_of(call, regexes, used if used is not None else set()))
        raise _RefusedError(f"`{clipped(' '.join(text.split()))}` is not a call or an import")

    def _parts_of(self, call: ast.Call, regexes: Mapping[str, str], used: set[str]) -> Iterator[tuple[str, Any]]:
        """Yields the keys of a pattern for a call."""
        yield "call", _function(call.func)
        positions: dict[int, Any] = {}
        keywords: dict[str, Any] = {}
        is_open = False
        for argument in call.args:
            if _is_ellipsis(argument):
                is_open = True
            elif is_open:
                raise _RefusedError("an argument after `...` has no known position")
            else:
                positions[len(positions)] = self._value(argument, f"position.{len(positions)}", regexes, used)
        for keyword in call.keywords:
            if keyword.arg is None:
                raise _RefusedError("`**` in a call is not supported")
            keywords[keyword.arg] = self._value(keyword.value, f"keyword.{keyword.arg}", regexes, used)
        if not is_open:
            raise _RefusedError("a call without `...` means no other arguments, which checks cannot say")
        if positions:
            yield "position", {number: value for number, value in positions.items() if value is not _ANY} or [0]
        if keywords:
            if any(value is _ANY for value in keywords.values()) and len(keywords) > 1:
                raise _RefusedError("a metavariable beside other keywords is not supported")
            is_any = any(value is _ANY for value in keywords.values())
            yield "keyword", list(keywords) if is_any else keywords

    def _value(self, node: ast.expr, field: str, regexes: Mapping[str, str], used: set[str]) -> Any:
        """Returns what an argument may be."""
        match node:
            case ast.Constant(value=str(value)) if value == "...":
                return {"matches": ""}
            case ast.Constant(value=str(value)) if value.startswith(_PREFIX):
                name = f"${value.removeprefix(_PREFIX)}"
                self.fields[name] = field
                used.add(name)
                return {"matches": f"^({regexes[name]})" if name in regexes else ""}
            case ast.Constant(value=str() | int() | float() | None):
                return node.value
            case ast.Name(id=id) if id.startswith(_PREFIX):
                self.fields[f"${id.removeprefix(_PREFIX)}"] = field
                return _ANY
            case ast.Name() | ast.Attribute():
                return {"name": _function(node)}
        raise _RefusedError(f"`{clipped(ast.unparse(node))}` as an argument is not supported")

    def message(self, text: str) -> str:
        """Returns a message with fields in place of the metavariables that are known."""
        plain = text[:900].replace("{", "{{").replace("}", "}}")
        return _METAVARIABLE.sub(lambda found: self._field(found[0]), plain)

    def _field(self, metavariable: str) -> str:
        return f"{{{self.fields[metavariable]}}}" if metavariable in self.fields else metavariable


def _in_python(text: str) -> str:
    """Returns a pattern as Python can parse it: without `$`, and without `...` after keywords, but before them."""
    written = _METAVARIABLE.sub(rf"{_PREFIX}\1", text.strip()[:2000])
    closed = re.sub(r",\s*\.\.\.\s*\)$", ")", written)
    opened = re.sub(r"([(,]\s*)(\w+\s*=[^=])", r"\1..., \2", closed, count=1)
    return opened if closed not in (written, opened) else written


_ANY = object()
"""Stands for an argument with any value."""


def _is_ellipsis(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is ...


def _function(node: ast.expr) -> str:
    """Returns the name of a called function; a metavariable at its beginning matches anything."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name) or any(part.startswith(_PREFIX) for part in parts):
        raise _RefusedError("a function that is not a dotted name is not supported")
    if node.id.startswith(_PREFIX):
        if len(parts) != 1:
            raise _RefusedError("a metavariable as the function, or before two names, is not supported")
        return f"*.{parts[0]}"
    return ".".join([node.id, *reversed(parts)])

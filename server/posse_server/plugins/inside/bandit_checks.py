"""Runs the plug-ins of the installed Bandit, through Bandit itself, on whole files and on single statements.

Bandit's own checks do not run: Posse has them. Comments are not looked at either: Posse applies them.
"""

from __future__ import annotations

import ast
import functools
import importlib.metadata
import io
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

GROUPS = ("bandit.plugins", "bandit.blacklists")
MOST_SETS = 20
"""Limit for the selections of plug-ins that are kept."""
MOST_FAILURES = 20
"""Limit for the failures that an answer lists."""

Write = Callable[[Mapping[str, Any]], None]


class BanditChecks:
    """The loaded plug-ins."""

    def __init__(self, without: frozenset[str], write: Write) -> None:
        self._problems: list[dict[str, str]] = []
        self._without = without
        self._write = write
        self._guard_loading()
        self._load()
        self._sets: dict[str, Any] = {}
        self._failures: dict[str, dict[str, Any]] = {}
        self._only: frozenset[str] | None = None

    def _guard_loading(self) -> None:
        """Turn any failure to load a plug-in into a problem, and name the plug-in first, in case the process ends."""
        load = importlib.metadata.EntryPoint.load

        @functools.wraps(load)
        def guarded(entry: importlib.metadata.EntryPoint) -> Any:
            if entry.group not in GROUPS or _is_own(entry.value):
                return load(entry)
            if entry.name in self._without:
                raise ImportError(f"{entry.name} is left out")
            self._write({"kind": "loading", "name": entry.name})
            try:
                return load(entry)
            except BaseException as error:
                self._problem(entry.name, f"cannot be loaded: {described(error)}")
                raise ImportError(str(error)) from None

        importlib.metadata.EntryPoint.load = guarded  # type: ignore[assignment,method-assign]

    def _problem(self, name: str, why: str) -> None:
        """Record that something is wrong with a plug-in."""
        self._problems.append({"name": name, "why": why})

    def _load(self) -> None:
        """Load Bandit with all plug-ins."""
        import bandit
        from bandit.core import extension_loader

        self._version = str(getattr(bandit, "__version__", "unknown"))
        self._manager = extension_loader.MANAGER
        self._plugins = [plugin for plugin in self._manager.plugins if not _is_own(plugin.plugin.__module__)]
        self._blocked: dict[str, Any] = {}
        for item in self._manager.blacklists_mgr:
            if not _is_own(item.plugin.__module__):
                for entries in item.plugin().values():
                    self._blocked.update({str(entry["id"]): entry for entry in entries})
        self._note_shared_ids()

    def _note_shared_ids(self) -> None:
        """Record the plug-ins whose ID another check has, too."""
        names: dict[str, list[str]] = {}
        for plugin in self._manager.plugins:
            names.setdefault(str(plugin.plugin._test_id), []).append(plugin.name)
        for entries in self._manager.blacklist.values():
            for entry in entries:
                names.setdefault(str(entry["id"]), []).append(str(entry["name"]))
        for plugin in self._plugins:
            id = str(plugin.plugin._test_id)
            others = [name for name in dict.fromkeys(names[id]) if name != plugin.name]
            if others:
                self._problem(
                    plugin.name, f"shares its ID {id} with {', '.join(others)}: comments cannot tell them apart"
                )

    def described(self) -> dict[str, Any]:
        """Returns the loaded checks, and their failures."""
        checks = [
            {
                "id": str(plugin.plugin._test_id),
                "name": plugin.name,
                "function": plugin.plugin.__name__,
                "doc": (plugin.plugin.__doc__ or sys.modules[plugin.plugin.__module__].__doc__ or "")[:20_000],
                "section": str(getattr(plugin.plugin, "_takes_config", "")),
                "whole": "File" in plugin.plugin._checks,
            }
            for plugin in self._plugins
            if hasattr(plugin.plugin, "_checks")
        ]
        checks += [
            {"id": id, "name": str(entry["name"]), "function": "blacklist", "doc": "", "section": "", "whole": False}
            for id, entry in self._blocked.items()
        ]
        problems = list(self._problems)
        return {"bandit": self._version, "checks": checks, "problems": problems}

    def answer(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Check a whole text, or statements of it. `only` names the plug-ins to run; by default all that are selected.

        Returns the findings of each part; None for a part that does not parse.
        """
        self._failures = {}
        self._only = None if request.get("only") is None else frozenset(request["only"])
        checks = self._selected(request["include"], request["exclude"], request["options"])
        return {
            "findings": [self._check(request["name"], part, request["names"], checks) for part in request["parts"]],
            "failures": list(self._failures.values())[:MOST_FAILURES],
        }

    def _selected(self, include: Sequence[str], exclude: Sequence[str], options: Mapping[str, Any]) -> Any:
        """Returns Bandit's set of the plug-ins that run under a selection of IDs, with their options."""
        key = json.dumps([include, exclude, options], sort_keys=True)
        if key not in self._sets:
            from bandit.core import config, test_set

            if len(self._sets) >= MOST_SETS:
                self._sets.clear()
            configuration = config.BanditConfig()
            configuration.config.update(options)
            chosen = test_set.BanditTestSet(configuration, {"include": include, "exclude": exclude})
            chosen.tests = {
                kind: [guarded for check in checks if (guarded := self._guarded(check)) is not None]
                for kind, checks in chosen.tests.items()
            }
            self._sets[key] = chosen
        return self._sets[key]

    def _guarded(self, check: Any) -> Any:
        """Returns a plug-in as a check that never raises an exception; None if it is one of Bandit's."""
        is_blocklist = check.__name__ == "blacklist" and _is_own(check.__module__)
        if _is_own(check.__module__) and not (check.__module__.startswith("bandit.core") and self._blocked):
            return None
        names = [plugin.name for plugin in self._plugins if plugin.plugin is check] or [check.__name__]

        @functools.wraps(check)
        def run(context: Any, *config: Any) -> Any:
            if self._only is not None and self._only.isdisjoint(names):
                return None
            try:
                issue = check(context, *config)
                if issue is None or (is_blocklist and issue.test_id not in self._blocked):
                    return None
                _require_levels(issue)
                issue.posse_names_its_line = issue.lineno is not None
                issue.posse_span = _span(context._context.get("node"))
                return issue
            except BaseException as error:
                line = context._context.get("lineno")
                known = self._failures.setdefault(names[0], {"name": names[0], "count": 0})
                known.setdefault("why", f"{described(error)} (line {line})")
                known["count"] += 1
                return None

        return run

    def _check(
        self, name: str, part: Mapping[str, Any], names: Sequence[Mapping[str, Any]], checks: Any
    ) -> list[dict[str, Any]] | None:
        """Check one part: a whole text, or a statement with the imports before it."""
        from bandit.core import meta_ast, metrics, node_visitor

        text = part["bytes"].encode("latin-1") if "bytes" in part else part["text"]
        data = text if isinstance(text, bytes) else text.encode(errors="surrogatepass")
        count = metrics.Metrics()
        count.begin(name)
        visitor = node_visitor.BanditNodeVisitor(
            name, io.BytesIO(data), meta_ast.BanditMetaAst(), checks, False, {}, count
        )
        number = part.get("names")
        try:
            if number is not None:
                visitor.imports = set(names[number]["modules"])
                visitor.import_aliases = dict(names[number]["aliases"])
                visitor.generic_visit(ast.parse(text))
            else:
                visitor.process(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None
        return [item for issue in visitor.tester.results if (item := self._plain(issue)) is not None]

    def _plain(self, issue: Any) -> dict[str, Any] | None:
        """Returns an issue as JSON; None, and a failure, if it has values that Bandit's reports could not have."""
        try:
            lines = [int(line) for line in issue.linerange]
            return {
                "id": str(issue.test_id),
                "name": str(issue.test),
                "text": str(issue.text),
                "severity": str(issue.severity),
                "confidence": str(issue.confidence),
                "cwe": int(issue.cwe.id),
                "line": int(issue.lineno),
                "column": int(issue.col_offset),
                "end_column": int(issue.end_col_offset or 0),
                "lines": [min(lines), max(lines)],
                "names_its_line": issue.posse_names_its_line,
                "span": issue.posse_span,
            }
        except (AttributeError, TypeError, ValueError) as error:
            self._failures.setdefault(str(issue.test), {"name": str(issue.test), "why": described(error), "count": 1})
            return None


def _require_levels(issue: Any) -> None:
    """Raises ValueError for a severity or a confidence that Bandit does not have, with which its reports would fail."""
    from bandit.core import constants

    for level in (issue.severity, issue.confidence):
        if level not in constants.RANKING:
            raise ValueError(f"there is no severity or confidence {level!r}")


def _span(node: Any) -> Sequence[int] | None:
    """Returns the range of a node; of one with a block, only where it begins; None if it has none."""
    if not hasattr(node, "end_lineno"):
        return None
    if getattr(node, "body", None) and isinstance(node.body, list):
        return [node.lineno, node.col_offset]
    return [node.lineno, node.col_offset, node.end_lineno, node.end_col_offset]


def _is_own(module: str) -> bool:
    """Whether a module, or the target of an entry point, is Bandit's own."""
    return module.startswith(("bandit.plugins.", "bandit.blacklists.", "bandit.core.", "bandit.formatters."))


def described(error: BaseException) -> str:
    """Returns what an exception says, in one short line."""
    text = " ".join(str(error).split())[:200]
    return f"{type(error).__name__}: {text}" if text else type(error).__name__

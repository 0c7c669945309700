"""The other modules of a workspace: which file an import means, and what its names stand for.

Modules are read and parsed, never imported. What the statements of a module bind depends on its text alone: what it
imports itself is looked up when a name is used. So the order of files does not matter, nor do circles of imports. Names
that the standard library, the catalogue or more than one file may mean are not followed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from itertools import chain

from posse_checks.flow.bringing import is_bringing
from posse_checks.flow.catalogue.table import Catalogue
from posse_checks.flow.code import OtherModule, Others
from posse_checks.flow.execute import Execution
from posse_checks.flow.harm import is_harming
from posse_checks.flow.imports import Files, Text, normal
from posse_checks.flow.lower import lower
from posse_checks.flow.module_run import ModuleRun
from posse_checks.flow.scanning import facts_of, packages_of
from posse_checks.flow.values import ANYTHING, NOTHING, Value
from posse_checks.python.syntax import Broken, parse

MOST_FILES = 40
"""Number of files that one file may know, and of imports from file to file."""
DEEPEST = 4
LARGEST_BYTES = 500_000
"""Size of a module beyond which it is not followed."""
MOST_KEPT = 2_000
"""Number of modules that are kept."""
_STATEMENT_BUDGET = 20_000


class Workspace:
    """Files that may import each other, each parsed when it is needed first."""

    def __init__(self, files: Iterable[str], read: Callable[[str], bytes], catalogue: Catalogue) -> None:
        self.files = Files(files)
        self._read = read
        self._catalogue = catalogue
        self._texts: dict[str, Text | None] = {}
        self._modules: dict[str, OtherModule | None] = {}

    def __contains__(self, file: str) -> bool:
        return file in self.files.paths

    def around(self, file: str, data: bytes) -> Around:
        """What a file with this content may know of the others."""
        return Around(self, normal(file), data)

    def text(self, file: str) -> Text | None:
        """The text of a file; None if it cannot be read or is too large."""
        if file not in self._texts:
            if len(self._texts) >= MOST_KEPT:
                self._texts.clear()
            try:
                data = self._read(self.files.paths[file])
            except (OSError, ValueError):
                data = None
            self._texts[file] = None if data is None or len(data) > LARGEST_BYTES else Text(data)
        return self._texts[file]

    def is_modeled(self, name: str) -> bool:
        """Whether the catalogue says what a qualified name is, which counts more than its text."""
        catalogue = self._catalogue
        return any(name in rows for rows in (catalogue.sources, catalogue.sinks, catalogue.sanitizers))

    def module(self, file: str) -> OtherModule | None:
        """What the statements of a module bind; None if that is not known."""
        if file not in self._modules:
            if len(self._modules) >= MOST_KEPT:
                self._modules.clear()
            text = self.text(file)
            self._modules[file] = None if text is None else self._run(self.files.paths[file], text.data)
        return self._modules[file]

    def _run(self, file: str, data: bytes) -> OtherModule | None:
        statements = parse(data)
        if isinstance(statements, Broken):
            return None
        body = lower(statements)
        machine = Execution(self._catalogue, {}, _STATEMENT_BUDGET)
        machine.cell_count = machine.identity_count = (len(self._modules) + 1) << 32
        run = ModuleRun(machine, facts_of(body), _STATEMENT_BUDGET)
        for _ in run.module(body):
            pass
        if run.is_given_up:
            return None
        module = OtherModule(file)
        for code, _ in run.defined:
            code.module = module
        for cls in run.classes:
            cls.is_elsewhere = True
            cls.attributes = {name: _as_seen_elsewhere(value, file) for name, value in cls.attributes.items()}
        module.globals = {name: _as_seen_elsewhere(value, file) for name, value in machine.globals.items()}
        module.mutable = machine.mutable
        return module

    def brings(self, file: str) -> bool:
        """Whether data from outside may come in in a file, by its text alone."""
        text = self.text(file)
        if text is None:
            return False
        if text.brings is None:
            text.brings = is_bringing(text.source, [name for name, _ in text.imports], self._catalogue)
        return text.brings

    def harms(self, file: str) -> bool:
        """Whether data may do harm in a file, by its text alone."""
        text = self.text(file)
        if text is None:
            return False
        if text.harms is None:
            packages = packages_of(name for name, _ in text.imports)
            text.harms = is_harming(text.source, packages, self._catalogue)
        return text.harms


class Around(Others):
    """The modules that one file may know: those that it imports, and those that these import, up to a limit."""

    def __init__(self, workspace: Workspace, file: str, data: bytes) -> None:
        self._workspace = workspace
        self._file = file
        known = workspace.text(file) if file in workspace else None
        self._own = known if known is not None and known.data == data else Text(data)
        self._known: dict[tuple[str, str], Value | None] = {}
        self._leads: dict[str, dict[str, None]] = {}
        """For each known file, those that it imports."""
        self.files = self._reachable()
        """Their paths, without the file itself."""

    def _reachable(self) -> tuple[str, ...]:
        workspace = self._workspace
        found: dict[str, None] = {}
        pending = [(self._file, self._own, 0)]
        for file, text, depth in pending:  # which grows
            leads = self._leads.setdefault(file, {})
            for path in self._targets(text, file) if depth < DEEPEST else ():
                if path in found:
                    leads[path] = None
                    continue
                if path == self._file or len(found) >= MOST_FILES:
                    continue
                found[path] = leads[path] = None
                other = workspace.text(path)
                if other is not None:
                    pending.append((path, other, depth + 1))
        return tuple(found)

    def _targets(self, text: Text, file: str) -> Iterable[str]:
        """The files that a file may import, in order."""
        return dict.fromkeys(chain.from_iterable(self._workspace.files.targets(text, file)))

    @property
    def digest(self) -> bytes:
        """A digest of all that is known here: the paths and the contents."""
        digest = hashlib.sha256()
        for file in sorted(self.files):
            text = self._workspace.text(file)
            digest.update(hashlib.sha256(file.encode(errors="surrogatepass")).digest())
            digest.update(text.digest if text is not None else b"")
        return digest.digest() if self.files else b""

    def bringing(self) -> frozenset[str]:
        """The names that the file imports by which data may come in."""
        return self._names_of(self._workspace.brings)

    def harming(self) -> frozenset[str]:
        """The names that the file imports by which data may do harm."""
        return self._names_of(self._workspace.harms)

    def _names_of(self, is_one: Callable[[str], bool]) -> frozenset[str]:
        """The names by which the file gets at files of a kind."""
        files = self._leading_to(filter(is_one, self.files))
        if not files:
            return frozenset()
        targets = self._workspace.files.targets(self._own, self._file)
        imports = zip(self._own.imports, targets, strict=True)
        return frozenset(local for (_, local), paths in imports if not files.isdisjoint(paths))

    def _leading_to(self, files: Iterable[str]) -> set[str]:
        """Some files, and those of the known ones that lead to them."""
        found = set(files)
        pending = list(found)
        for goal in pending:  # which grows
            new = [file for file in self.files if file not in found and goal in self._leads.get(file, ())]
            found.update(new)
            pending += new
        return found

    def value(self, name: str, file: str | None) -> Value | None:
        """What a qualified name stands for that a file imports, by default the module's own; None if not known."""
        where = self._file if file is None else normal(file)
        key = where, name
        if key not in self._known:
            self._known[key] = self._looked_up(name, where, 0)
        return self._known[key]

    def _looked_up(self, name: str, file: str, depth: int) -> Value | None:
        if depth > DEEPEST or self._workspace.is_modeled(name):
            return None
        for path, rest in self._workspace.files.found(name, file):
            if not rest:
                continue
            if path not in self.files or "." in rest:
                return None
            module = self._workspace.module(path)
            value = None if module is None else module.globals.get(rest)
            if module is None or value is None:
                return None
            if value.code is not None:
                return value
            if rest in module.mutable:
                return Value(ANYTHING.taints, type=value.type)
            if value.name:
                return self._looked_up(value.name, path, depth + 1) or (None if value.name.startswith(".") else value)
            return value
        return None


def _as_seen_elsewhere(value: Value, file: str) -> Value:
    """A value of a module without what it refers to in the heap of that one's run, its steps with the file."""
    if not value.cell:
        taints = [
            taint._replace(steps=tuple([step if step.file else step._replace(file=file) for step in taint.steps]))
            for taint in value.taints
        ]
        return value.but(taints=tuple(taints), identity=0, origin=0)
    return Value(ANYTHING.taints, NOTHING, value.type, "", 0, value.code)

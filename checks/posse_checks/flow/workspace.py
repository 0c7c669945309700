"""The other modules of a workspace: which file an import means, and what its names stand for.

Modules are read and parsed, never imported. What the statements of a module bind depends on its text alone: what it
imports itself is looked up when a name is used. So the order of files does not matter, nor do circles of imports. Names
that the standard library, the catalogue or more than one file may mean are not followed.
"""

from __future__ import annotations

import builtins
import hashlib
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from posixpath import dirname, join, normpath

from posse_checks.flow.catalogue.everything import CATALOGUE
from posse_checks.flow.catalogue.table import Catalogue
from posse_checks.flow.code import OtherModule, Others
from posse_checks.flow.execute import Execution
from posse_checks.flow.harm import is_harming
from posse_checks.flow.lower import lower
from posse_checks.flow.module_run import ModuleRun
from posse_checks.flow.scanning import facts_of, packages_of
from posse_checks.flow.values import ANYTHING, NOTHING, Value
from posse_checks.flow.wanted import is_bringing
from posse_checks.python.syntax import Broken, parse

MOST_FILES = 40
"""Number of files that one file may know, and of imports from file to file."""
DEEPEST = 4
LARGEST_BYTES = 500_000
"""Size of a module beyond which it is not followed."""
MOST_KEPT = 2_000
"""Number of modules that are kept."""
_STATEMENT_BUDGET = 20_000
_MOST_FOLDERS = 8
_IMPORT = re.compile(
    r"^[ \t]*(?:from[ \t]+([.\w]+)[ \t]+import[ \t]*(\([^()]*\)|[^\n#;()]*)|import[ \t]+([\w., \t]+))", re.MULTILINE
)
_COMMENT = re.compile(r"#[^\n]*")


class Workspace:
    """Files that may import each other, each parsed when it is needed first."""

    def __init__(self, files: Iterable[str], read: Callable[[str], bytes], catalogue: Catalogue) -> None:
        self._files = {_normal(file): file for file in files if file.endswith(".py")}
        self._read = read
        self._catalogue = catalogue
        self._texts: dict[str, Text | None] = {}
        self._modules: dict[str, OtherModule | None] = {}

    def __contains__(self, file: str) -> bool:
        return file in self._files

    def around(self, file: str, data: bytes) -> Around:
        """What a file with this content may know of the others."""
        return Around(self, _normal(file), data)

    def text(self, file: str) -> Text | None:
        """The text of a file; None if it cannot be read or is too large."""
        if file not in self._texts:
            if len(self._texts) >= MOST_KEPT:
                self._texts.clear()
            try:
                data = self._read(self._files[file])
            except (OSError, ValueError):
                data = None
            self._texts[file] = None if data is None or len(data) > LARGEST_BYTES else Text(data)
        return self._texts[file]

    def is_modeled(self, name: str) -> bool:
        """Whether the catalogue says what a qualified name is, which counts more than its text."""
        catalogue = self._catalogue
        return any(name in rows for rows in (catalogue.sources, catalogue.sinks, catalogue.sanitizers))

    def found(self, name: str, file: str) -> Iterator[tuple[str, str]]:
        """Yields the files that a qualified name in a file may begin with, each with the rest of the name."""
        if name.startswith("."):
            base, rest = dirname(file), name.lstrip(".")
            for _ in range(len(name) - len(rest) - 1):
                base = join(base, "..") if base.endswith("..") or not base else dirname(base)
            yield from self._below(_normal(base), rest.split(".") if rest else [], least=0)
            return
        parts = name.split(".")
        if parts[0] in _known_roots():
            return
        bases, base = [], dirname(file)
        for _ in range(_MOST_FOLDERS):
            bases += [base, join(base, "src")]
            if not base or base == dirname(base):
                break
            base = dirname(base)
        matches = [match for match in ([*self._below(base, parts, least=1)] for base in dict.fromkeys(bases)) if match]
        if len({match[0][0] for match in matches}) == 1:
            yield from matches[0]

    def _below(self, base: str, parts: Sequence[str], *, least: int) -> Iterator[tuple[str, str]]:
        """Yields the modules in a folder that at least that many parts of a name may mean, the innermost first."""
        for count in range(len(parts), least - 1, -1):
            folder = join(base, *parts[:count])
            rest = ".".join(parts[count:])
            names = [join(folder, "__init__.py")] if count == 0 else [f"{folder}.py", join(folder, "__init__.py")]
            for path in names:
                if path in self._files:
                    yield path, rest
                    break

    def module(self, file: str) -> OtherModule | None:
        """What the statements of a module bind; None if that is not known."""
        if file not in self._modules:
            if len(self._modules) >= MOST_KEPT:
                self._modules.clear()
            text = self.text(file)
            self._modules[file] = None if text is None else self._run(self._files[file], text.data)
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

    def matters(self, file: str) -> tuple[bool, bool]:
        """Whether data from outside may come in in a file, and whether it may do harm, by its text alone."""
        text = self.text(file)
        if text is None:
            return False, False
        if text.matters is None:
            imported = [name for name, _ in text.imports]
            text.matters = (
                is_bringing(text.source, imported, self._catalogue),
                is_harming(text.source, packages_of(imported), self._catalogue),
            )
        return text.matters


class Text:
    """The content of a file."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.source = data.decode("latin-1").replace("\r\n", "\n").replace("\r", "\n")
        self.imports = tuple(_imports(self.source))
        self.digest = hashlib.sha256(data).digest()
        self.matters: tuple[bool, bool] | None = None


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
            for name, _ in text.imports if depth < DEEPEST else ():
                for path, _ in workspace.found(name, file):
                    if path in found:
                        leads[path] = None
                    if path in found or path == self._file or len(found) >= MOST_FILES:
                        continue
                    found[path] = leads[path] = None
                    other = workspace.text(path)
                    if other is not None:
                        pending.append((path, other, depth + 1))
        return tuple(found)

    @property
    def digest(self) -> bytes:
        """A digest of all that is known here: the paths and the contents."""
        digest = hashlib.sha256()
        for file in sorted(self.files):
            text = self._workspace.text(file)
            digest.update(hashlib.sha256(file.encode(errors="surrogatepass")).digest())
            digest.update(text.digest if text is not None else b"")
        return digest.digest() if self.files else b""

    def names(self) -> tuple[frozenset[str], frozenset[str]]:
        """The names that the file imports by which data may come in, and those by which it may do harm."""
        brings, harms = set[str](), set[str]()
        known: dict[tuple[str, ...], tuple[bool, bool]] = {}
        for name, local in self._own.imports:
            targets = tuple([path for path, _ in self._workspace.found(name, self._file)])
            if targets not in known:
                matters = [self._workspace.matters(file) for file in self._reachable_from(targets)]
                known[targets] = any(one for one, _ in matters), any(one for _, one in matters)
            if known[targets][0]:
                brings.add(local)
            if known[targets][1]:
                harms.add(local)
        return frozenset(brings), frozenset(harms)

    def _reachable_from(self, files: Iterable[str]) -> Iterable[str]:
        """Some files, and those of the known ones that they lead to."""
        found = dict.fromkeys(file for file in files if file in self.files)
        pending = list(found)
        for file in pending:  # which grows
            new = [other for other in self._leads.get(file, ()) if other not in found]
            found |= dict.fromkeys(new)
            pending += new
        return found

    def value(self, name: str, file: str | None) -> Value | None:
        """What a qualified name stands for that a file imports, by default the module's own; None if not known."""
        where = self._file if file is None else _normal(file)
        key = where, name
        if key not in self._known:
            self._known[key] = self._looked_up(name, where, 0)
        return self._known[key]

    def _looked_up(self, name: str, file: str, depth: int) -> Value | None:
        if depth > DEEPEST or self._workspace.is_modeled(name):
            return None
        for path, rest in self._workspace.found(name, file):
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


def _imports(source: str) -> Iterator[tuple[str, str]]:
    """Yields the names that a text imports anywhere; of `import a.b`, the module and the first part of its name."""
    for match in _IMPORT.finditer(source):
        module, names, modules = match.groups()
        for item in _COMMENT.sub("", (names or modules or "").strip("()")).split(","):
            words = item.split()
            if not words:
                continue
            local = words[2] if len(words) == 3 and words[1] == "as" else words[0]
            if module is None:
                yield words[0], local.partition(".")[0]
            else:
                yield f"{module}{'' if module.endswith('.') else '.'}{words[0]}", local


def _normal(file: str) -> str:
    path = normpath(file if "/" in file else file.replace("\\", "/"))
    return "" if path == "." else path


@cache
def _known_roots() -> frozenset[str]:
    """The packages that are never taken for those of the workspace."""
    tables: Sequence[Mapping[str, object]] = (CATALOGUE.sources, CATALOGUE.sinks, CATALOGUE.makers)
    roots = {name.partition(".")[0] for table in (*tables, CATALOGUE.sanitizers) for name in table}
    return frozenset({*roots, *sys.stdlib_module_names, *dir(builtins)})

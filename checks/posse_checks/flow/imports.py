"""What a file imports, and which other files these names may mean. Nothing is imported."""

from __future__ import annotations

import builtins
import hashlib
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from posixpath import dirname, join, normpath

from posse_checks.flow.catalogue.everything import CATALOGUE

_MOST_FOLDERS = 8
_IMPORT = re.compile(
    r"^[ \t]*(?:from[ \t]+([.\w]+)[ \t]+import[ \t]*(\([^()]*\)|[^\n#;()]*)|import[ \t]+([\w., \t]+))", re.MULTILINE
)
_COMMENT = re.compile(r"#[^\n]*")


class Text:
    """The content of a file, and the facts that its words give."""

    __slots__ = ("_digest", "brings", "data", "harms", "imports", "targets")

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.imports = tuple(_imports(self.source))
        self.targets: Sequence[tuple[str, ...]] | None = None
        """For each import the files that it may mean, the innermost first; None if that was not asked."""
        self.brings: bool | None = None
        """Whether data from outside may come in there; None if that was not asked."""
        self.harms: bool | None = None
        """Whether data may do harm there."""
        self._digest = b""

    @property
    def digest(self) -> bytes:
        """A digest of the content."""
        if not self._digest:
            self._digest = hashlib.sha256(self.data).digest()
        return self._digest

    @property
    def source(self) -> str:
        """The text, with line feeds; only its words in ASCII count."""
        return self.data.decode("latin-1").replace("\r\n", "\n").replace("\r", "\n")


class Files:
    """The files that may be imported."""

    def __init__(self, files: Iterable[str]) -> None:
        self.paths = {normal(file): file for file in files if file.endswith(".py")}
        """For each normal path the one that was given."""
        self._folders = set[str]()
        for path in self.paths:
            folder = dirname(path)
            while folder not in self._folders:
                self._folders.add(folder)
                folder = dirname(folder)
        self._bases: dict[tuple[str, str], Sequence[str]] = {}

    def found(self, name: str, file: str) -> Iterator[tuple[str, str]]:
        """Yields the files that a qualified name in a file may begin with, each with the rest of the name."""
        if name.startswith("."):
            base, rest = dirname(file), name.lstrip(".")
            for _ in range(len(name) - len(rest) - 1):
                base = join(base, "..") if base.endswith("..") or not base else dirname(base)
            yield from self._below(normal(base), rest.split(".") if rest else [], least=0)
            return
        parts = name.split(".")
        if parts[0] in _known_roots():
            return
        bases = self._bases_with(parts[0], dirname(file))
        matches = [match for match in ([*self._below(base, parts, least=1)] for base in bases) if match]
        if len({match[0][0] for match in matches}) == 1:
            yield from matches[0]

    def targets(self, text: Text, file: str) -> Sequence[tuple[str, ...]]:
        """For each import of a file with this text the files that it may mean."""
        if text.targets is None:
            known: dict[str, tuple[str, ...]] = {}
            for name, _ in text.imports:
                if name not in known:
                    known[name] = tuple([path for path, _ in self.found(name, file)])
            text.targets = tuple([known[name] for name, _ in text.imports])
        return text.targets

    def _bases_with(self, root: str, folder: str) -> Sequence[str]:
        """The folders that Python may search from a folder and that have a module or a folder of this name."""
        key = root, folder
        if key not in self._bases:
            bases, base = [], folder
            for _ in range(_MOST_FOLDERS):
                bases += [base, join(base, "src")]
                if not base or base == dirname(base):
                    break
                base = dirname(base)
            found = [base for base in dict.fromkeys(bases) if self._has(join(base, root))]
            self._bases[key] = found
        return self._bases[key]

    def _has(self, path: str) -> bool:
        return path in self._folders or f"{path}.py" in self.paths

    def _below(self, base: str, parts: Sequence[str], *, least: int) -> Iterator[tuple[str, str]]:
        """Yields the modules in a folder that at least that many parts of a name may mean, the innermost first."""
        for count in range(len(parts), least - 1, -1):
            folder = join(base, *parts[:count])
            rest = ".".join(parts[count:])
            names = [join(folder, "__init__.py")] if count == 0 else [f"{folder}.py", join(folder, "__init__.py")]
            for path in names:
                if path in self.paths:
                    yield path, rest
                    break


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


def normal(file: str) -> str:
    """A normalized path, with slashes."""
    path = normpath(file if "/" in file else file.replace("\\", "/"))
    return "" if path == "." else path


@cache
def _known_roots() -> frozenset[str]:
    """The packages that are never taken for those of the workspace."""
    tables: Sequence[Mapping[str, object]] = (CATALOGUE.sources, CATALOGUE.sinks, CATALOGUE.makers)
    roots = {name.partition(".")[0] for table in (*tables, CATALOGUE.sanitizers) for name in table}
    return frozenset({*roots, *sys.stdlib_module_names, *dir(builtins)})

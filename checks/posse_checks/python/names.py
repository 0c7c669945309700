"""The meaning of names: import aliases, as Bandit collects them while it walks a file.

Bandit resolves names by the imports visited so far, in walk order, including those inside functions, which leak to the
rest of the file. So each chunk of a file receives names and passes names on, and chunks share nothing else.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class _Layer:
    """The combined bindings of consecutive imports."""

    aliases: Mapping[str, str]
    modules: frozenset[str]
    _answers: dict[str, bool] = field(default_factory=dict, compare=False)

    def has_like(self, part: str) -> bool:
        """Whether a name that contains `part` is in the layer. Remembers each answer."""
        answer = self._answers.get(part)
        if answer is None:
            answer = self._answers[part] = any_contains(self.modules, part)
        return answer


@dataclass(frozen=True, slots=True)
class Names:
    """The names known at one position of a file.

    They are in layers, oldest first. Invariant: each layer has more imported names than the next one, so there are few,
    and thousands of imports are not copied for each statement between them that looks names up.
    """

    _layers: tuple[_Layer, ...] = ()

    def meaning(self, name: str) -> str | None:
        """The qualified name that an import binds to a local name; None if no import binds it."""
        for layer in reversed(self._layers):
            meaning = layer.aliases.get(name)
            if meaning is not None:
                return meaning
        return None

    def has(self, module: str) -> bool:
        """Whether exactly this name has been imported."""
        return any(module in layer.modules for layer in self._layers)

    def has_like(self, part: str) -> bool:
        """Whether a name that contains `part` has been imported."""
        return any(layer.has_like(part) for layer in self._layers)

    def all(self) -> Bindings:
        """Returns everything that is known, as the names that one chunk would add."""
        aliases: dict[str, str] = {}
        for layer in self._layers:
            aliases |= layer.aliases
        return Bindings(aliases, frozenset[str]().union(*(layer.modules for layer in self._layers)))

    def after(self, *bindings: Bindings) -> Names:
        """Returns the names known after these imports too, in their order."""
        if not bindings:
            return self
        aliases: dict[str, str] = {}
        modules: set[str] = set()
        for binding in bindings:
            aliases |= binding.aliases
            modules |= binding.modules
        layers = list(self._layers)
        while layers and len(layers[-1].modules) <= len(modules):
            below = layers.pop()
            aliases = {**below.aliases, **aliases}
            modules |= below.modules
        return Names((*layers, _Layer(aliases, frozenset(modules))))


@dataclass(frozen=True, slots=True)
class Bindings:
    """The names that the imports of one chunk of a file add."""

    aliases: Mapping[str, str] = field(default_factory=dict)
    modules: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.aliases or self.modules)


NO_BINDINGS = Bindings()


def bound_by(node: ast.Import | ast.ImportFrom) -> tuple[dict[str, str], set[str]]:
    """Returns the aliases and the imported names that one import statement adds, as Bandit reads it.

    `import a.b` adds no alias; `from a import b` maps `b` to `a.b`. A relative import without a module counts as a
    plain import of its names; the dots of other relative imports are ignored.
    """
    aliases: dict[str, str] = {}
    imported: set[str] = set()
    prefix = f"{node.module}." if isinstance(node, ast.ImportFrom) and node.module is not None else ""
    for alias in node.names:
        qualified = prefix + alias.name
        if alias.asname or prefix:
            aliases[alias.asname or alias.name] = qualified
        imported.add(qualified)
    return aliases, imported


def any_contains(modules: Iterable[str], part: str) -> bool:
    """Whether the text `part` occurs in any of the imported names (Bandit's "imported like")."""
    return any(part in module for module in modules)

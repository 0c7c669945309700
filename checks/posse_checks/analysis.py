"""From statements and names to findings: the one loop.

Imports are statements, so what a name means can change only from one statement to the next: statements are walked
in Bandit's order (the order of their fields, decorators after the body), while the expressions of a statement are
taken in whatever order is cheapest. Nothing recurses, so nesting costs no stack. Per node, the loop does one
look-up; a view of a node is made only for a rule that asked for just this kind of node or name.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from posse_checks.blocklist import IMPORTERS, called_or_imported
from posse_checks.catalogue import Catalogue
from posse_checks.finding import Finding
from posse_checks.names import NO_BINDINGS, Bindings, Names, any_contains, bound_by
from posse_checks.rule import Rule
from posse_checks.syntax import is_string, parents_in
from posse_checks.views import Call, File, Import, String, View

_NOT_NODES = {
    *("ctx", "op", "ops", "id", "attr", "arg", "name", "names", "module", "level", "kind", "asname", "type_comment"),
    *("conversion", "simple", "is_async", "rest", "kwd_attrs", "tag", "type_ignores"),
}
_CLASSES = [value for value in vars(ast).values() if isinstance(value, type) and issubclass(value, ast.AST)]
_FIELDS: Mapping[type, tuple[str, ...]] = {
    cls: tuple(name for name in cls._fields if name not in _NOT_NODES) for cls in _CLASSES if cls is not ast.Constant
}
"""The fields of each class of node that can hold nodes in which some rule could find something."""
_HOLDS_STATEMENTS = frozenset(cls for cls in _CLASSES if {"body", "cases", "handlers"} & set(cls._fields)) - {
    ast.Lambda,
    ast.IfExp,
}
Append = Callable[[ast.AST], None]


@dataclass(frozen=True, slots=True)
class Analysis:
    """What one piece of a file yields, and what that depended on.

    The findings hold for as long as `reads` does: the names that calls in the piece start with, each with what it stood
    for on entry, and the questions about imports that rules asked, each with its answer on entry.
    """

    findings: tuple[Finding, ...] = ()
    bindings: Bindings = NO_BINDINGS
    aliases: Mapping[str, str | None] = field(default_factory=dict)
    imported: Mapping[str, bool] = field(default_factory=dict)
    imported_like: Mapping[str, bool] = field(default_factory=dict)
    reads_module: bool = False
    """Whether a rule looked at the module's statements before this piece; the findings then depend on these too."""

    def holds_under(self, names: Names) -> bool:
        """Whether a fresh analysis under these names would yield the same."""
        return (
            all(names.aliases.get(name) == meaning for name, meaning in self.aliases.items())
            and all((module in names.modules) == answer for module, answer in self.imported.items())
            and all(any_contains(names.modules, part) == answer for part, answer in self.imported_like.items())
        )


Module = Callable[[], tuple[Sequence[ast.stmt], int]]
"""Yields the statements of the module up to and with a piece, and by how much their line numbers exceed the piece's."""


def analyse(
    statements: Sequence[ast.stmt], names: Names, catalogue: Catalogue, module: Module | None = None
) -> Analysis:
    """Run the catalogue's rules over statements that are met with these names; they are a whole module unless said."""
    walk = _Walk(names, catalogue, module or (lambda: (statements, 0)))
    for statement in statements:
        walk.statement(statement)
    return walk.result()


def analyse_characters(source: str, catalogue: Catalogue) -> tuple[Finding, ...]:
    """Run the rules that read a whole file's characters."""
    findings: list[Finding] = []
    for rule in catalogue.on_files:
        _run(rule, File(rule, source), catalogue, findings)
    return tuple(findings)


def _run(rule: Rule, view: View[ast.AST] | File, catalogue: Catalogue, findings: list[Finding]) -> None:
    try:
        findings += rule.check(view, catalogue.options(rule))
    except Exception as error:
        catalogue.note_failure(rule, error)


class _Walk:
    """One pass over one piece; the surroundings that views ask."""

    def __init__(self, names: Names, catalogue: Catalogue, module: Module) -> None:
        self._incoming = names
        self._module = module
        self._reads_module = False
        self._catalogue = catalogue
        self._aliases = names.aliases
        self._bound: dict[str, str] = {}
        self._imported: set[str] = set()
        self._reads: set[str] = set()
        self._asked: dict[str, bool] = {}
        self._asked_like: dict[str, bool] = {}
        self._findings: list[Finding] = []
        self._top: ast.stmt | None = None
        self._parents: dict[ast.AST, ast.AST] | None = None

    def result(self) -> Analysis:
        meaning = self._incoming.aliases.get
        return Analysis(
            findings=tuple(self._findings),
            bindings=Bindings(self._bound, frozenset(self._imported)) if self._imported else NO_BINDINGS,
            aliases={name: meaning(name) for name in self._reads},
            imported=self._asked,
            imported_like=self._asked_like,
            reads_module=self._reads_module,
        )

    # -- the walk

    def statement(self, top: ast.stmt) -> None:
        self._top, self._parents = top, None
        kinds = self._catalogue.kinds
        stack: list[ast.AST] = [top]
        while stack:
            node = stack.pop()
            cls = node.__class__
            if cls is ast.Import or cls is ast.ImportFrom:
                self._import(node)  # type: ignore[arg-type]  # its class was just looked at
            elif cls in _HOLDS_STATEMENTS:
                if cls in kinds:
                    self._node(node, kinds[cls])
                children: list[ast.AST] = []
                for name in _FIELDS[cls]:
                    value = getattr(node, name)
                    if value.__class__ is list:
                        children += value
                    elif value is not None:
                        children.append(value)
                children.reverse()
                stack += children
            elif not (cls is ast.Expr and node.value.__class__ is ast.Constant):  # type: ignore[attr-defined]
                self._expressions([node])

    def _expressions(self, pending: list[ast.AST]) -> None:
        """Look at nodes that hold no statements, and at all below them; appends to what it iterates over."""
        catalogue = self._catalogue
        kinds, prefixes, fields = catalogue.kinds, catalogue.prefixes, _FIELDS
        append, extend = pending.append, pending.extend
        Name, Constant, Attribute, CallNode, BinOp = ast.Name, ast.Constant, ast.Attribute, ast.Call, ast.BinOp
        for node in pending:
            cls = node.__class__
            if cls is Name:
                continue
            if cls is Constant:
                value = node.value  # type: ignore[attr-defined]
                if value.__class__ is str and value.startswith(prefixes):
                    self._string(node)  # type: ignore[arg-type]
            elif cls is CallNode:
                self._call(node, append)  # type: ignore[arg-type]
                extend(node.args)  # type: ignore[attr-defined]
            elif cls is Attribute:
                self._attribute(node, append)  # type: ignore[arg-type]
            elif cls is BinOp:
                self._operators(node, append)  # type: ignore[arg-type]
            else:
                if cls in kinds:
                    self._node(node, kinds[cls])
                for name in fields.get(cls, ()):
                    child = getattr(node, name)
                    if child.__class__ is list:
                        extend(child)
                    elif child is not None:
                        append(child)

    def _call(self, node: ast.Call, append: Append) -> None:
        catalogue = self._catalogue
        function = node.func
        is_import = False
        if isinstance(function, ast.Name):
            is_import = function.id == "__import__"
        elif isinstance(function, ast.Attribute):
            self._attribute(function, append)
        else:
            append(function)
        name = self.qualified(node.func)
        wanted = catalogue.calls[name]
        for keyword in node.keywords:
            append(keyword.value)
            if keyword.arg is not None and (more := catalogue.keywords[keyword.arg]):
                wanted = tuple(dict.fromkeys(wanted + more))
        for rule in wanted:
            _run(rule, Call(rule, node, self, name), catalogue, self._findings)
        if is_import or name in IMPORTERS or catalogue.blocked[name]:
            self._blocked_call(node, name)

    def _blocked_call(self, node: ast.Call, name: str) -> None:
        try:
            called = called_or_imported(node, name)
        except (LookupError, TypeError):
            return
        for rule in self._catalogue.blocked[called] if called is not None else ():
            _run(rule, Call(rule, node, self, name), self._catalogue, self._findings)

    def _attribute(self, node: ast.Attribute, append: Append) -> None:
        """Go down a chain of attributes and queue what it ends in, unless that is a plain name."""
        below: ast.expr = node
        while below.__class__ is ast.Attribute:
            node = below
            below = node.value
        if below.__class__ is not ast.Name:
            append(below)
            if is_string(below):
                self._node(node, self._catalogue.kinds.get(ast.Attribute, ()))

    def _operators(self, root: ast.BinOp, append: Append) -> None:
        """Take a whole chain of binary operators at once: rules see its topmost operator only."""
        holds_string = False
        operators: list[ast.expr] = [root]
        for node in operators:
            for operand in (node.left, node.right):  # type: ignore[attr-defined]
                if operand.__class__ is ast.BinOp:
                    operators.append(operand)
                else:
                    append(operand)
                    holds_string = holds_string or is_string(operand)
        if holds_string:
            self._node(root, self._catalogue.kinds.get(ast.BinOp, ()))

    # -- dispatch

    def _import(self, node: ast.Import | ast.ImportFrom) -> None:
        aliases, imported = bound_by(node)
        if aliases:
            self._bound |= aliases
            self._aliases = {**self._aliases, **aliases}
        self._imported |= imported
        prefix = f"{node.module}." if isinstance(node, ast.ImportFrom) and node.module is not None else ""
        blocking = [rule for alias in node.names for rule in self._catalogue.imports[prefix + alias.name]]
        if blocking:
            rule = min(blocking, key=lambda rule: rule.id)
            _run(rule, Import(rule, node, self), self._catalogue, self._findings)

    def _string(self, node: ast.Constant) -> None:
        for rule in self._catalogue.on_strings:
            if str(node.value).startswith(self._catalogue.prefixes_of(rule)):
                _run(rule, String(rule, node, self), self._catalogue, self._findings)

    def _node(self, node: ast.AST, rules: tuple[Rule, ...]) -> None:
        for rule in rules:
            if rule.when is None or rule.when(node):
                _run(rule, View(rule, node, self), self._catalogue, self._findings)

    # -- what views ask

    def qualified(self, expression: ast.expr) -> str:
        parts = []
        while isinstance(expression, ast.Attribute):
            parts.append(expression.attr)
            expression = expression.value
        root = ""
        if isinstance(expression, ast.Name):
            self._reads.add(expression.id)
            root = self._aliases.get(expression.id, expression.id)
        if not parts:
            return root
        parts.append(root)
        parts.reverse()
        return ".".join(parts)

    def has_import(self, module: str) -> bool:
        if module in self._imported:
            return True
        answer = self._asked[module] = module in self._incoming.modules
        return answer

    def has_import_like(self, part: str) -> bool:
        if any_contains(self._imported, part):
            return True
        answer = self._asked_like[part] = any_contains(self._incoming.modules, part)
        return answer

    def parent(self, node: ast.AST) -> ast.AST | None:
        if self._parents is None:
            assert self._top is not None
            self._parents = parents_in(self._top)
        return self._parents.get(node)

    def module(self) -> tuple[Sequence[ast.stmt], int]:
        self._reads_module = True
        return self._module()

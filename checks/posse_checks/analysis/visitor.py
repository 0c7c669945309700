"""From statements and names to findings: the one loop.

Imports are statements, so what a name means can change only from one statement to the next: statements are walked
in Bandit's order (the order of their fields, decorators after the body), while the expressions of a statement are
taken in whatever order is cheapest. Nothing recurses, so nesting costs no stack. Per node, the loop does one
look-up; a view of a node is made only for a rule that asked for just this kind of node or name.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from posse_checks.analysis.registry import Catalogue
from posse_checks.python.names import NO_BINDINGS, Bindings, Names, any_contains, bound_by
from posse_checks.python.syntax import FIELDS, HOLDS_STATEMENTS, children_in, is_string, parents_in
from posse_checks.rule.blocklist import IMPORTERS, called_or_imported
from posse_checks.rule.finding import Finding
from posse_checks.rule.rule import Rule
from posse_checks.rule.views import Call, File, Import, Outside, String, Surroundings, View

Append = Callable[[ast.AST], None]
Scope = Callable[[], Outside]
"""Yields what lies around a piece."""


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
    reads_scope: bool = False
    """Whether a rule looked at the statements around this piece; the findings then depend on those before it too."""

    def holds_under(self, names: Names) -> bool:
        """Whether a fresh analysis under these names would yield the same."""
        return (
            all(names.meaning(name) == meaning for name, meaning in self.aliases.items())
            and all(names.has(module) == answer for module, answer in self.imported.items())
            and all(names.has_like(part) == answer for part, answer in self.imported_like.items())
        )


def run(rule: Rule, view: View[ast.AST] | File, catalogue: Catalogue, findings: list[Finding]) -> None:
    """Run one rule on one place; an exception costs its finding there."""
    try:
        findings += rule.check(view, catalogue.options(rule))
    except Exception as error:
        catalogue.note_failure(rule, error)


class Walk(Surroundings):
    """One pass over one piece; the surroundings that views ask."""

    def __init__(self, names: Names, catalogue: Catalogue, scope: Scope) -> None:
        self._incoming = names
        self._scope = scope
        self._reads_scope = False
        self._catalogue = catalogue
        self._bound: dict[str, str] = {}
        self._imported: set[str] = set()
        self._reads: set[str] = set()
        self._asked: dict[str, bool] = {}
        self._asked_like: dict[str, bool] = {}
        self._findings: list[Finding] = []
        self._top: ast.stmt | None = None
        self._parents: dict[ast.AST, ast.AST] | None = None

    def result(self) -> Analysis:
        """What the walk has found."""
        meaning = self._incoming.meaning
        return Analysis(
            findings=tuple(self._findings),
            bindings=Bindings(self._bound, frozenset(self._imported)) if self._imported else NO_BINDINGS,
            aliases={name: meaning(name) for name in self._reads},
            imported=self._asked,
            imported_like=self._asked_like,
            reads_scope=self._reads_scope,
        )

    # -- the walk

    def statement(self, top: ast.stmt) -> None:
        """Walk a whole statement."""
        self._top, self._parents = top, None
        self._visit([top])

    def head(self, top: ast.stmt) -> None:
        """Walk what stands before a statement's block, and look at the statement as such."""
        self._top, self._parents = top, None
        self._node(top, self._catalogue.kinds.get(top.__class__, ()))
        fields = FIELDS[top.__class__]
        self._visit(children_in(top, fields[: fields.index("body")]))

    def tail(self, top: ast.stmt) -> None:
        """Walk what Bandit visits after a statement's block."""
        self._top, self._parents = top, None
        fields = FIELDS[top.__class__]
        self._visit(children_in(top, fields[fields.index("body") + 1 :]))

    def _visit(self, stack: list[ast.AST]) -> None:
        """Walk what is on the stack from its top, statements in Bandit's order."""
        kinds = self._catalogue.kinds
        while stack:
            node = stack.pop()
            cls = node.__class__
            if cls is ast.Import or cls is ast.ImportFrom:
                self._import(node)  # type: ignore[arg-type]  # its class was just looked at
            elif cls in HOLDS_STATEMENTS:
                if cls in kinds:
                    self._node(node, kinds[cls])
                stack += children_in(node, FIELDS[cls])
            elif not (cls is ast.Expr and node.value.__class__ is ast.Constant):  # type: ignore[attr-defined]
                self._expressions([node])

    def _expressions(self, pending: list[ast.AST]) -> None:
        """Look at nodes that hold no statements, and at all below them; appends to what it iterates over."""
        catalogue = self._catalogue
        kinds, prefixes, fields = catalogue.kinds, catalogue.prefixes, FIELDS
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
            run(rule, Call(rule, node, self, name), catalogue, self._findings)
        if is_import or name in IMPORTERS or catalogue.blocked[name]:
            self._blocked_call(node, name)

    def _blocked_call(self, node: ast.Call, name: str) -> None:
        try:
            called = called_or_imported(node, name)
        except (LookupError, TypeError):
            return
        for rule in self._catalogue.blocked[called] if called is not None else ():
            run(rule, Call(rule, node, self, name), self._catalogue, self._findings)

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
        self._imported |= imported
        prefix = f"{node.module}." if isinstance(node, ast.ImportFrom) and node.module is not None else ""
        blocking = [rule for alias in node.names for rule in self._catalogue.imports[prefix + alias.name]]
        if blocking:
            rule = min(blocking, key=lambda rule: rule.id)
            run(rule, Import(rule, node, self), self._catalogue, self._findings)

    def _string(self, node: ast.Constant) -> None:
        for rule in self._catalogue.on_strings:
            if str(node.value).startswith(self._catalogue.prefixes_of(rule)):
                run(rule, String(rule, node, self), self._catalogue, self._findings)

    def _node(self, node: ast.AST, rules: tuple[Rule, ...]) -> None:
        for rule in rules:
            if rule.when is None or rule.when(node):
                run(rule, View(rule, node, self), self._catalogue, self._findings)

    def qualified(self, expression: ast.expr) -> str:
        """See `Surroundings`, as for all that follows."""
        parts = []
        while isinstance(expression, ast.Attribute):
            parts.append(expression.attr)
            expression = expression.value
        root = ""
        if isinstance(expression, ast.Name):
            name = expression.id
            self._reads.add(name)
            root = self._bound.get(name) or self._incoming.meaning(name) or name
        if not parts:
            return root
        parts.append(root)
        parts.reverse()
        return ".".join(parts)

    def has_import(self, module: str) -> bool:
        """Whether exactly this name has been imported so far."""
        if module in self._imported:
            return True
        answer = self._asked[module] = self._incoming.has(module)
        return answer

    def has_import_like(self, part: str) -> bool:
        """Whether a name that contains this has been."""
        if any_contains(self._imported, part):
            return True
        answer = self._asked_like[part] = self._incoming.has_like(part)
        return answer

    def parent(self, node: ast.AST) -> ast.AST | None:
        """The node that holds this one."""
        if self._parents is None:
            assert self._top is not None
            self._parents = parents_in(self._top)
        return self._parents.get(node)

    def outside(self) -> Outside:
        """What lies around the piece."""
        self._reads_scope = True
        return self._scope()

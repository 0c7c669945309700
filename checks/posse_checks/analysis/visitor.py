"""The visitor that turns statements and names into findings.

Imports are statements, so the meaning of a name can change only from one statement to the next: statements are visited
in Bandit's order (the order of their fields, decorators after the body), and the expressions of a statement in the
cheapest order. Nothing recurses, so nesting uses no stack. The loop does one look-up per node, and creates a view only
for a rule that subscribed to this kind of node or this name.

Lines in a finding are those of the tree, from 1; for a chunk of a file, the caller moves them (`incremental/build`).
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence

from posse_checks.analysis.mentions import Mentioned, imported_by, is_short, mentioned_by
from posse_checks.analysis.outcome import Analysis, Scope, run
from posse_checks.analysis.registry import Catalogue
from posse_checks.python.names import NO_BINDINGS, Bindings, Names, any_contains, bound_by
from posse_checks.python.syntax import FIELDS, HOLDS_STATEMENTS, children_in, is_string, parents_in
from posse_checks.rule.blocklist import IMPORTERS, called_or_imported
from posse_checks.rule.declaration import Rule
from posse_checks.rule.finding import Finding
from posse_checks.rule.views import Call, EnclosingScope, Import, Mention, Place, String, View, ViewContext

Append = Callable[[ast.AST], None]


class Visitor(ViewContext):
    """One pass over one chunk, and the context that its views ask.

    Records each answer that depends on the names on entry; names that the chunk binds itself are not among them.
    """

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
        """Returns the analysis of all that was walked."""
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
        """Walk the statement itself, without its block, and the fields before its block."""
        self._top, self._parents = top, None
        self._node(top, self._catalogue.kinds.get(top.__class__, ()))
        fields = FIELDS[top.__class__]
        self._visit(children_in(top, fields[: fields.index("body")]))

    def tail(self, top: ast.stmt) -> None:
        """Walk the fields that Bandit visits after a statement's block."""
        self._top, self._parents = top, None
        fields = FIELDS[top.__class__]
        self._visit(children_in(top, fields[fields.index("body") + 1 :]))

    def _visit(self, stack: list[ast.AST]) -> None:
        """Walk the nodes on the stack, from its end, with statements in Bandit's order.

        A statement without statements in it goes to `_expressions` whole, except a constant alone: a docstring.
        """
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
        """Walk nodes that hold no statements, and all nodes below them, by appending to the list it iterates over."""
        catalogue = self._catalogue
        kinds, prefixes, fields = catalogue.kinds, catalogue.prefixes, FIELDS
        has_texts, attributes = catalogue.has_texts, catalogue.attributes
        append, extend = pending.append, pending.extend
        Name, Constant, Attribute, CallNode, BinOp = ast.Name, ast.Constant, ast.Attribute, ast.Call, ast.BinOp
        for node in pending:
            cls = node.__class__
            if cls is Name:
                if attributes:
                    self._value(node)  # type: ignore[arg-type]
            elif cls is Constant:
                value = node.value  # type: ignore[attr-defined]
                if value.__class__ is str:
                    if value.startswith(prefixes):
                        self._string(node)  # type: ignore[arg-type]
                    if has_texts:
                        for rule in catalogue.texts[value]:
                            run(rule, String(rule, node, self), catalogue, self._findings)  # type: ignore[arg-type]
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
        """Run the rules for a call's name and keywords, each once. Queue its function and the keyword values."""
        catalogue = self._catalogue
        function = node.func
        is_import = False
        if isinstance(function, ast.Name):
            is_import = function.id == "__import__"
            if catalogue.attributes:
                self._value(function)
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
        """Run the rule that blocks the called name or, for a call that imports, the imported module."""
        try:
            called = called_or_imported(node, name)
        except (LookupError, TypeError):
            return
        for rule in self._catalogue.blocked[called] if called is not None else ():
            run(rule, Call(rule, node, self, name), self._catalogue, self._findings)

    def _attribute(self, node: ast.Attribute, append: Append) -> None:
        """Walk a chain of attributes, and queue the expression at its end unless that is a plain name.

        The rules for attributes see only one of a string literal, such as `"...".format`.
        """
        attributes = self._catalogue.attributes
        below: ast.expr = node
        while below.__class__ is ast.Attribute:
            node = below
            if node.attr in attributes and is_short(node):
                self._value(node)
            below = node.value
        if below.__class__ is not ast.Name:
            append(below)
            if is_string(below):
                self._node(node, self._catalogue.kinds.get(ast.Attribute, ()))
        elif attributes:
            self._value(below)

    def _operators(self, root: ast.BinOp, append: Append) -> None:
        """Walk a whole chain of binary operators at once; rules see its topmost operator, if an operand is a string."""
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
        """Bind the imported names, and run the rule with the lowest ID among those that block one."""
        aliases, imported = bound_by(node)
        if aliases:
            self._bound |= aliases
        self._imported |= imported
        prefix = f"{node.module}." if isinstance(node, ast.ImportFrom) and node.module is not None else ""
        blocking = [rule for alias in node.names for rule in self._catalogue.imports[prefix + alias.name]]
        if blocking:
            rule = min(blocking, key=lambda rule: rule.id)
            run(rule, Import(rule, node, self), self._catalogue, self._findings)
        if Place.IMPORT in self._catalogue.places:
            for mentioned in imported_by(node):
                self._mention(node, mentioned)

    def _string(self, node: ast.Constant) -> None:
        """Run the rules for string literals that have a prefix of this string; at least one has."""
        for rule in self._catalogue.on_strings:
            if str(node.value).startswith(self._catalogue.prefixes_of(rule)):
                run(rule, String(rule, node, self), self._catalogue, self._findings)

    def _node(self, node: ast.AST, rules: tuple[Rule, ...]) -> None:
        """Run the rules subscribed to a class of node, if their `when` accepts the node."""
        for rule in rules:
            if rule.when is None or rule.when(node):
                run(rule, View(rule, node, self), self._catalogue, self._findings)
        if self._catalogue.places:
            for mentioned in mentioned_by(node, self.qualified):
                self._mention(node, mentioned)

    def _value(self, node: ast.Name | ast.Attribute) -> None:
        """Run the rules for a name that is mentioned as a value."""
        self._mention(node, Mentioned(Place.ATTRIBUTE, self.qualified(node), node))

    def _mention(self, node: ast.AST, mentioned: Mentioned) -> None:
        """Run the rules for a mentioned name."""
        table = self._catalogue.places.get(mentioned.place)
        for rule in table[mentioned.name] if table is not None else ():
            run(rule, Mention(rule, node, self, *mentioned), self._catalogue, self._findings)

    def qualified(self, expression: ast.expr) -> str:
        """Implements `ViewContext.qualified`; records the first name as read, unless the chunk binds it."""
        parts = []
        while isinstance(expression, ast.Attribute):
            parts.append(expression.attr)
            expression = expression.value
        root = ""
        if isinstance(expression, ast.Name):
            name = expression.id
            bound = self._bound.get(name)
            if bound is None:
                self._reads.add(name)
                bound = self._incoming.meaning(name)
            root = bound or name
        if not parts:
            return root
        parts.append(root)
        parts.reverse()
        return ".".join(parts)

    def has_import(self, module: str) -> bool:
        """Implements `ViewContext.has_import`; records the answer on entry unless the chunk itself imports it."""
        if module in self._imported:
            return True
        answer = self._asked[module] = self._incoming.has(module)
        return answer

    def has_import_like(self, part: str) -> bool:
        """Implements `ViewContext.has_import_like`; records as `has_import` does."""
        if any_contains(self._imported, part):
            return True
        answer = self._asked_like[part] = self._incoming.has_like(part)
        return answer

    def parent(self, node: ast.AST) -> ast.AST | None:
        """Implements `ViewContext.parent`, with the parents of one top statement at a time."""
        if self._parents is None:
            assert self._top is not None
            self._parents = parents_in(self._top)
        return self._parents.get(node)

    def enclosing_scope(self) -> EnclosingScope:
        """Implements `ViewContext.enclosing_scope`; the analysis then depends on the statements before the chunk."""
        self._reads_scope = True
        return self._scope.enclosing()

    def enclosing_heads(self) -> Sequence[ast.stmt]:
        """Implements `ViewContext.enclosing_heads`; see `enclosing_scope`."""
        self._reads_scope = True
        return self._scope.heads()

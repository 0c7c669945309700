"""Lowering: from the statements of a chunk to operations."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import replace

from posse_checks.flow import operations as ops
from posse_checks.flow.bound import Bound, bound_in
from posse_checks.flow.lower_expressions import ExpressionLowering

LONGEST = 1_000
"""Maximum number of lines of a followed statement without a block, or with several."""
_DEEPEST_BLOCK = 24
"""Maximum depth of blocks; deeper statements are unknown."""


def lower(statements: Iterable[ast.stmt], lines: int = 0) -> ops.Block:
    """The operations of statements, with positions moved down by that many lines."""
    return StatementLowering(lines).block(statements)


def lower_head(statement: ast.stmt, lines: int = 0) -> ops.Statement:
    """The operation of a compound statement without a relevant block of its own; see `with_body`."""
    return StatementLowering(lines).statement(statement)


def with_body(head: ops.Statement, body: ops.Block, last_line: int, bound: Bound | None = None) -> ops.Statement:
    """The operation of a split statement: its head with the block that its parts make, which ends at a line.

    `bound` has what the block binds, if that is known already.

    Names that the block binds become names of the function. Of heads that do not hold a block of their own, such as
    the arm of a broken `if`, nothing is known.
    """
    if isinstance(head, ops.Define):
        definition = head.definition
        if isinstance(definition, ops.Class):
            return ops.Define(replace(definition, body=body, at=_until(definition.at, last_line)))
        found = bound_in(body) if bound is None else bound
        names = frozenset(parameter.name for parameter in definition.parameters) | found.local
        at = _until(definition.at, last_line)
        return ops.Define(replace(definition, body=body, bound=names, is_generator=found.yields, at=at))
    if isinstance(head, ops.Branch):
        (test, _), *_ = head.arms
        return ops.Branch(((test, body),), ())
    if isinstance(head, (ops.Loop, ops.While, ops.With)):
        return replace(head, body=body)
    return ops.Havoc(None)


def is_too_long(statement: ast.stmt) -> bool:
    """Whether a statement that is never split has too many lines to be followed."""
    first = min([statement.lineno, *[item.lineno for item in getattr(statement, "decorator_list", ())]])
    if (statement.end_lineno or 0) - first < LONGEST:
        return False
    return not hasattr(statement, "body") or bool(getattr(statement, "orelse", None)) or hasattr(statement, "handlers")


def _until(at: ops.At, last_line: int) -> ops.At:
    return at[0], at[1], last_line, 0


class StatementLowering(ExpressionLowering):
    """Lowers statements; expressions are the base class's part."""

    def __init__(self, lines: int) -> None:
        super().__init__(lines)
        self._blocks = 0

    def block(self, statements: Iterable[ast.stmt]) -> ops.Block:
        """The operations of the statements of a block."""
        self._blocks += 1
        if self._blocks > _DEEPEST_BLOCK:
            self._blocks -= 1
            return (ops.Havoc(_stored(statements)),)
        lowered = tuple(
            [
                ops.Havoc(None) if is_too_long(statement) else self.statement(statement)
                for statement in statements
                if statement.__class__ is not ast.Pass
            ]
        )
        self._blocks -= 1
        return lowered

    def statement(self, node: ast.stmt) -> ops.Statement:
        """The operation of one statement."""
        match node:
            case ast.Expr(value=value):
                return ops.Evaluate(self.expression(value))
            case ast.Assign(targets=targets, value=value):
                return ops.Bind(tuple(map(self.target, targets)), self.expression(value), None, self.at(node))
            case ast.AnnAssign(target=target, annotation=annotation, value=value):
                lowered = None if value is None else self.expression(value)
                return ops.Bind((self.target(target),), lowered, self.expression(annotation), self.at(node))
            case ast.AugAssign(target=target, op=op, value=value):
                operator = op.__class__.__name__
                return ops.Augment(self.target(target), operator, self.expression(value), self.at(node))
            case ast.Return(value=value):
                return ops.Return(None if value is None else self.expression(value), self.at(node))
            case ast.Raise(exc=exc):
                return ops.Raise(None if exc is None else self.expression(exc))
            case ast.Assert(test=test):
                return ops.Assert(self.expression(test))
            case ast.Delete(targets=targets):
                return ops.Delete(tuple(map(self.target, targets)))
            case ast.If():
                return self._branch(node)
            case ast.For() | ast.AsyncFor():
                variable, iterable = self.target(node.target), self.expression(node.iter)
                return ops.Loop(variable, iterable, self.block(node.body), self.block(node.orelse), self.at(node.iter))
            case ast.While(test=test, body=body, orelse=orelse):
                return ops.While(self.expression(test), self.block(body), self.block(orelse))
            case ast.Break() | ast.Continue():
                return ops.Leave(isinstance(node, ast.Break))
            case ast.With() | ast.AsyncWith():
                items = [
                    (
                        self.expression(item.context_expr),
                        None if item.optional_vars is None else self.target(item.optional_vars),
                    )
                    for item in node.items
                ]
                return ops.With(tuple(items), self.block(node.body), self.at(node.items[0].context_expr))
            case ast.Match(subject=subject, cases=cases):
                return ops.Match(self.expression(subject), tuple(map(self._case, cases)))
            case ast.Import() | ast.ImportFrom():
                return _import(node)
            case ast.Global(names=names) | ast.Nonlocal(names=names):
                return ops.Outer(tuple(names), isinstance(node, ast.Global))
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                return ops.Define(self._function(node))
            case ast.ClassDef():
                return ops.Define(self._class(node))
        if node.__class__.__name__ in ("Try", "TryStar"):
            return self._try(node)  # type: ignore[arg-type]  # `TryStar` came with Python 3.11
        return ops.Havoc(_stored([node]))

    def _branch(self, node: ast.If) -> ops.Branch:
        arms = [(self.expression(node.test), self.block(node.body))]
        while len(node.orelse) == 1 and isinstance(node.orelse[0], ast.If):
            node = node.orelse[0]
            arms.append((self.expression(node.test), self.block(node.body)))
        return ops.Branch(tuple(arms), self.block(node.orelse))

    def _try(self, node: ast.Try) -> ops.Try:
        handlers = [
            ops.Handler(
                None if handler.type is None else self.expression(handler.type), handler.name, self.block(handler.body)
            )
            for handler in node.handlers
        ]
        return ops.Try(self.block(node.body), tuple(handlers), self.block(node.orelse), self.block(node.finalbody))

    def _case(self, case: ast.match_case) -> ops.Case:
        guard = None if case.guard is None else self.expression(case.guard)
        return ops.Case(self._pattern(case.pattern), guard, self.block(case.body))

    def _pattern(self, node: ast.pattern, depth: int = 0) -> ops.Pattern:
        if depth > _DEEPEST_BLOCK:
            return ops.ValuePattern(ops.Opaque())
        deeper = depth + 1
        match node:
            case ast.MatchValue(value=value):
                return ops.ValuePattern(self.expression(value))
            case ast.MatchSingleton(value=constant):
                return ops.ValuePattern(ops.Literal(constant, self.at(node)))
            case ast.MatchAs(pattern=pattern, name=name):
                return ops.CapturePattern(name, None if pattern is None else self._pattern(pattern, deeper))
            case ast.MatchOr(patterns=patterns):
                return ops.AlternativePattern(tuple([self._pattern(part, deeper) for part in patterns]))
            case ast.MatchSequence(patterns=patterns):
                parts = [
                    ops.CapturePattern(part.name, None)
                    if isinstance(part, ast.MatchStar)
                    else self._pattern(part, deeper)
                    for part in patterns
                ]
                stars = [index for index, part in enumerate(patterns) if isinstance(part, ast.MatchStar)]
                return ops.SequencePattern(tuple(parts), stars[0] if stars else None)
            case ast.MatchMapping(keys=keys, patterns=patterns, rest=rest):
                items = [
                    (self.expression(key), self._pattern(part, deeper))
                    for key, part in zip(keys, patterns, strict=True)
                ]
                return ops.MappingPattern(tuple(items), rest)
            case ast.MatchClass(cls=cls, patterns=patterns, kwd_attrs=names, kwd_patterns=others):
                positional = tuple([self._pattern(part, deeper) for part in patterns])
                attributes = [(name, self._pattern(part, deeper)) for name, part in zip(names, others, strict=True)]
                return ops.ClassPattern(self.expression(cls), positional, tuple(attributes))
        return ops.ValuePattern(ops.Opaque())

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> ops.Function:
        parameters = self.parameters(node.args)
        body = self.block(node.body)
        bound = bound_in(body)
        return ops.Function(
            name=node.name,
            parameters=parameters,
            body=body,
            decorators=tuple(map(self.expression, node.decorator_list)),
            returns=None if node.returns is None else self.expression(node.returns),
            bound=bound.local | frozenset(parameter.name for parameter in parameters),
            is_generator=bound.yields,
            at=self.at(node),
        )

    def _class(self, node: ast.ClassDef) -> ops.Class:
        return ops.Class(
            name=node.name,
            bases=tuple(map(self.expression, node.bases)),
            keywords=tuple([(keyword.arg, self.expression(keyword.value)) for keyword in node.keywords]),
            body=self.block(node.body),
            decorators=tuple(map(self.expression, node.decorator_list)),
            at=self.at(node),
        )


def _import(node: ast.Import | ast.ImportFrom) -> ops.Import:
    names: list[tuple[str, str]] = []
    if isinstance(node, ast.Import):
        for alias in node.names:
            first = alias.name.partition(".")[0]
            names.append((alias.asname, alias.name) if alias.asname else (first, first))
    else:
        base = "." * node.level + (node.module or "")
        join = base if base.endswith(".") or not base else f"{base}."
        names += [(alias.asname or alias.name, join + alias.name) for alias in node.names]
    return ops.Import(tuple(names))


def _stored(statements: Iterable[ast.stmt]) -> frozenset[str]:
    """All names that occur in statements: any of them may be bound there."""
    names: set[str] = set()
    pending: list[ast.AST] = [*statements]
    while pending:
        node = pending.pop()
        if isinstance(node, ast.Name):
            names.add(node.id)
        pending += ast.iter_child_nodes(node)
    return frozenset(names)

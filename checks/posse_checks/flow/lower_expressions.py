"""Lowering of expressions.

Nothing here recurses deeper than a fixed limit: chains of operators are taken at once, and what is nested too deeply
becomes an operation of which nothing is known.
"""

from __future__ import annotations

import ast

from posse_checks.flow import operations as ops

_DEEPEST = 48
"""Maximum depth of expressions; deeper ones are unknown."""
_OPERATORS = {ast.Not: "not", ast.USub: "-", ast.UAdd: "+", ast.Invert: "~"}


class ExpressionLowering:
    """Lowers expressions of one chunk."""

    def __init__(self, lines: int) -> None:
        self._lines = lines
        self._depth = 0

    def at(self, node: ast.expr | ast.stmt | ast.pattern) -> ops.At:
        """The range of a node."""
        lines = self._lines
        end = node.end_lineno or node.lineno
        return node.lineno + lines, node.col_offset, end + lines, node.end_col_offset or 0

    def expression(self, node: ast.expr) -> ops.Expression:
        """The operation of an expression."""
        kind = node.__class__
        if kind is ast.Name:
            return ops.Name(node.id)  # type: ignore[attr-defined]
        if kind is ast.Constant:
            return ops.Literal(node.value, self.at(node))  # type: ignore[attr-defined]
        if self._depth > _DEEPEST:
            return ops.Opaque()
        self._depth += 1
        lowered = self._nested(node)
        self._depth -= 1
        return lowered

    def target(self, node: ast.expr) -> ops.Expression:
        """The target of an assignment."""
        if isinstance(node, ast.Starred):
            return ops.Starred(self.target(node.value))
        if isinstance(node, (ast.Tuple, ast.List)):
            if self._depth > _DEEPEST:
                return ops.Opaque()
            self._depth += 1
            targets = tuple(map(self.target, node.elts))
            self._depth -= 1
            return ops.Sequence("tuple", targets, ())
        return self.expression(node)

    def _nested(self, node: ast.expr) -> ops.Expression:
        match node:
            case ast.Call():
                return self._call(node)
            case ast.Attribute(value=value, attr=name):
                return ops.Attribute(self.expression(value), name, self.at(node))
            case ast.Subscript(value=value, slice=key):
                return ops.Subscript(self.expression(value), self.expression(key), self.at(node))
            case ast.BinOp():
                return self._chain(node)
            case ast.JoinedStr():
                return self._format(node)
            case ast.Compare(left=left, ops=operators, comparators=comparators):
                rest = [
                    (operator.__class__.__name__, self.expression(right))
                    for operator, right in zip(operators, comparators, strict=True)
                ]
                return ops.Compare(self.expression(left), tuple(rest))
            case ast.BoolOp(op=op, values=values):
                return ops.Choice(isinstance(op, ast.And), tuple(map(self.expression, values)))
            case ast.UnaryOp(op=operator, operand=operand):
                return ops.Unary(_OPERATORS[operator.__class__], self.expression(operand))
            case ast.List() | ast.Tuple() | ast.Set():
                return self._sequence(node)
            case ast.Dict(keys=keys, values=values):
                items = [
                    (None if key is None else self.expression(key), self.expression(value))
                    for key, value in zip(keys, values, strict=True)
                ]
                return ops.Mapping(tuple(items))
            case ast.IfExp(test=test, body=body, orelse=orelse):
                return ops.Conditional(self.expression(test), self.expression(body), self.expression(orelse))
            case _:
                return self._rare(node)

    def _rare(self, node: ast.expr) -> ops.Expression:
        match node:
            case ast.ListComp(elt=element) | ast.SetComp(elt=element) | ast.GeneratorExp(elt=element):
                kind = {ast.ListComp: "list", ast.SetComp: "set"}.get(node.__class__, "generator")
                return ops.Comprehension(kind, self.expression(element), None, self._generators(node.generators))
            case ast.DictComp(key=key, value=value, generators=generators):
                return ops.Comprehension(
                    "dict", self.expression(key), self.expression(value), self._generators(generators)
                )
            case ast.Lambda(args=arguments, body=body):
                parameters = self.parameters(arguments)
                returned = ops.Return(self.expression(body), self.at(body))
                names = frozenset(parameter.name for parameter in parameters)
                return ops.Lambda(
                    ops.Function("<lambda>", parameters, (returned,), (), None, names, False, self.at(node))
                )
            case ast.NamedExpr(target=ast.Name(id=name), value=value):
                return ops.Walrus(name, self.expression(value), self.at(node))
            case ast.Await(value=value):
                return self.expression(value)
            case ast.Yield(value=value):
                return ops.Yield(None if value is None else self.expression(value), False, self.at(node))
            case ast.YieldFrom(value=source):
                return ops.Yield(self.expression(source), True, self.at(node))
            case ast.Starred(value=value):
                return self.expression(value)
            case ast.Slice(lower=lower, upper=upper, step=step):
                bounds = [None if bound is None else self.expression(bound) for bound in (lower, upper, step)]
                return ops.Slice(*bounds)
        return ops.Opaque()

    def _call(self, node: ast.Call) -> ops.Call:
        return ops.Call(
            self.expression(node.func),
            tuple([self.expression(argument) for argument in node.args]),
            tuple([(keyword.arg, self.expression(keyword.value)) for keyword in node.keywords]),
            tuple([index for index, argument in enumerate(node.args) if argument.__class__ is ast.Starred]),
            self.at(node),
        )

    def _chain(self, node: ast.BinOp) -> ops.Chain:
        rest: list[tuple[str, ops.Expression]] = []
        left: ast.expr = node
        while isinstance(left, ast.BinOp):
            rest.append((left.op.__class__.__name__, self.expression(left.right)))
            left = left.left
        rest.reverse()
        return ops.Chain(self.expression(left), tuple(rest), self.at(node))

    def _format(self, node: ast.JoinedStr) -> ops.Format:
        parts: list[tuple[ops.Expression, bool, ops.Expression | None]] = []
        for part in node.values:
            if isinstance(part, ast.FormattedValue):
                spec = None if part.format_spec is None else self.expression(part.format_spec)
                if part.conversion in (114, 97):  # !r and !a put the value into quotes
                    spec = ops.Opaque()
                parts.append((self.expression(part.value), True, spec))
            else:
                parts.append((self.expression(part), False, None))
        return ops.Format(tuple(parts), self.at(node))

    def _sequence(self, node: ast.List | ast.Tuple | ast.Set) -> ops.Sequence:
        kind = {ast.List: "list", ast.Tuple: "tuple", ast.Set: "set"}[node.__class__]
        stars = [index for index, element in enumerate(node.elts) if element.__class__ is ast.Starred]
        return ops.Sequence(kind, tuple(map(self.expression, node.elts)), tuple(stars))

    def _generators(self, generators: list[ast.comprehension]) -> tuple[ops.Generator, ...]:
        return tuple(
            ops.Generator(
                self.target(generator.target),
                self.expression(generator.iter),
                tuple(map(self.expression, generator.ifs)),
            )
            for generator in generators
        )

    def parameters(self, arguments: ast.arguments) -> tuple[ops.Parameter, ...]:
        """The parameters of a function."""
        plain = [(argument, "positional") for argument in arguments.posonlyargs]
        plain += [(argument, "any") for argument in arguments.args]
        missing = len(plain) - len(arguments.defaults)
        defaults: list[ast.expr | None] = [*[None] * missing, *arguments.defaults]
        found = [
            self._parameter(argument, kind, default) for (argument, kind), default in zip(plain, defaults, strict=True)
        ]
        if arguments.vararg is not None:
            found.append(self._parameter(arguments.vararg, "arguments", None))
        found += [
            self._parameter(argument, "keyword", default)
            for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
        ]
        if arguments.kwarg is not None:
            found.append(self._parameter(arguments.kwarg, "keywords", None))
        return tuple(found)

    def _parameter(self, argument: ast.arg, kind: str, default: ast.expr | None) -> ops.Parameter:
        annotation = None if argument.annotation is None else self.expression(argument.annotation)
        return ops.Parameter(argument.arg, kind, None if default is None else self.expression(default), annotation)

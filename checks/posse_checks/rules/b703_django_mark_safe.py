"""Text that Django trusts although it may contain someone else's HTML.

Django escapes what a template prints, unless the text is marked as safe. A value from a form, a header or the database
is then printed unescaped, including any script, which runs in the browser of everyone who opens the page.

## Bad

    from django.utils.safestring import mark_safe

    def badge(user):
        return mark_safe("<b>%s</b>" % user.name)
    #                    ^^^^^^^^^^^^^^^^^^^^^^^ Potential XSS on mark_safe function.

## Fixed

Escape the values with format_html (review):

    from django.utils.html import format_html
    from django.utils.safestring import mark_safe

    def badge(user):
        return format_html("<b>{}</b>", user.name)

## Good

    from django.utils.html import format_html

    def badge(user):
        return format_html("<b>{}</b>", user.name)

Escaping protects text and quoted attributes. It does not stop a link to `javascript:`, and is not enough in a script.

## When to suppress

If the text comes only from the program, or a library made for that has just sanitized it.

## References

- https://docs.djangoproject.com/en/stable/ref/utils/#django.utils.html.format_html
- https://cheatsheetseries.owasp.org/cheatsheets/Cross_Site_Scripting_Prevention_Cheat_Sheet.html
"""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from posse_checks.rule import HIGH, MEDIUM, REVIEW, Call, Cwe, Edits, Finding, Source, is_string, last, rule
from posse_checks.rules._shared.html_text import format_html

FUNCTIONS = frozenset({"mark_safe", "SafeText", "SafeUnicode", "SafeString", "SafeBytes"})


@rule(
    "B703",
    "django_mark_safe",
    MEDIUM,
    HIGH,
    Cwe.BASIC_XSS,
    called=last(*FUNCTIONS),
    unfixable="it is not certain that the text is put together here",
)
def check(call: Call) -> Iterator[Finding]:
    """Report `mark_safe` of values that are not composed of literals alone."""
    if not call.node.args or not call.has_import_like("django.utils.safestring"):
        return
    argument = call.node.args[0]
    if not is_string(argument) and not _is_literal(call, argument):
        yield call.finding("Potential XSS on mark_safe function.", span=argument)


@check.fix("Escape the values with format_html", REVIEW)
def escape(call: Call, source: Source) -> Edits:
    """Puts the values in with `format_html`. One that is HTML must be marked as safe where it is made."""
    return format_html(call, source)


def _is_literal(call: Call, argument: ast.expr) -> bool:
    if isinstance(argument, ast.Name):
        scope = _scope_of(call)
        return scope.variable_is_literal(argument.id, call.node.lineno + scope.offset)
    if isinstance(argument, ast.Call):
        return _scope_of(call).call_is_literal(argument)
    if isinstance(argument, ast.BinOp) and isinstance(argument.op, ast.Mod) and is_string(argument.left):
        right = argument.right
        values = right.elts if isinstance(right, ast.Tuple) else [right]
        return _scope_of(call).values_are_literal(values, argument.lineno)
    return False


@dataclass(frozen=True)
class Scope:
    """The function or module in which variables are traced: its parameters and statements.

    Line numbers in the statements exceed those of the call by `offset`.
    """

    parameters: frozenset[str]
    body: Sequence[ast.stmt]
    offset: int
    _known: dict[tuple[str, int], bool] = field(default_factory=dict)

    def variable_is_literal(self, name: str, until: int) -> bool:
        """Whether all assignments to a variable before a line that are understood assign literals.

        Computed once for each variable and line: there are exponentially many paths between two variables that are
        assigned to each other.
        """
        known = self._known.get((name, until))
        if known is None:
            known = self._known[name, until] = self._is_literal_until(name, until)
        return known

    def _is_literal_until(self, name: str, until: int) -> bool:
        """Whether the assignments before a line make a variable literal, read in order as Bandit reads them."""
        if name in self.parameters:
            return False
        literal = False
        for statement in self.body:
            if statement.lineno >= until:
                break
            assigned = _assigned(name, statement)
            if isinstance(assigned, list):
                if not assigned:
                    continue
                if not all(self._is_literal_or_variable(value, statement.lineno) for value in assigned):
                    return False
                literal = True
            elif is_string(assigned):
                literal = True
            elif isinstance(assigned, ast.Name):
                literal = self.variable_is_literal(assigned.id, assigned.lineno)
            elif isinstance(assigned, ast.Call):
                literal = self.call_is_literal(assigned, offset=0)
            elif assigned is not None:
                return False
        return literal

    def _is_literal_or_variable(self, value: ast.AST, until: int) -> bool:
        return is_string(value) or (isinstance(value, ast.Name) and self.variable_is_literal(value.id, until))

    def call_is_literal(self, call: ast.expr, offset: int | None = None) -> bool:
        """Whether a call is `"...".format(...)` of literals; `offset` is that of the scope by default."""
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute) or call.keywords:
            return False
        if not isinstance(call.func.value, ast.Constant) or call.func.attr != "format":
            return False
        return self.values_are_literal(call.args, call.lineno, offset)

    def values_are_literal(self, values: Sequence[ast.expr], line: int, offset: int | None = None) -> bool:
        """Whether all values that are formatted into a string on a line are literals or variables with literals."""
        offset = self.offset if offset is None else offset
        values = list(values)
        for value in values:
            if isinstance(value, ast.Starred) and isinstance(value.value, (ast.List, ast.Tuple)):
                values.extend(value.value.elts)
            elif isinstance(value, ast.Call):
                if not self.call_is_literal(value, offset):
                    return False
            elif not self._is_literal_or_variable(value, line + offset):
                return False
        return True


def _scope_of(call: Call) -> Scope:
    """The innermost function around a call, or else the module."""
    node = call.context.parent(call.node)
    while node is not None:
        if isinstance(node, ast.FunctionDef):
            return Scope(_parameters(node), node.body, 0)
        node = call.context.parent(node)
    outside = call.context.enclosing_scope()
    return Scope(_parameters(outside.function), outside.statements, outside.offset)


def _parameters(function: ast.FunctionDef | None) -> frozenset[str]:
    return frozenset(argument.arg for argument in function.args.args) if function else frozenset()


def _assigned(name: str, statement: ast.AST) -> ast.AST | list[ast.AST] | None:
    """The value that a statement assigns to a variable; a list of values for a statement that contains others.

    Like Bandit, ignores annotated assignments, classes and async functions, and examines only the first target of an
    assignment. Raises AttributeError or IndexError for tuples on which Bandit fails.
    """
    match statement:
        case ast.FunctionDef() | ast.ExceptHandler():
            return _assigned_in(name, statement.body)
        case ast.With():
            assigned: ast.AST | list[ast.AST] = []
            for item in statement.items:
                is_target = getattr(item.optional_vars, "id", None) == name
                assigned = statement if is_target else _assigned_in(name, statement.body)
            return assigned
        case ast.Try():
            handled = [*statement.body, *statement.handlers, *statement.orelse, *statement.finalbody]
            return _assigned_in(name, handled)
        case ast.If() | ast.For() | ast.While():
            return _assigned_in(name, [*statement.body, *statement.orelse])
        case ast.AugAssign(target=ast.Name(id=target)) if target == name:
            return statement.value
        case ast.Assign(targets=[ast.Name(id=target), *_]) if target == name:
            return statement.value
        case ast.Assign(targets=[ast.Tuple(elts=targets), *_], value=ast.Tuple(elts=values)):
            for index, element in enumerate(targets):
                if element.id == name:  # type: ignore[attr-defined]  # raises if it is not a name, as documented
                    return values[index]
    return None


def _assigned_in(name: str, statements: Sequence[ast.AST]) -> list[ast.AST]:
    """The values that statements assign to a variable, as `_assigned` understands them."""
    found: list[ast.AST] = []
    for statement in statements:
        assigned = _assigned(name, statement)
        found += assigned if isinstance(assigned, list) else [] if assigned is None else [assigned]
    return found

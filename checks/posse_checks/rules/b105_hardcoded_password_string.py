"""A password, token or secret written into the code as a string.

Anyone who can read the repository, its history, a wheel or a traceback can read the secret, and only a new release can
change it. The rule goes by names: a variable, attribute, dictionary key or comparison that is named like a secret.

## Bad

    def connect(login):
        password = "correct-horse"
    #              ^^^^^^^^^^^^^^^ Possible hardcoded password: 'correct-horse'
        return login("root", password)

    config = {"token": "c0ffee"}
    #                  ^^^^^^^^ Possible hardcoded password: 'c0ffee'

    def allowed(user):
        return user.pwd == "swordfish"
    #                      ^^^^^^^^^^^ Possible hardcoded password: 'swordfish'

## Fixed

Read the secret from the environment (review):

    import os

    def connect(login):
        password = os.environ["PASSWORD"]
        return login("root", password)

    config = {"token": os.environ["TOKEN"]}

    def allowed(user):
        return user.pwd == "swordfish"

## Good

    import os

    def connect(login):
        return login("root", os.environ["DATABASE_PASSWORD"])


    import hashlib
    import hmac

    def allowed(user, password):
        given = hashlib.scrypt(password.encode(), salt=user.salt, n=2**17, r=8, p=1, maxmem=2**28)
        return hmac.compare_digest(given, user.password_hash)

A password that is only checked is stored as a salted, slow hash. `==` takes longer the more of the value is right;
`hmac.compare_digest` does not. A secret that has been in the repository must be replaced: removing it does not help.

Environment variables can end up in logs and dumps: where there is a secret store or a mounted file, read the secret
from there.

## When to suppress

If the string is not a secret, but a label, a key or a placeholder, as in `token = "("`.

## References

- https://cheatsheetseries.owasp.org/cheatsheets/Secrets_Management_Cheat_Sheet.html
- https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html
- https://12factor.net/config
"""

import ast
from collections.abc import Iterator
from typing import NamedTuple

from posse_checks.rule import LOW, MEDIUM, REVIEW, Cwe, Edits, Finding, Options, Source, View, is_string, rule, span_of
from posse_checks.rules._shared.allowed_secrets import DEFAULTS, SECTION, is_allowed
from posse_checks.rules._shared.environment import TITLE, read_from_environment
from posse_checks.rules._shared.purpose import name_of
from posse_checks.rules._shared.secret_names import SECRET


def names_secret(node: ast.AST) -> bool:
    """Whether a variable or an attribute has the name of a secret."""
    name = node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
    return SECRET.search(name) is not None


def _is_secret_key(node: ast.AST | None) -> bool:
    return is_string(node) and SECRET.search(node.value) is not None


def _could_matter(node: ast.Assign | ast.Dict | ast.Compare) -> bool:
    return isinstance(node, ast.Dict) or is_string(node.value if isinstance(node, ast.Assign) else node.comparators[0])


@rule(
    "B105",
    "hardcoded_password_string",
    LOW,
    MEDIUM,
    Cwe.USE_OF_HARD_CODED_PASSWORD,
    when=_could_matter,
    section=SECTION,
    defaults=DEFAULTS,
    unfixable="nothing here shows that the string is a secret",
)
def check(place: View[ast.Assign | ast.Dict | ast.Compare], options: Options) -> Iterator[Finding]:
    """Report strings that are assigned to, keyed by or compared with the name of a secret."""
    node = place.node
    found = (
        _assigned(node)
        if isinstance(node, ast.Assign)
        else _keyed(node)
        if isinstance(node, ast.Dict)
        else _compared(node)
    )
    for name, secret, at, within in found:
        assert isinstance(secret, ast.Constant)
        if not is_allowed(name, secret.value, options):
            span = at if isinstance(within, ast.Compare) else secret  # Bandit reports the key, or what is compared
            yield place.finding(f"Possible hardcoded password: '{secret.value!s}'", at=at, within=within, span=span)


class _Secret(NamedTuple):
    """A string under the name of a secret, the node whose position is reported, and the one whose lines are."""

    name: str
    value: ast.expr
    at: ast.expr
    within: ast.AST


def _assigned(node: ast.Assign) -> Iterator[_Secret]:
    """Yields the secrets in an assignment: by a target's name, and by a key or container of a subscript."""
    named = next((target for target in node.targets if names_secret(target)), None)
    if named is not None:
        yield _Secret(name_of(named), node.value, node.value, node)
    for target in node.targets:
        if isinstance(target, ast.Subscript):
            for part in (target.value, target.slice):
                if is_string(part) and _is_secret_key(part):
                    yield _Secret(part.value, node.value, part, target)


def _keyed(node: ast.Dict) -> Iterator[_Secret]:
    for key, value in zip(node.keys, node.values, strict=True):
        if is_string(key) and _is_secret_key(key) and isinstance(value, ast.Constant):
            yield _Secret(key.value, value, key, node)


def _compared(node: ast.Compare) -> Iterator[_Secret]:
    if names_secret(node.left):
        for comparator in node.comparators:
            if is_string(comparator):
                yield _Secret(name_of(node.left), node.comparators[0], comparator, node)


@check.fix(TITLE, REVIEW)
def read(place: View[ast.Assign | ast.Dict | ast.Compare], source: Source) -> Edits:
    """Reads the environment variable named after the target or key. A comparison has no fix, as it needs a hash."""
    node, span = place.node, source.finding.span
    if isinstance(node, ast.Dict):
        for key, value in zip(node.keys, node.values, strict=True):
            if is_string(key) and span_of(value) == span:
                return read_from_environment(key.value, value, place, source)
        return []
    if isinstance(node, ast.Compare):
        return []
    names = [name_of(target) for target in node.targets if names_secret(target)]
    names += [str(part.value) for target in node.targets for part in _parts(target) if _is_secret_key(part)]
    return read_from_environment(names[0], node.value, place, source) if len(node.targets) == 1 and names else []


def _parts(target: ast.expr) -> list[ast.Constant]:
    """The strings in a subscript, unless it writes to the environment."""
    if not isinstance(target, ast.Subscript) or name_of(target.value) == "environ":
        return []
    return [part for part in (target.value, target.slice) if is_string(part)]

"""The fixes for hard-coded passwords: reading them from the environment.

The checks match names, so most of the strings that they report are not secrets: labels, paths, tokens of a tokenizer.
The fixes are offered only for a string that is likely to be a secret.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence

from posse_checks.python.syntax import is_string
from posse_checks.rule import Edits, Source, UnfixableError, View, origins
from posse_checks.rules._shared.purpose import is_test, name_of, words

TITLE = "Read the secret from the environment"

_HUMP = re.compile(r"(?<=[a-z\d])(?=[A-Z])")
_TAKEN = {"PWD": "PASSWORD", "PASS": "PASSWORD", "PASWORD": "PASSWORD"}
"""Names of variables that have another meaning, or are abbreviated or misspelled, each with a better one."""

_SECRET_WORDS = {
    *("password", "passwords", "passwd", "paswd", "pasword", "passphrase", "pwd", "pass"),
    *("secret", "secrete", "secrets", "token", "tokens"),
}
_ABOUT = {
    *("url", "uri", "path", "file", "filename", "dir", "directory", "endpoint", "route", "view", "page", "template"),
    *("field", "fields", "name", "names", "type", "types", "kind", "label", "prompt", "title", "text", "format"),
    *("message", "msg", "error", "err", "exception", "reason", "warning", "help", "hint", "description", "doc"),
    *("pattern", "regex", "regexp", "re", "rule", "rules", "validator", "validators", "validation", "policy"),
    *("header", "headers", "param", "params", "parameter", "attr", "attribute", "column", "table", "prefix", "suffix"),
    *("length", "len", "min", "max", "count", "size", "num", "expiry", "expires", "expiration", "lifetime", "ttl"),
    *("algorithm", "method", "scheme", "hasher", "encoder", "encoding", "class", "cls", "module", "backend"),
    *("env", "environ", "environment", "var", "variable", "arg", "option", "flag", "id", "ids", "key", "keys"),
    *("separator", "sep", "delimiter", "start", "end", "begin", "open", "close", "first", "last", "next", "prev"),
    *("pad", "unk", "mask", "bos", "eos", "special", "image", "audio", "video", "vocab", "literal", "symbol"),
    *("status", "state", "mode", "source", "issuer", "audience", "scope", "grant", "action", "event", "command"),
    *("failed", "fail", "invalid", "missing", "expired", "wrong", "incorrect", "bad", "required", "confirm", "reset"),
    *("handler", "factory", "change", "changed", "forgot", "forgotten", "placeholder", "dummy", "fake", "mock"),
    *("reply", "resource", "permission", "response", "request", "category", "role", "topic", "code"),
    *("example", "sample", "style", "icon", "color", "lookup", "provider", "service", "storage", "manager"),
}
"""Words in names of things related to a secret, or of other kinds of tokens, such as those of a language."""
_LABELS = {
    *("access", "refresh", "bearer", "basic", "digest", "jwt", "oauth", "oauth2", "oidc", "saml", "ldap", "csrf"),
    *("plain", "plaintext", "string", "str", "text", "char", "varchar", "bool", "boolean", "int", "integer", "object"),
    *("required", "optional", "true", "false", "none", "null", "nil", "undefined", "unknown", "default", "empty"),
    *("hidden", "masked", "redacted", "placeholder", "auto", "always", "never", "prompt", "enabled", "disabled"),
    *("foo", "bar", "baz", "foobar", "spam", "eggs", "test", "testing", "abc", "xyz", "secret_value"),
    *("valid", "invalid", "expired", "missing", "wrong", "example", "dummy", "fake", "sample", "authorization_code"),
}
"""Values that are labels, types or states."""
_SAMPLES = {"default", "defaults", "example", "examples", "sample", "samples", "demo", "fixture", "dummy"}
"""Words in names of functions and classes with passwords that everybody may know."""
_TEMPLATE = re.compile(r"[<>{}]|%[(s]|\$[({\w]|^%|\A\[.*\]\Z|\A__.*__\Z", re.DOTALL)
_LOCATION = re.compile(r"\A(?:[./~\\]|\w+:|[a-z]+(?:\.[A-Za-z_]+)+\Z|[a-z._-]+/[a-z._/-]*\Z|[\w-]+\.[A-Za-z]{2,4}\Z)")
_EXPRESSION = re.compile(r"\\|\A\^|\(\?|\[(?:\^|a-|A-|0-)|\.[*+]|\$\Z")
_CODE = re.compile(r"[\d.:+-]+")
"""Matches numbers, versions, times and codes of a protocol."""
_ENUMERATION = re.compile(r"(?:Enum|Flag|Choices)\Z")


def may_be_secret(name: str, value: str) -> bool:
    """Whether a string with a name is likely to be a secret."""
    parts, own = words(name), words(value)
    if len(value) < 3 or not value.isprintable() or any(map(str.isspace, value)) or not any(map(str.isalnum, value)):
        return False
    if set(parts) & _ABOUT - ({"key"} if "secret" in parts else set()) or len(set(value.lower())) == 1:
        return False
    if value.lower().strip("?!:;.,") in _LABELS or _is_made_of(own, parts) or _CODE.fullmatch(value):
        return False
    if _TEMPLATE.search(value) or _LOCATION.match(value) or _EXPRESSION.search(value):
        return False
    if len(own) > 1 and _SECRET_WORDS & set(own) and not any(map(str.isdigit, value)):
        return False  # such as `csrf_token`, the name of a field, a header or a parameter
    if {"your", "my"} & set(own) or "changeit" in own:
        return False
    if _SECRET_WORDS & set(parts) <= {"token", "tokens"}:
        return len(value) >= 16 or (len(value) > 5 and any(map(str.isdigit, value)))
    return True


def _is_made_of(own: Sequence[str], parts: Sequence[str]) -> bool:
    """Whether a value has no words but those of its name, also in the plural, or joined in another way."""
    singular = {word.removesuffix("s") for word in parts}
    return "".join(own) == "".join(parts) or {word.removesuffix("s") for word in own} <= singular


def read_from_environment(name: str, secret: ast.AST | None, view: View[ast.AST], source: Source) -> Edits:
    """Reads a secret from the environment variable for its name, without which the program raises KeyError there.

    Raises UnfixableError as `check_secret` does.
    """
    check_secret(name, secret, view, source)
    assert secret is not None
    return source.replaced_by_name(secret, "os", "environ", suffix=f"[{variable_for(name, source)}]")


def check_secret(name: str, secret: ast.AST | None, view: View[ast.AST], source: Source) -> None:
    """Raises UnfixableError unless a value may be a secret, in code that can read it from the environment."""
    if not is_string(secret) or not may_be_secret(name, secret.value):
        raise UnfixableError("it is probably not a secret")
    if is_test(view, source):
        raise UnfixableError("a test would then need the environment")
    if any(_SAMPLES & set(words(getattr(scope, "name", ""))) for scope in source.scopes()):
        raise UnfixableError("it is a default or an example, which is not secret")
    holder = next(iter(source.scopes()), None)
    if isinstance(holder, ast.ClassDef) and _is_enumeration(holder, source):
        raise UnfixableError("it is a member of an enumeration")
    for around in (view.node, *source.ancestors):
        if isinstance(around, ast.Call) and _repeats(around, secret.value):
            raise UnfixableError("another argument has the same value, so that it is an example, or a local default")
        if isinstance(around, ast.Call):
            touched = {name_of(inner) for inner in ast.walk(around)}
            if {"environ", "setenv", "putenv"} & touched or _ENUMERATION.search(name_of(around.func)):
                raise UnfixableError("it is written to the environment, or is a member of an enumeration")


def _repeats(call: ast.Call, value: str) -> bool:
    """Whether a call has a value twice, such as a login and a password that are equal."""
    given = [*call.args, *(keyword.value for keyword in call.keywords)]
    return sum(is_string(each) and each.value == value for each in given) > 1


def variable_for(name: str, source: Source) -> str:
    """The name of the environment variable for a secret, as a string literal."""
    variable = re.sub(r"\W+", "_", _HUMP.sub("_", name), flags=re.ASCII).strip("_").upper()
    return source.quoted(_TAKEN.get(variable, variable))


def _is_enumeration(holder: ast.ClassDef, source: Source, depth: int = 5) -> bool:
    """Whether a class is an enumeration, by the names of its bases and of their bases in the module."""
    for base in holder.bases:
        name = name_of(base)
        if _ENUMERATION.search(name):
            return True
        parent = origins.class_named(source, name) if depth and isinstance(base, ast.Name) else None
        if parent is not None and parent is not holder and _is_enumeration(parent, source, depth - 1):
            return True
    return any(keyword.arg == "metaclass" and "Enum" in name_of(keyword.value) for keyword in holder.keywords)

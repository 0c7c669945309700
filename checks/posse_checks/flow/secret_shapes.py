"""What a text looks like that Bandit takes for a password: a secret, or the name of one, an address, a message."""

from __future__ import annotations

import re

_NAME = re.compile(r"pass(?:word|wd|phrase)?|pwd|token|secret|key|credential|auth", re.IGNORECASE)
_HOLDS_NO_SECRET = re.compile(
    r"(?:_|\b)(?:field|name|header|url|uri|path|file|filename|param|parameter|type|label|prompt|message|msg|error|"
    r"help|text|title|template|pattern|regex|re|column|attr|attribute|prefix|suffix|id|env|var|variable|option|class|"
    r"policy|validator|hasher|endpoint|placeholder|form|view|page|format|scope|expiry|algorithm|length|chars?)s?$",
    re.IGNORECASE,
)
_PLACEHOLDER = re.compile(
    r"[<\[{(].*[>\]})]|\*+|\.+|x+|-+|#+|\?+|\$\w+|%\(?\w*\)?s|none|null|n/?a|todo|your[-_ ].*", re.IGNORECASE
)
_ADDRESS = re.compile(
    r"[a-z][a-z0-9+.-]*://\S*|/[\w./-]*|[\w-]+(?:/[\w-]+)+/?|\w+\.(?:html|txt|py|json|ya?ml|key|pem|crt|ini)"
)
_UPPER_NAME = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+")
_DOTTED = re.compile(r"[a-z_]\w*(?:\.[A-Za-z_]\w*)+")
_KEY_WORD = re.compile(r"[a-z]+(?:[-_ ][a-z]+)*", re.IGNORECASE)
_TAKERS = {
    *("connect", "login", "authenticate", "set_password", "encode", "decode", "signed", "sign", "basic_auth", "auth"),
    *("HTTPBasicAuth", "create_engine", "init_app", "encrypt", "hmac", "new", "BasicAuth", "Fernet", "create_user"),
    *("create_superuser", "session", "client", "Redis", "MongoClient"),
}


def names_secret(name: str) -> bool:
    """Whether a name is that of a secret."""
    return _NAME.search(name) is not None


def takes_secret(word: str) -> bool:
    """Whether what is handed to a function or keyword of this name is used as a credential."""
    if word in _TAKERS:
        return True
    return names_secret(word) and _HOLDS_NO_SECRET.search(word) is None


def judged(name: str, value: object, *, is_handed_over: bool) -> tuple[str, str]:
    """The verdict on a text that is bound to a name or handed over under it."""
    if not isinstance(value, str):
        return "unknown", ""
    if not value.strip():
        return "none", "the text is empty"
    reason = _no_secret(name, value)
    if reason:
        return "none", reason
    if is_handed_over:
        return "shown", f"the literal is handed over as `{name}`" if name else "the literal is handed over"
    if _looks_secret(value) and names_secret(name):
        return "shown", f"the literal is what `{name}` holds, and looks like a secret"
    return "unknown", ""


def judged_comparison(value: object) -> tuple[str, str]:
    """The verdict on a text that something is compared with."""
    if not isinstance(value, str):
        return "unknown", ""
    if not value.strip():
        return "none", "the text is empty"
    if len(value) <= 2 or _no_secret("", value):
        return "none", "the text is a mark or a word of a syntax, not a secret"
    if _looks_secret(value):
        return "shown", "a password is compared with the literal"
    return "unknown", ""


def _no_secret(name: str, value: str) -> str:
    if name and _HOLDS_NO_SECRET.search(name):
        return f"`{name}` says that it holds no secret"
    if _PLACEHOLDER.fullmatch(value):
        return "the text is a placeholder"
    if _ADDRESS.fullmatch(value):
        return "the text is an address or a path"
    if _UPPER_NAME.fullmatch(value):
        return "the text is the name of a setting"
    if value.count(" ") >= 2:
        return "the text is a message"
    if _DOTTED.fullmatch(value) and not any(character.isdigit() for character in value):
        return "the text is a qualified name"
    if _KEY_WORD.fullmatch(value) and names_secret(value):
        return "the text is the name of a key"
    if value.startswith(("--", "-")) and _KEY_WORD.fullmatch(value.lstrip("-")):
        return "the text is the name of an option"
    return ""


def _looks_secret(value: str) -> bool:
    if len(value) < 6 or any(character.isspace() for character in value):
        return False
    has_digit = any(character.isdigit() for character in value)
    has_letter = any(character.isalpha() for character in value)
    mixed = value != value.lower() and value != value.upper()
    special = any(not character.isalnum() and character not in "_-./" for character in value)
    return (has_digit and has_letter) or (len(value) >= 16 and mixed) or (special and has_letter)

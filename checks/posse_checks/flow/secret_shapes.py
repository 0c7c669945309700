"""Classifies a text that Bandit takes for a password: a secret, a name, an address, a message."""

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
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
_STEMS = {"pwd": "pass", "passwd": "pass", "password": "pass", "passphrase": "pass", "passcode": "pass"}
_WHOSE = {"admin", "root", "default", "user", "test", "db", "database", "smtp", "mail", "ftp", "my"}
"""Words in names of secrets that say whose, or what for."""
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_SECRETS = {"pass", "token", "secret", "key", "credential", "auth"}
_AMBIGUOUS = {"token", "key", "auth"}
"""Words that parsers and mappings use for things that are not secrets."""
_SYNTAX = re.compile(r"[a-z]{1,3}|[a-z]+(?: [a-z]+)+", re.IGNORECASE)
_BARE = {"pass", "password", "passwd", "pwd", "passphrase", "passcode", "secret"}
"""Last words of names of actual secrets."""
_WORDS = re.compile(r"[\w\s'\"(){}\[\]<>%,;:.?!/-]+")
_SENTENCE = re.compile(r"[A-Z].*|.*[.:?!)]", re.DOTALL)
_SPEAKS_OF_SECRET = re.compile(r"\b(?:pass\w*|tokens?|secrets?|keys?|credentials?)\b", re.IGNORECASE)
_TAKERS = {
    *("connect", "login", "authenticate", "set_password", "encode", "decode", "signed", "sign", "basic_auth", "auth"),
    *("HTTPBasicAuth", "create_engine", "init_app", "encrypt", "hmac", "new", "BasicAuth", "Fernet", "create_user"),
    *("create_superuser", "session", "client", "Redis", "MongoClient"),
}


def names_secret(name: str) -> bool:
    """Whether a name is one of a secret."""
    return _NAME.search(name) is not None


def takes_secret(word: str) -> bool:
    """Whether an argument of a function or keyword with this name is used as a credential."""
    if word in _TAKERS:
        return True
    return names_secret(word) and _HOLDS_NO_SECRET.search(word) is None


def judged(name: str, value: object, *, is_handed_over: bool, is_login: bool = False) -> tuple[str, str]:
    """The verdict on a text that is bound to a name or passed under it; `is_login` if with the name of a user."""
    if not isinstance(value, str):
        return "unknown", ""
    if not value.strip():
        return "none", "the text is empty"
    if _may_be_meant(name, value):
        return ("shown", f"the literal is passed as `{name}`") if is_login else ("unknown", "")
    reason = _no_secret(name, value)
    if reason:
        return "none", reason
    if _EMAIL.fullmatch(value) or _is_key_word(value) or (_SYNTAX.fullmatch(value) and _stems(name) <= _AMBIGUOUS):
        return "unknown", ""
    if is_handed_over:
        return "shown", f"the literal is passed as `{name}`" if name else "the literal is passed as an argument"
    if _looks_secret(value) and names_secret(name):
        return "shown", f"the literal is assigned to `{name}` and looks like a secret"
    return "unknown", ""


def judged_comparison(value: object) -> tuple[str, str]:
    """The verdict on a text used in a comparison."""
    if not isinstance(value, str):
        return "unknown", ""
    if not value.strip():
        return "none", "the text is empty"
    if len(value) <= 2 or _no_secret("", value):
        return "none", "the text is punctuation or a keyword, not a secret"
    if _looks_secret(value):
        return "shown", "a password is compared with the literal"
    return "unknown", ""


def _no_secret(name: str, value: str) -> str:
    if name and _HOLDS_NO_SECRET.search(name):
        return f"`{name}` names something other than a secret"
    if _PLACEHOLDER.fullmatch(value.strip()):
        return "the text is a placeholder"
    if _ADDRESS.fullmatch(value):
        return "the text is an address or a path"
    if _UPPER_NAME.fullmatch(value):
        return "the text is the name of a setting"
    if _is_message(name, value.strip()):
        return "the text is a message"
    if _DOTTED.fullmatch(value) and not any(character.isdigit() for character in value):
        return "the text is a qualified name"
    if _is_key_word(value) and (not name or _names_the_same(name, value)):
        return "the text is the name of a key"
    if value.startswith(("--", "-")) and _KEY_WORD.fullmatch(value.lstrip("-")):
        return "the text is the name of an option"
    return ""


def _is_message(name: str, value: str) -> bool:
    """Whether a text is for people: a sentence, or words about a secret although the name is not about one."""
    if value.count(" ") < 2 or not _WORDS.fullmatch(value):
        return False
    return _SENTENCE.fullmatch(value) is not None or (not _is_bare(name) and bool(_SPEAKS_OF_SECRET.search(value)))


def _is_key_word(value: str) -> bool:
    """Whether a text is a word or two, one of which stands for a secret."""
    return _KEY_WORD.fullmatch(value) is not None and bool(_stems(value))


def _names_the_same(name: str, value: str) -> bool:
    """Whether a text repeats words of the name that it is bound to, or is a longer form of that name."""
    return _words(value) <= _words(name) or (not _is_bare(name) and bool(_stems(name) & _stems(value)))


def _may_be_meant(name: str, value: str) -> bool:
    """Whether a text that is the very word for a secret, such as `password`, may be the secret all the same."""
    words = _words(name)
    if not value.isalpha() or len(_words(value)) != 1 or not _is_bare(value) or not _is_bare(name):
        return False
    return len(words) == 1 or not words.isdisjoint(_WHOSE)


def _is_bare(name: str) -> bool:
    """Whether a name stands for a secret itself, not for something related to one."""
    words = _WORD.findall(name)
    return bool(words) and words[-1].lower() in _BARE


def _words(name: str) -> set[str]:
    return {word.lower() if word.lower() == "pass" else word.lower().removesuffix("s") for word in _WORD.findall(name)}


def _stems(name: str) -> set[str]:
    """The words for secrets in a name; those for passwords are one."""
    return _SECRETS & {_STEMS.get(word, word) for word in _words(name)}


def _looks_secret(value: str) -> bool:
    if len(value) < 6 or any(character.isspace() for character in value):
        return False
    has_digit = any(character.isdigit() for character in value)
    has_letter = any(character.isalpha() for character in value)
    mixed = value != value.lower() and value != value.upper()
    special = any(not character.isalnum() and character not in "_-./" for character in value)
    return (has_digit and has_letter) or (len(value) >= 16 and mixed) or (special and has_letter)

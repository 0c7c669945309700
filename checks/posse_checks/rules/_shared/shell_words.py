"""Splits a shell command into words if it means the same without a shell."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from posse_checks.python.syntax import is_string
from posse_checks.rule import Source, UnfixableError

_PIECE = re.compile(
    r"""(?P<plain>[\w@%+=:,./-]+)|'(?P<single>[^'\r\n]*)'|"(?P<double>[^"$`!\\\r\n]*)"|(?P<blank>[ \t]+)""", re.ASCII
)
"""Matches text that a shell does not change: plain characters, quotes without substitutions, blanks between words."""

_BUILTINS = frozenset(
    {
        *(".", ":", "[", "[[", "alias", "assoc", "bg", "bind", "break", "builtin"),
        *("call", "caller", "case", "cd", "chdir", "cls", "command", "compgen", "complete", "compopt"),
        *("continue", "copy", "coproc", "declare", "del", "dir", "dirs", "disown", "do", "done"),
        *("echo", "elif", "else", "enable", "erase", "esac", "eval", "exec", "exit", "export"),
        *("fc", "fg", "fi", "for", "ftype", "function", "getopts", "hash", "help", "history"),
        *("if", "in", "jobs", "let", "local", "logout", "mapfile", "md", "mklink", "move"),
        *("popd", "pushd", "rd", "read", "readarray", "readonly", "rem", "ren", "rename", "return"),
        *("select", "set", "setlocal", "shift", "shopt", "source", "start", "suspend", "then", "times"),
        *("title", "trap", "type", "typeset", "ulimit", "umask", "unalias", "unset", "until", "ver"),
        *("vol", "wait", "while"),
    }
)
"""The built-in commands of shells, including `cmd.exe`, for which there may be no program."""


def command_words(command: ast.expr, source: Source) -> list[str]:
    """Returns the words of a command that is a string literal.

    Raises UnfixableError unless a shell would only start one program with these words: no value, pipe, wildcard,
    variable or redirection, no assignment before the program, and no built-in command.
    """
    if not is_string(command):
        raise UnfixableError("the command is not a string in the code")
    _, body = source.string_parts(command)
    words = list(_split(body))
    if not words or "=" in words[0] or words[0] in _BUILTINS or words[0].startswith("-"):
        raise UnfixableError("the command is a shell's own")
    return words


def as_list(words: list[str], quote: str) -> str:
    """Writes words as a list of string literals."""
    return f"[{', '.join(_literal(word, quote) for word in words)}]"


def _split(command: str) -> Iterator[str]:
    """Yields the words of a command. Raises UnfixableError at anything that a shell would not take as it stands."""
    at, word = 0, None
    while at < len(command):
        match = _PIECE.match(command, at)
        if match is None:
            raise UnfixableError("the command contains shell syntax")
        at = match.end()
        if match.lastgroup == "blank":
            if word is not None:
                yield word
            word = None
        else:
            word = (word or "") + (match[match.lastgroup or 0])
    if word is not None:
        yield word


def _literal(word: str, quote: str) -> str:
    """Writes a word as a string literal, in these quotes if it has none. Raises UnfixableError if it has both kinds."""
    if quote in word:
        quote = "'" if quote == '"' else '"'
    if quote in word:
        raise UnfixableError("a word has quotes of both kinds")
    return f"{quote}{word}{quote}"

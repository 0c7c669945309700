"""Splits a shell command into words if it means the same without a shell; else quotes the values in it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from posse_checks.rule import Edits, Replacement, Source, UnfixableError, is_string
from posse_checks.rules._shared.built_text import HOLE, Built, built, rewritten
from posse_checks.rules._shared.purpose import words
from posse_checks.rules._shared.request_values import as_text
from posse_checks.rules._shared.shell_places import is_quotable
from posse_checks.rules._shared.text_template import Template, Value, last_name, template_of

_PIECE = re.compile(
    r"""(?P<plain>[\w@%+=:,./\0-]+)|'(?P<single>[^'\r\n]*)'|"(?P<double>[^"$`!\\\r\n]*)"|(?P<blank>[ \t]+)""", re.ASCII
)
"""Matches text that a shell does not change: plain characters, quotes without substitutions, blanks between words."""
_RUNS_TEXT = re.compile(
    r"(?:.*/)?(?:(?:ba|da|z|k|fi|a|c|tc)?sh|ssh|su|eval|exec|xargs|cmd|powershell|pwsh)(?:\.exe)?|[-/][ce]|--eval|--command"
)
"""Matches words after which a program runs a text."""
_QUOTES = frozenset({"shlex.quote", "pipes.quote"})
_SEVERAL = {
    *("args", "arguments", "argv", "options", "opts", "opt", "flags", "flag", "params", "parameters", "extra", "rest"),
    *("cmd", "command", "commands", "cmdline", "script", "pipeline", "redirect", "redirection", "files", "paths"),
    *("words", "list", "names", "items", "packages", "targets", "hosts", "env", "prefix", "suffix", "line", "kwargs"),
}
"""Words in names of values that may be several words of a command."""
_PROGRAMS = {"executable", "binary", "bin", "exe", "program", "interpreter", "python"}
"""Words in names of values that are the path of a program."""

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


@dataclass(frozen=True, slots=True)
class CommandList:
    """A command as the source of a list of its words, and the expression that it replaces."""

    built: Built
    written: str

    def replaced(self) -> Replacement:
        """Replaces the command by the list."""
        return self.built.source.replaced(self.built.node, self.written)


def command_list(command: ast.expr, source: Source) -> CommandList:
    """Returns the words of a command as a list, each value as a word or a part of one.

    Raises UnfixableError unless a shell would only start one program with these words: no pipe, wildcard, variable or
    redirection, no assignment before the program, no built-in command, and no value that may be more than one word.
    """
    text = built(command, source)
    template = template_of(text)
    if template.text == HOLE:
        raise UnfixableError("the command is not a string in the code")
    found = list(_split(template.text))
    if not found or "=" in found[0] or found[0] in _BUILTINS or found[0].startswith("-"):
        raise UnfixableError("the command is a shell's own")
    if template.values and any(map(_RUNS_TEXT.fullmatch, found)):
        raise UnfixableError("the command starts another shell or interpreter, which reads the value as code")
    values = iter(template.values)
    items = []
    for index, word in enumerate(found):
        inside = [next(values) for _ in range(word.count(HOLE))]
        _check_values(inside, text.source, is_program=not index)
        items.append(_item(word, inside, template, text.source))
    return CommandList(text, f"[{', '.join(items)}]")


def quoted_values(command: ast.expr, source: Source) -> Edits:
    """Quotes each value in a command with `shlex.quote`, which makes it one word for a POSIX shell.

    Raises UnfixableError if a value is not an argument, or may be several of them.
    """
    text = built(command, source)
    access = source.name_access("shlex", "quote")
    is_joined = isinstance(text.node, ast.BinOp) and isinstance(text.node.op, ast.Add)

    def write(value: ast.expr, written: str, before: str, after: str) -> str | None:
        if is_string(value) or _unquoted(value, text.source) is not None:
            return None
        if not is_quotable(before, after):
            raise UnfixableError("a value is not an argument of the command, or is in quotes already")
        _check_values([Value(value, written, is_joined)], text.source, is_program=False)
        return f"{access.expression}({written if is_joined else as_text(value, written, text.source)})"

    return [*access.replacements, *rewritten(text, write)]


def _check_values(values: Sequence[Value], source: Source, *, is_program: bool) -> None:
    """Raises UnfixableError if a value may be several words, or is the program without the name of one."""
    for value in values:
        node = _unquoted(value.node, source) or value.node
        if not isinstance(node, (ast.Name, ast.Attribute, ast.Subscript, ast.Call, ast.Constant)) or not _is_word(node):
            raise UnfixableError("a value is computed")
        named = set(words(last_name(node)))
        if is_program and not named & _PROGRAMS:
            raise UnfixableError("the program is a value, which may be a whole command")
        if named & _SEVERAL and node is value.node:
            raise UnfixableError("a value may be several words of the command")
        for given in source.known_values(node) if isinstance(node, ast.Name) else ():
            if not _is_word(given):
                raise UnfixableError("a value may be several words of the command")


def _is_word(given: ast.expr) -> bool:
    """Whether an assigned expression may be a single word: not text with blanks or signs, nor joined from parts."""
    match given:
        case ast.Constant(value=str() as text):
            return re.fullmatch(r"[\w@%+=:,./-]+", text) is not None
        case ast.BinOp() | ast.List() | ast.Tuple() | ast.ListComp() | ast.GeneratorExp() | ast.IfExp():
            return False
        case ast.JoinedStr(values=parts):
            return not any(is_string(part) and re.search(r"[^\w@%+=:,./-]", part.value) for part in parts)
        case ast.Call(func=ast.Attribute(attr="join" | "format")):
            return False
    return True


def _unquoted(value: ast.expr, source: Source) -> ast.expr | None:
    """The value that an expression quotes for a shell; None if it does not."""
    match value:
        case ast.Call(func=function, args=[inner], keywords=[]) if source.qualified(function) in _QUOTES:
            return inner
    return None


def _item(word: str, values: Sequence[Value], template: Template, source: Source) -> str:
    """Writes a word as an item of a list: a literal, a value, or a formatted string of both."""
    if not values:
        return _literal(word, template.quote)
    if word == HOLE:
        (value,) = values
        inner = _unquoted(value.node, source)
        return value.as_text(source) if inner is None else source.slice(inner)
    if any(_unquoted(value.node, source) is not None for value in values):
        raise UnfixableError("a part of a word is quoted for the shell")
    written = [value.written for value in values]
    if any(mark in each for mark in "'\"\\{}\n\r" for each in (*written, word)):
        raise UnfixableError("a word of the command has quotes or braces")
    parts = word.split(HOLE)
    fields = "".join(f"{{{value}}}{part}" for value, part in zip(written, parts[1:], strict=True))
    return f"f{template.quote}{parts[0]}{fields}{template.quote}"


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

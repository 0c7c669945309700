"""Templates for a line of a report, such as `{relpath}:{line}: {msg}`."""

from __future__ import annotations

import string
from collections.abc import Collection
from typing import Any, NamedTuple


class TemplateError(Exception):
    """A template cannot be used. The message is Bandit's."""


class Template(NamedTuple):
    """A template that can be used."""

    line: str
    """What `str.format` takes for each result, with unknown tags as mere words."""
    unknown: Collection[str]
    """The tags that no value has."""


class _Unfilled(dict[str, Any]):
    """Values for a trial: tags without one stand for themselves."""

    def __missing__(self, key: str) -> str:
        return f"{{{key}}}"


def template_of(text: str, tags: Collection[str]) -> Template:
    """Returns a template with these tags.

    Raises TemplateError if it is not one, ValueError if its format for numbers does not fit.
    """
    try:
        pieces = list(string.Formatter().parse(text))
        string.Formatter().vformat(text, (), _Unfilled(line=0))
    except ValueError as error:
        raise TemplateError(f"Template is not in valid format: {error.args[0]}") from None
    except (LookupError, AttributeError, TypeError) as error:
        raise ValueError(str(error)) from None
    given = {field for _, field, _, _ in pieces if field is not None}
    if not given:
        raise TemplateError("No tags were found in the template. Are you missing '{}'?")
    line = "".join(_piece(tags, *piece) for piece in pieces) + "\n"
    return Template(line, [tag for tag in given if tag not in tags])


def _piece(tags: Collection[str], literal: str, field: str | None, format: str | None, conversion: str | None) -> str:
    text = literal.replace("{", "{{").replace("}", "}}")
    if field is None:
        return text
    if field not in tags:
        return text + field
    return f"{text}{{{field}{f':{format}' if format else ''}{f'!{conversion}' if conversion else ''}}}"

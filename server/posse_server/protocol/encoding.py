"""The units in which a client counts columns.

Lines may be a megabyte long and hold thousands of findings, so nothing here iterates over characters in Python.
"""

from __future__ import annotations

import enum
from bisect import bisect_right
from functools import lru_cache


class Encoding(enum.Enum):
    """The units in which a client counts columns."""

    UTF8 = "utf-8"
    UTF16 = "utf-16"
    UTF32 = "utf-32"

    def units(self, text: str) -> int:
        """Returns the length of a text without line ends, in these units."""
        if self is Encoding.UTF32 or text.isascii():
            return len(text)
        if self is Encoding.UTF8:
            return len(text.encode(errors="surrogatepass"))
        return len(text.encode("utf-16-le", errors="surrogatepass")) // 2

    def code_points(self, line: str, units: int) -> int:
        """Returns the number of code points in the first `units` units of a line, without a partial last one."""
        if units <= 0:
            return 0
        head = line[:units]  # each code point has at least one unit
        if self is Encoding.UTF32 or head.isascii():
            return len(head)
        codec, size = ("utf-8", 1) if self is Encoding.UTF8 else ("utf-16-le", 2)
        try:
            data = head.encode(codec)
        except UnicodeEncodeError:  # lone surrogates: two adjacent ones would be decoded as one code point
            return bisect_right(range(len(head) + 1), units, key=lambda count: self.units(head[:count])) - 1
        return len(data[: units * size].decode(codec, errors="ignore"))


class Ruler:
    """Converts columns of one line, measuring each from the previous one."""

    def __init__(self, line: str, encoding: Encoding) -> None:
        self._line = line.encode(errors="surrogatepass")
        self._encoding = encoding
        self._last = 0, 0

    def units(self, column: int) -> int:
        """Returns a column in UTF-8 bytes as a column in the client's units.

        A column inside a code point counts as the start of that code point.
        """
        line = self._line
        column = max(0, min(column, len(line)))
        while 0 < column < len(line) and line[column] & 0xC0 == 0x80:
            column -= 1
        before, units = self._last
        between = line[min(before, column) : max(before, column)].decode(errors="surrogatepass")
        distance = self._encoding.units(between)
        units += distance if column > before else -distance
        self._last = column, units
        return units


ruler = lru_cache(maxsize=4)(Ruler)
"""Returns the ruler of a line; cached for the last few lines, because findings come line by line."""

"""The units in which a client counts columns."""

from __future__ import annotations

import enum


class Encoding(enum.Enum):
    """The units in which a client counts columns."""

    UTF8 = "utf-8"
    UTF16 = "utf-16"
    UTF32 = "utf-32"

    def units(self, text: str) -> int:
        """The length of a text without line ends."""
        if self is Encoding.UTF32 or text.isascii():
            return len(text)
        if self is Encoding.UTF8:
            return len(text.encode(errors="surrogatepass"))
        return len(text) + sum(character > "\uffff" for character in text)

    def code_points(self, line: str, units: int) -> int:
        """The number of code points in the first `units` of a line; within one, that one is left out."""
        if self is Encoding.UTF32 or line.isascii():
            return min(units, len(line))
        count = seen = 0
        for character in line:
            seen += self.units(character)
            if seen > units:
                break
            count += 1
        return count

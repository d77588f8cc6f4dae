"""What an option does, in a line: read from the docstring of the class that has it."""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Iterator

_NAMES = re.compile(r"(?P<names>\w+(?:, \w+)*): (?P<words>.+)")
_ELSEWHERE = re.compile(r"\bsee `(\w+)`")
_SECTION = re.compile(r"[A-Z]\w*:")


def option_words(options: type) -> dict[str, str]:
    """A sentence for each option that the docstrings of a class and of those above it describe.

    Where a docstring says "see `Other`", those of that class count, too. An entry that only refers to another
    place counts where there is no other.

    Args:
        options: a class with `Attributes:` in its docstring; an entry may be of several names, and may take
            several lines.
    """
    entries = list(_described(options))
    own = [(names, words) for names, words in entries if not words.startswith("see `")]
    found: dict[str, str] = {}
    for names, words in [*own, *entries]:
        for name in names:
            found.setdefault(name, words.partition(". ")[0].rstrip("."))
    return found


def _described(options: type) -> Iterator[tuple[list[str], str]]:
    """The entries of a class, of those above it, and of those that they refer to; the nearest first."""
    for one in options.__mro__:
        docstring = vars(one).get("__doc__") or ""
        yield from _entries(docstring)
        for name in _ELSEWHERE.findall(docstring.partition("\nAttributes:")[0]):
            other = getattr(sys.modules[one.__module__], name, None)
            if isinstance(other, type):
                yield from _described(other)


def _entries(docstring: str) -> Iterator[tuple[list[str], str]]:
    """Names and words of each entry of the section `Attributes:`."""
    _, _, section = inspect.cleandoc(docstring).partition("\nAttributes:\n")
    entry: list[str] = []
    for line in [*section.splitlines(), ""]:
        inner = line.removeprefix("    ")
        goes_on = inner.startswith("    ")
        if not goes_on and entry:
            match = _NAMES.fullmatch(" ".join(entry))
            if match:
                yield match["names"].split(", "), match["words"]
            entry = []
        if _SECTION.fullmatch(line):
            return
        if inner.strip() and (goes_on or inner != line):
            entry.append(inner.strip())

"""What is wrong with a study, in our words, and on which line of its file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import msgspec

from simdyhpo.errors import BudgetError, OptionError, SimdyhpoError, UnknownNameError
from simdyhpo.options import KINDS

Keys = Sequence[str | int]
"""Where a value stands: keys of tables, places in lists, from 0; e.g. `("variants", 1, "label")`."""

_KINDS = KINDS | {"array": "a list", "object": "a table"}
_WHERE = re.compile(r"(?P<what>.*?)(?: - at `\$(?P<path>[^`]*)`)?", flags=re.DOTALL)
_LETTERS = "begins with a letter or digit, and may hold letters, digits, '.', '_', '-'"
_RULES: Sequence[tuple[str, str]] = (
    (r"Object missing required field `(?P<one>[^`]*)`", "`{one}` is missing"),
    (r"Object contains unknown field `(?P<one>[^`]*)`", "`{one}` is no key here"),
    (r"Expected `(?P<one>[^`]*)`, got `(?P<other>[^`]*)`", "is {other}, and has to be {one}"),
    (r"Expected `(?P<one>[^`]*)` matching regex .*,=\+ .*", f"{_LETTERS}, ',', '=', '+' and spaces"),
    (r"Expected `(?P<one>[^`]*)` matching regex .*", f"{_LETTERS}"),
    (r"Expected `(?P<one>[^`]*)` of length >= 1", "is empty, and has to be {one} with something in it"),
    (r"Expected `(?P<one>[^`]*)` (?:of length )?<= (?P<most>\S+)", "has to be {one}, at most {most}"),
    (r"Expected `(?P<one>[^`]*)` >= (?P<least>\S+)", "has to be {one} of at least {least}"),
    (r"Expected `(?P<one>[^`]*)` > (?P<least>\S+)", "has to be {one} above {least}"),
)
_HEADER = re.compile(r"\s*(\[\[?)\s*([\w-]+)\s*\]\]?")
_KEY = re.compile(r'\s*"?([\w-]+)"?\s*=')


class StudyError(SimdyhpoError):
    """Something in a study can't be meant.

    Attributes:
        keys: where it stands; empty if that isn't known.
        name: what it is about, if that helps to find it.
    """

    def __init__(self, text: str, keys: Keys = (), name: str = "") -> None:
        self.keys = tuple(keys)
        self.name = name
        super().__init__(text)


def mistake_of(error: msgspec.ValidationError, within: Keys = ()) -> StudyError:
    """What msgspec says of a value, in our words.

    Args:
        error: its error.
        within: where the value that was looked at stands.
    """
    found = _WHERE.fullmatch(str(error))
    what, path = (found["what"], found["path"] or "") if found else (str(error), "")
    keys = (*within, *_keys(path))
    named = [f"`{key}`" for key in keys if isinstance(key, str) and key != "variants"]
    said = _said(what)
    missing = said.startswith("`")
    return StudyError(said if missing or not named else f"{named[-1]} {said}", keys)


def in_its_place(error: SimdyhpoError, path: Path, text: str) -> SimdyhpoError:
    """What is wrong, with the file, and the line if that can be told.

    Args:
        error: what is wrong.
        path, text: of the file.
    """
    line = None
    if isinstance(error, StudyError) and error.keys:
        line = line_of(text, error.keys)
    elif isinstance(error, StudyError | UnknownNameError) and error.name:
        line = line_with(text, error.name)
    elif isinstance(error, BudgetError):
        line = line_of(text, ("budget",))
    elif isinstance(error, OptionError):
        line = line_with(text, error.option)
    return SimdyhpoError(f"{path}{'' if line is None else f', line {line}'}: {error}")


def line_with(text: str, name: str) -> int | None:
    """The last line of a TOML file that has a name in quotes, or as a key; None if none has."""
    there = re.compile(rf"""(["']){re.escape(name)}\1|(?<![\w."'-]){re.escape(name)}\s*=""")
    lines = [
        number
        for number, content in enumerate(text.splitlines(), 1)
        if there.search(content) and not content.lstrip().startswith("#")
    ]
    return lines[-1] if lines else None


def line_of(text: str, keys: Keys) -> int | None:
    """The line of a TOML file on which a value begins, or the table that should have it; None if not found.

    Args:
        text: of the file.
        keys: where the value stands.
    """
    names = [key for key in keys if isinstance(key, str)]
    if not names:
        return None
    number = next((key for key in keys if isinstance(key, int)), 0)
    begun, inside, top, count = None, False, True, 0
    for line, content in enumerate(text.splitlines(), 1):
        header, key = _HEADER.match(content), _KEY.match(content)
        if header:
            top = False
            count += header[2] == names[0]
            inside = header[2] == names[0] and (header[1] == "[" or count == number + 1)
            begun = line if inside else begun
        elif key and key[1] in (names[1:2] if inside else names[:1] if top else ()):
            return line
    return begun


def _keys(path: str) -> list[str | int]:
    """`.variants[0].label` taken apart."""
    return [int(number) if number else name for name, number in re.findall(r"\.(\w+)|\[(\d+)\]", path)]


def _said(what: str) -> str:
    for pattern, words in _RULES:
        if found := re.fullmatch(pattern, what, flags=re.DOTALL):
            return words.format(**{name: _kind(part) for name, part in found.groupdict().items()})
    return what


def _kind(names: str) -> str:
    each = [name.strip() for name in names.split("|")]
    return " or ".join(
        _KINDS.get(name, name.removesuffix(".0")) for name in each if name != "null" or len(each) == 1
    )

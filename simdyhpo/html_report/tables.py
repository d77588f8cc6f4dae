"""Tables that a reader can sort; long ones are kept as data and shown piece by piece."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence

import msgspec
from markupsafe import Markup

from simdyhpo.html_report.templates import fill


class WithNumber(msgspec.Struct, frozen=True):
    """A number with more around it than a column can write, e.g. its interval.

    Attributes:
        text: what is read.
        number: what it is sorted by.
    """

    text: str
    number: float


Plain = str | int | float | None
Value = Plain | WithNumber


class Column(msgspec.Struct, frozen=True):
    """A column of a table.

    Attributes:
        title: its head.
        digits: decimals of its numbers; None for text.
        unit: put after each number, e.g. " %".
        first: whether a phone shows it at once, where a long table's rows are folded.
    """

    title: str
    digits: int | None = None
    unit: str = ""
    first: bool = False

    def show(self, value: Value) -> str:
        """A value's text; nothing for what is missing."""
        if value is None or (isinstance(value, float) and math.isnan(value)):
            return ""
        if isinstance(value, WithNumber):
            return value.text
        if self.digits is None or isinstance(value, str):
            return str(value)
        if 0 < value < 10.0**-self.digits / 2:  # what is more than nothing must not look like nothing
            return f"< {10.0**-self.digits:.{self.digits}f}{self.unit}"
        return f"{value:,.{self.digits}f}{self.unit}"


class Place(msgspec.Struct, frozen=True):
    """A cell of a table as its template needs it.

    Attributes:
        text: what is read.
        key: the number that it is sorted by, empty where that is missing; None where the text counts.
        number: whether it is aligned to the right.
        link: the name of an anchor of this page, if any.
        best: whether it is the best of its row or column, and set in bold.
    """

    text: str
    key: str | None
    number: bool
    link: str = ""
    best: bool = False


def table(
    caption: str,
    columns: Sequence[Column],
    rows: Sequence[Sequence[Value]],
    *,
    links: Sequence[str] = (),
    best: Sequence[Sequence[bool]] = (),
) -> Markup:
    """A table with a button in each head, which sorts by that column.

    Args:
        caption: says what it holds.
        columns: from left to right; the first one heads each row.
        rows: a value for each column; numbers are sorted as they are, not as they are shown.
        links: for each row, the name of an anchor of this page that its head leads to.
        best: for each row and column, whether to set it in bold.
    """
    lines = [
        [
            Place(
                column.show(value),
                _key(value),
                column.digits is not None,
                links[at] if links and not place else "",
                bool(best) and best[at][place],
            )
            for place, (column, value) in enumerate(zip(columns, row, strict=True))
        ]
        for at, row in enumerate(rows)
    ]
    return fill("table.html", caption=caption, columns=columns, rows=lines)


def long_table(
    name: str,
    caption: str,
    columns: Sequence[Column],
    rows: Sequence[Sequence[Plain]],
    notes: Sequence[str] = (),
) -> Markup:
    """A table of any length, which the page's script shows a piece of, and searches.

    On a phone a row is folded to its head and those columns that come first; pressed, it shows the others.

    Args:
        name: of its data in the page.
        caption: says what it holds.
        columns: from left to right.
        rows: a value for each column.
        notes: for each row, a text shown below it; searched, too.
    """
    plain = [
        [None if isinstance(value, float) and not math.isfinite(value) else _rounded(value, column)
         for value, column in zip(row, columns, strict=True)]
        for row in rows
    ]  # fmt: skip
    content = {
        "digits": [column.digits for column in columns],
        "first": [not place or column.first for place, column in enumerate(columns)],
        "rows": plain,
        "notes": notes,
    }
    data = json.dumps(content, separators=(",", ":"), ensure_ascii=False)
    # Inside <script>, text is not escaped, but ends where a tag seems to begin.
    data = data.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")
    return fill(
        "long_table.html",
        name=name,
        caption=caption,
        columns=columns,
        count=len(rows),
        data=Markup(data),
    )


def _rounded(value: Plain, column: Column) -> Plain:
    """No more digits than are shown, and two more to sort by."""
    if isinstance(value, float) and column.digits is not None:
        return round(value, column.digits + 2) or value
    return value


def _key(value: Value) -> str | None:
    if isinstance(value, str):
        return None
    number = value.number if isinstance(value, WithNumber) else value
    return "" if number is None or math.isnan(number) else repr(float(number))

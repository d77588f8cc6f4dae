"""Plain text for the terminal: lines and tables."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence

import click

AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print the same as JSON, on one line.")
"""Of commands that show something."""


def print_lines(lines: Iterable[str]) -> None:
    """Through the buffer of stdout: `click.echo` flushes after each line, which is slow for many."""
    sys.stdout.writelines(line + "\n" for line in lines)


def aligned(header: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[str] = ()) -> Iterator[str]:
    """Lines with columns of equal width; those named in `right` are aligned to the right.

    The last column may be of any length, so its width sets nothing.
    """
    widths = [max(map(len, column)) for column in zip(header, *rows, strict=True)]
    widths[-1] = widths[-1] if header[-1] in right else 0
    pad = [str.rjust if name in right else str.ljust for name in header]
    for row in (header, *rows):
        cells = [place(cell, width) for place, cell, width in zip(pad, row, widths, strict=True)]
        yield "  ".join(cells).rstrip()


def print_json(value: object) -> None:
    """One line of JSON, for programs; numbers that are not finite become null."""
    import msgspec

    print_lines([msgspec.json.encode(value).decode()])


def size_text(size: int) -> str:
    """A number of bytes for a person."""
    return f"{size / 1e6:.1f} MB" if size >= 100_000 else f"{size / 1e3:.1f} kB"

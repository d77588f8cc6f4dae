"""From measured sections to a Markdown page."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

PAGE = Path(__file__).parents[1] / "docs" / "benchmarks.md"
BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"


@dataclass
class Section:
    """One table.

    Attributes:
        title: its heading.
        columns: names of the columns.
        rows: cells, as text.
        note: what a reader must know to read it.
    """

    title: str
    columns: Sequence[str]
    rows: list[Sequence[str]] = field(default_factory=list)
    note: str = ""

    def markdown(self) -> str:
        """The section as Markdown, columns aligned."""
        table = [list(self.columns), *map(list, self.rows)]
        widths = [max(len(row[i]) for row in table) for i in range(len(self.columns))]
        lines = [
            "| " + " | ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)) + " |"
            for row in table
        ]
        lines.insert(1, "| " + " | ".join("-" * width for width in widths) + " |")
        return "\n".join([f"## {self.title}", "", *lines, "", self.note]).rstrip() + "\n"


def machine() -> str:
    """CPU model, cores and versions: what figures depend on."""
    model = platform.machine()
    description = Path("/proc/cpuinfo")
    if description.exists():
        for line in description.read_text().splitlines():
            if line.startswith("model name"):
                model = line.partition(":")[2].strip()
                break
    libraries = ", ".join(f"{name} {version(name)}" for name in ("numpy", "torch"))
    return f"{model}, {os.cpu_count()} cores; Python {platform.python_version()}, {libraries}."


def page_with(figures: str, page: str) -> str:
    """The page with new figures between the two marks; what people wrote around them stays.

    Raises:
        ValueError: the marks are missing.
    """
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"the page lacks {BEGIN} or {END}")
    return f"{before}{BEGIN}\n\n{figures.strip()}\n\n{END}{after}"

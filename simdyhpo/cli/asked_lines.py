"""What was asked of a synthetic table, beside what it has."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from simdyhpo.cli.text import aligned

if TYPE_CHECKING:
    from simdyhpo.tables.blackboxes import BlackboxManifest


def asked_lines(manifest: BlackboxManifest, kept: Collection[str] | None = None) -> Iterator[str]:
    """A line for each parameter, then for what else was measured; "-": not asked, or not defined.

    Args:
        manifest: of the table.
        kept: these properties alone.
    """
    names = [
        name for name in dict.fromkeys([*manifest.asked, *manifest.achieved]) if kept is None or name in kept
    ]
    rows = [(name, _said(manifest.asked.get(name)), _said(manifest.achieved.get(name))) for name in names]
    yield from aligned(("property", "asked", "measured"), rows, right=("asked", "measured"))


def _said(value: object) -> str:
    if value is None:
        return "-"
    return f"{round(value, 4):.4g}" if isinstance(value, float) else str(value)

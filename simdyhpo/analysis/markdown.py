"""Tables as Markdown."""

from __future__ import annotations

from collections.abc import Sequence


def markdown(table: Sequence[Sequence[str]]) -> list[str]:
    """Rows of a Markdown table; the first is its head."""
    head, *body = table
    rule = ["---" for _ in head]
    return [f"| {' | '.join(row)} |" for row in (head, rule, *body)]

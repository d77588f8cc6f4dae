"""Write the tables of schedulers in docs/map.md and docs/schedulers.md from the catalogue, between markers.

Run it after an entry of simdyhpo/catalog/entries.py has changed; a test of the pages asks for it.
"""

from __future__ import annotations

import re
from pathlib import Path

from simdyhpo.catalog.entries import SCHEDULERS

ROOT = Path(__file__).parents[1]
MAP, PAGE = ROOT / "docs" / "map.md", ROOT / "docs" / "schedulers.md"


def filled(page: str) -> str:
    """The page with its table renewed."""
    return re.sub(
        r"<!-- (schedulers|entries) -->\n.*?<!-- end -->",
        lambda found: _TABLES[found[1]](),
        page,
        flags=re.DOTALL,
    )


def _rules() -> str:
    rows = [f"| `{name}` | {entry.rule} |" for name, entry in SCHEDULERS.items()]
    return "\n".join(["<!-- schedulers -->", "| scheduler | what |", "| --- | --- |", *rows, "<!-- end -->"])


def _facts() -> str:
    head = ["| scheduler | needs | laws checked also with | not held to |", "| --- | --- | --- | --- |"]
    rows = [
        f"| `{name}` | {needs} | {forms} | {lacks} |"
        for name, entry in SCHEDULERS.items()
        if any(
            (
                needs := ", ".join(
                    [f"`simdyhpo[{entry.extra}]`"] * bool(entry.extra) + [entry.needs] * bool(entry.needs)
                ),
                forms := "; ".join(_options(options) for options in entry.structures.values()),
                lacks := "; ".join(f"`{law}`: {why}" for law, why in entry.lacks.items()),
            )
        )
    ]
    return "\n".join(["<!-- entries -->", *head, *rows, "<!-- end -->"])


def _options(options: object) -> str:
    return ", ".join(f"`{key}={str(value).lower()}`" for key, value in dict(options).items())


_TABLES = {"schedulers": _rules, "entries": _facts}

if __name__ == "__main__":
    for page in (MAP, PAGE):
        page.write_text(filled(page.read_text(encoding="utf-8")), encoding="utf-8")

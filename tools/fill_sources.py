"""Write the table of sources in docs/from-your-logs.md from their registry, between markers.

Run it after an entry of simdyhpo/importers/logs/sources.py has changed; a test of the page asks for it.
"""

from __future__ import annotations

import re
from pathlib import Path

from simdyhpo.importers.logs.sources import SOURCES

PAGE = Path(__file__).parents[1] / "docs" / "from-your-logs.md"


def filled(page: str) -> str:
    """The page with its table renewed."""
    rows = [
        f"| `{name}` | {one.path} | {one.hyperparameters} | {one.seconds or 'none'} |"
        for name, one in SOURCES.items()
    ]
    head = ["| `--from` | PATH | hyperparameters | seconds |", "| --- | --- | --- | --- |"]
    table = "\n".join(["<!-- sources -->", *head, *rows, "<!-- end -->"])
    return re.sub(r"<!-- sources -->\n.*?<!-- end -->", lambda _: table, page, flags=re.DOTALL)


if __name__ == "__main__":
    PAGE.write_text(filled(PAGE.read_text(encoding="utf-8")), encoding="utf-8")

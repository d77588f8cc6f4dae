"""Put the numbers of plots/figures/*-numbers.md into docs/reproduction.md, between its markers.

Run it after `simdyhpo reproduce lcbench --full --out plots/figures`; a test of the page asks for it.
"""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "reproduction.md"


def filled(page: str) -> str:
    """The page with every block that has a file of numbers renewed."""
    return re.sub(r"<!-- numbers: ([a-z_]+) -->\n.*?<!-- end -->", _block, page, flags=re.DOTALL)


def _block(found: re.Match[str]) -> str:
    numbers = (ROOT / "plots" / "figures" / f"{found[1]}-numbers.md").read_text(encoding="utf-8")
    runs = next(line for line in numbers.splitlines() if line.startswith("Normalised regret"))
    table = numbers.partition("## Beside the paper\n\n")[2].rstrip()
    return f"<!-- numbers: {found[1]} -->\n{runs}\n\n{table}\n<!-- end -->"


if __name__ == "__main__":
    PAGE.write_text(filled(PAGE.read_text(encoding="utf-8")), encoding="utf-8")

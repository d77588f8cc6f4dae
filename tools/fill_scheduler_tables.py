"""Write the tables of schedulers and options in docs/schedulers.md and docs/options.md, between markers.

Run it after an entry of simdyhpo/catalog/entries.py, an option or its docstring has changed; a test of the
pages asks for it.
"""

from __future__ import annotations

import re
from pathlib import Path

from simdyhpo.catalog.entries import SCHEDULERS
from simdyhpo.catalog.entry import Entry
from simdyhpo.catalog.factory import scheduler_class
from simdyhpo.cli.option_lines import option_rows
from simdyhpo.searchers import SEARCHERS, searcher_class

ROOT = Path(__file__).parents[1]
PAGE, OPTIONS = ROOT / "docs" / "schedulers.md", ROOT / "docs" / "options.md"


def filled(page: str) -> str:
    """The page with its tables renewed."""
    return re.sub(
        r"<!-- (schedulers|entries|options) -->\n.*?<!-- end -->",
        lambda found: _TABLES[found[1]](),
        page,
        flags=re.DOTALL,
    )


def _rules() -> str:
    head = ["| scheduler | what | needs |", "| --- | --- | --- |"]
    rows = [f"| `{name}` | {entry.rule} | {_needs(entry)} |" for name, entry in SCHEDULERS.items()]
    return "\n".join(["<!-- schedulers -->", *head, *rows, "<!-- end -->"])


def _needs(entry: Entry) -> str:
    return ", ".join([f"`simdyhpo[{entry.extra}]`"] * bool(entry.extra) + [entry.needs] * bool(entry.needs))


def _lacks() -> str:
    names: dict[tuple[str, str], list[str]] = {}  # what several aren't held to for one reason is said once
    for name, entry in SCHEDULERS.items():
        for law, why in entry.lacks.items():
            names.setdefault((law, why), []).append(f"`{name}`")
    rows = [f"- {', '.join(who)}: not to `{law}`. {why}." for (law, why), who in names.items()]
    return "\n".join(["<!-- entries -->", *rows, "<!-- end -->"])


def _what_options_do() -> str:
    classes = {name: scheduler_class(name) for name in SCHEDULERS}
    classes |= {f"searcher={name}": searcher_class(name) for name in SEARCHERS}
    whose: dict[str, list[str]] = {}  # what is the same for many stands there once
    for name, kind in classes.items():
        for row in option_rows(kind.Options):
            cells = f"| `{row['option']}` | {row['type']} | {row['default']} | {row['what']} |"
            whose.setdefault(cells, []).append(f"`{name}`")
    rows = [f"{cells} {', '.join(names)} |" for cells, names in whose.items()]
    head = ["| option | type | default | what | whose |", "| --- | --- | --- | --- | --- |"]
    return "\n".join(["<!-- options -->", *head, *rows, "<!-- end -->"])


_TABLES = {"schedulers": _rules, "entries": _lacks, "options": _what_options_do}

if __name__ == "__main__":
    for page in (PAGE, OPTIONS):
        page.write_text(filled(page.read_text(encoding="utf-8")), encoding="utf-8")

"""`python -m benchmarks [--smoke] [--only NAME ...]`: measure, print, and write docs/benchmarks.md."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Collection, Iterator
from functools import partial
from pathlib import Path

from benchmarks import (
    growth,
    model_decision,
    reference,
    replay,
    scaling,
    start,
    study_cells,
    table_loads,
    whole_figure,
)
from benchmarks.report import PAGE, Section, machine, page_with
from benchmarks.sizes import FULL, SMOKE, Sizes

NAMES = (
    "reference",
    "replay",
    "growth",
    "memory",
    "model-decision",
    "start",
    "tables",
    "studies",
    "scaling",
    "whole-figure",
)


def main() -> None:
    arguments = _arguments()
    sizes = SMOKE if arguments.smoke else FULL
    texts = [f"{machine()}\n"]
    for section in sections(sizes, arguments.only or NAMES, arguments.reference):
        texts.append(section.markdown())
        print(texts[-1], flush=True)
    if not arguments.smoke and not arguments.only:
        PAGE.write_text(page_with("\n".join(texts), PAGE.read_text()))
        print("Written to docs/benchmarks.md.")


def sections(sizes: Sizes, names: Collection[str], environment: Path | None) -> Iterator[Section]:
    """Measure what was asked for, one section after the other."""
    speeds: replay.Speeds = {}
    if "reference" in names:
        _say("reference")
        found = reference.measure(sizes, environment)
        speeds = found.speeds
        yield found.section()
    makers: dict[str, Callable[[], Section]] = {
        "replay": partial(replay.section, sizes, speeds),
        "growth": partial(growth.growth_section, sizes),
        "memory": partial(growth.memory_section, sizes),
        "model-decision": partial(model_decision.section, sizes),
        "start": partial(start.section, sizes),
        "tables": partial(table_loads.section, sizes),
        "studies": partial(study_cells.section, sizes),
        "scaling": partial(scaling.section, sizes),
        "whole-figure": partial(whole_figure.section, sizes),
    }
    for name, make in makers.items():
        if name in names:
            _say(name)
            yield make()


def _say(name: str) -> None:
    """What is being measured, apart from the tables."""
    print(f"... {name}", file=sys.stderr, flush=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="tiny sizes; writes nothing")
    parser.add_argument(
        "--only", action="append", choices=NAMES, help="only this benchmark (repeatable); writes nothing"
    )
    parser.add_argument(
        "--reference", type=Path, metavar="FOLDER", help="keep the reference's environment there"
    )
    return parser.parse_args()


if __name__ == "__main__":
    main()

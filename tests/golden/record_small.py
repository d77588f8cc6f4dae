"""Record small golden logs: those named, or else those missing.

`python -m tests.golden.record_small [NAME ...]`
"""

from __future__ import annotations

import json
import sys

from simdyhpo.catalog.entries import SCHEDULERS
from simdyhpo.golden.checks import write
from simdyhpo.golden.text import GoldenLog, golden_log, read_golden
from tests.golden.small_runs import (
    FOLDER,
    PROCESSORS,
    make,
    missing_extra,
    names,
    path,
    processor,
    processors,
)


def main(wanted: list[str]) -> None:
    FOLDER.mkdir(exist_ok=True)
    for name in wanted or [name for name in names() if not path(name).exists()]:
        lacking = missing_extra(name) if name in SCHEDULERS else None
        if lacking:
            print(f"{name}: skipped, {lacking}")
            continue
        result = make(name)
        log = golden_log(result)
        refuse_unseen_change(name, log)
        write(path(name), log)
        if log.versions:
            recorded = processors() | {name: processor()}
            PROCESSORS.write_text(json.dumps(recorded, indent=1, sort_keys=True) + "\n")
        print(f"{path(name)}: {len(result.log)} decisions, ended by {result.ended_by}")


def refuse_unseen_change(name: str, log: GoldenLog) -> None:
    """Raise a ValueError if equal specs gave other decisions before, under the same behaviour."""
    if not path(name).exists():
        return
    before = read_golden(path(name))
    if before.spec == log.spec and before.records != log.records and before.behaviour == log.behaviour:
        raise ValueError(
            f"{name}: its decisions changed, so raise `behaviour` of its entry in the catalogue, or "
            "simdyhpo.runs.spec.BEHAVIOUR if others changed, too: it keeps stored results apart"
        )


if __name__ == "__main__":
    main(sys.argv[1:])

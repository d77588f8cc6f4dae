"""Record small golden logs: those named, or else those missing.

`python -m tests.golden.record_small [NAME ...]`
"""

from __future__ import annotations

import sys

from simdyhpo.catalog.entries import SCHEDULERS, own_package
from simdyhpo.golden import TOLERANCE
from simdyhpo.golden.checks import write
from simdyhpo.golden.text import GoldenLog, golden_log, read_golden
from tests.golden.small_runs import (
    FOLDER,
    LEARNING,
    TOLERANCES,
    check_within,
    make,
    missing_extra,
    names,
    path,
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
        if log.versions and log.versions["arithmetic"] != "portable":
            sys.exit(f"{name}: this process computes as its processor does; see simdyhpo/arithmetic.py")
        refuse_unseen_change(name, log)
        write(path(name), log)
        print(f"{path(name)}: {len(result.log)} decisions, ended by {result.ended_by}")


def refuse_unseen_change(name: str, log: GoldenLog) -> None:
    """Raise a ValueError if equal specs gave other decisions before, under the same behaviour.

    Rounding is no behaviour: where libraries or arithmetic are others, scores may differ by the tolerance,
    and what learns fast, or is another project's, may part.
    """
    if not path(name).exists():
        return
    before = read_golden(path(name))
    same = before.spec == log.spec and before.behaviour == log.behaviour
    if same and before.records != log.records and not _by_rounding(name, before, log):
        raise ValueError(
            f"{name}: its decisions changed, so raise `behaviour` of its entry in the catalogue, or "
            "simdyhpo.runs.spec.BEHAVIOUR if others changed, too: it keeps stored results apart"
        )


def _by_rounding(name: str, before: GoldenLog, log: GoldenLog) -> bool:
    ours = {"simdyhpo": ""}
    if {**before.versions, **ours} == {**log.versions, **ours}:
        return False
    parts = name in LEARNING or own_package(log.spec.scheduler) is not None
    return parts or check_within(name, TOLERANCES.get(name, TOLERANCE)).agrees


if __name__ == "__main__":
    main(sys.argv[1:])

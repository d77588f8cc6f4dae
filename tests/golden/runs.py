"""The runs whose decisions are kept, and where."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path
from types import MappingProxyType

from simdyhpo.runs.front_door import simulate
from simdyhpo.runs.spec import behaviour_of
from simdyhpo.traces.columns import csv_blocks, decision_columns
from tests.surrogate_tables import golden_table

HERE = Path(__file__).parent
CHECKSUMS = HERE / "checksums.json"
LOGS = HERE / "logs.jsonl.gz"

EPOCHS = 400
TABLES = ("digits-mlp", "lcbench-christine", "lcbench-covertype", "lcbench-fashion-mnist")


def control(probability_sh: float) -> dict[str, object]:
    """Options of DyHPO without a model: what the rule of successive halving and its coin do alone."""
    return {"searcher": "random", "safeguard": False, "probability_sh": probability_sh}


SCHEDULERS: Mapping[str, tuple[str, Mapping[str, object]]] = MappingProxyType(
    {
        "random": ("random", {}),
        "asha": ("asha", {}),
        "asha-stopping": ("asha-stopping", {}),
        "dyhpo-random-0": ("dyhpo", control(0.0)),
        "dyhpo-random-0.25": ("dyhpo", control(0.25)),
        "dyhpo-random-1": ("dyhpo", control(1.0)),
    }
)
FEWER_TABLES = ("digits-mlp", "lcbench-covertype")
LATER_SCHEDULERS: Mapping[str, tuple[str, Mapping[str, object]]] = MappingProxyType(
    {
        "sh": ("sh", {}),
        "hyperband": ("hyperband", {}),
        "hyperband-async": ("hyperband-async", {}),
        "hyperband-async-stopping-shared": ("hyperband-async", {"form": "stopping", "rungs": "shared"}),
        "pasha": ("pasha", {}),
        "one-epoch": ("one-epoch", {"configurations": 100}),
        "greedy": ("greedy", {}),
    }
)
ALL_SCHEDULERS = {**SCHEDULERS, **LATER_SCHEDULERS}
WORKERS = (1, 4, 64)


@dataclass(frozen=True)
class GoldenRun:
    """One run: table, scheduler and number of workers."""

    table: str
    scheduler: str
    workers: int

    @property
    def name(self) -> str:
        return f"{self.table} {self.scheduler} {self.workers}"

    def decisions_csv(self) -> str:
        """Make the run; what `simdyhpo run` would write to decisions.csv."""
        scheduler, options = ALL_SCHEDULERS[self.scheduler]
        result = simulate(
            golden_table(self.table),
            scheduler,
            workers=self.workers,
            seed=0,
            max_epochs=EPOCHS,
            options=options,
        )
        return b"".join(csv_blocks(decision_columns(result.log))).decode()


RUNS = [
    GoldenRun(*parts)
    for parts in (
        *product(TABLES, SCHEDULERS, WORKERS),
        *product(FEWER_TABLES, LATER_SCHEDULERS, WORKERS),
    )
]


def checksum(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@cache
def recorded_checksums() -> dict[str, str]:
    return json.loads(CHECKSUMS.read_text())["sums"]


def recorded_behaviours() -> dict[str, int]:
    """By scheduler of the catalogue: the version under which its logs were recorded."""
    return json.loads(CHECKSUMS.read_text())["behaviours"]


def behaviours() -> dict[str, int]:
    """By scheduler of the catalogue: its version now; see `simdyhpo.runs.spec.BEHAVIOUR`."""
    return {scheduler: behaviour_of(scheduler, {}) for scheduler, _ in ALL_SCHEDULERS.values()}


@cache
def recorded_logs() -> dict[str, str]:
    return dict(_lines())


def _lines() -> Iterator[tuple[str, str]]:
    with gzip.open(LOGS, "rt", encoding="utf-8") as file:
        for line in file:
            record = json.loads(line)
            yield record["run"], record["decisions"]


def write(logs: Mapping[str, str]) -> None:
    """Keep these logs; equal logs give equal bytes.

    Raises:
        ValueError: a log of a run that was kept before has changed, but not the version of its behaviour.
    """
    sums = {name: checksum(text) for name, text in logs.items()}
    before, now = recorded_behaviours(), behaviours()
    raised = {name for name, (of, _) in ALL_SCHEDULERS.items() if before.get(of) != now[of]}
    changed = [
        name
        for name, old in recorded_checksums().items()
        if sums.get(name, old) != old and name.split()[1] not in raised
    ]
    if changed:
        raise ValueError(
            f"{len(changed)} logs changed ({changed[0]}, ...): equal specs give other decisions than before, "
            "so raise simdyhpo.runs.spec.BEHAVIOUR, or `behaviour` of the scheduler's entry, which keeps "
            "stored results of studies apart"
        )
    CHECKSUMS.write_text(json.dumps({"behaviours": now, "sums": sums}, indent=1) + "\n")
    lines = (json.dumps({"run": name, "decisions": text}) + "\n" for name, text in logs.items())
    LOGS.write_bytes(gzip.compress("".join(lines).encode(), compresslevel=9, mtime=0))

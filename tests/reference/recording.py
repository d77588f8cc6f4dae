"""The recorded scenarios: what a line of the data file holds, and the scripted searcher.

Used by the recorder, which drives the reference, and by the test, which drives ours, so that both see
the same script. Needs nothing but the standard library. Trial ids are whole numbers in the file; the
rung systems get them as strings.
"""

from __future__ import annotations

import gzip
import json
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

DATA = Path(__file__).with_name("scenarios.jsonl.gz")

PROMOTE_SH, PROMOTE_DYHPO, START_DYHPO = 0, 1, 2
PROMOTE_RUNG = 5

Paused = tuple[int, int, int]
"""(trial, position in its rung, level to which it would be promoted)"""


@dataclass(frozen=True)
class Outcome:
    """What a rung system decided.

    Attributes:
        decision: number of the kind of decision; None if there is nothing to promote or to run.
        trial: the trial that is promoted or started.
        resume_from, milestone: as returned; 0 and the lowest level for a start.
        config: number of the new configuration; None if there is none.
        paused: what the searcher was shown; None if it was not asked.
    """

    decision: int | None = None
    trial: int | None = None
    resume_from: int = 0
    milestone: int = 0
    config: int | None = None
    paused: tuple[Paused, ...] | None = None


@dataclass(frozen=True)
class Schedule:
    """A decision was asked for.

    Attributes:
        system: index of the rung system asked.
        new_trial: id that a new trial would get.
        coin: what `random_state` returned; None where there is no coin.
        pick: the number from which the scripted searcher derives its choice.
        new_config: the configuration that the searcher would start; None if the space is exhausted.
        reference: what the reference decided.
    """

    system: int
    new_trial: int
    coin: float | None
    pick: float
    new_config: int | None
    reference: Outcome


@dataclass(frozen=True)
class Add:
    """A trial starts (`milestone` is None) or resumes."""

    system: int
    trial: int
    skip_rungs: int
    milestone: int | None
    resume_from: int | None


@dataclass(frozen=True)
class Report:
    """A trial reports; the reference's answer is (task_continues, milestone_reached, next_milestone,
    ignore_data)."""

    system: int
    trial: int
    skip_rungs: int
    resource: int
    metric: float
    answer: tuple[bool, bool, int | None, bool]


@dataclass(frozen=True)
class Remove:
    """A trial stops running: paused, completed or failed."""

    system: int
    trial: int


Step = Schedule | Add | Report | Remove


@dataclass
class Scenario:
    """Settings, steps in order, and the reference's state at the end.

    Attributes:
        kind: which rung system, DyHPO's or the promotion one.
        family: what the scenario is about; only for people.
        systems: number of rung systems; the s-th has all levels but the lowest s.
        probability_sh: DyHPO only.
        start_share: below this number, `pick` means a new configuration.
        milestones: `get_milestones(k)` of system 0 for k = 0, 1, ...; max_t not included.
        first_milestones: `get_first_milestone(k)` likewise.
        final_paused: for each system, (trial, position, level at which it is paused).
        summary: the reference's `summary_schedule_records`; DyHPO only.
    """

    name: str
    kind: Literal["dyhpo", "promotion"]
    family: str
    mode: Literal["min", "max"]
    levels: list[int]
    quantiles: list[float]
    max_t: int
    systems: int = 1
    probability_sh: float = 0.0
    start_share: float = 0.0
    steps: list[Step] = field(default_factory=list)
    milestones: list[list[int]] = field(default_factory=list)
    first_milestones: list[int] = field(default_factory=list)
    final_paused: list[list[Paused]] = field(default_factory=list)
    summary: dict[str, int] = field(default_factory=dict)

    def decisions(self) -> Iterator[Schedule]:
        """The steps that asked for a decision."""
        return (step for step in self.steps if isinstance(step, Schedule))


def scripted_index(
    pick: float, start_share: float, paused: int, can_start: bool, abandons: bool
) -> int | None:
    """The scripted searcher: the index of a paused trial, or None for a new configuration.

    Args:
        pick: a number in [0, 1).
        paused: how many paused trials there are.
        can_start: whether a configuration is left.
        abandons: once none is left, paused trials are no longer considered (the reference's searcher)
            or still are (ours).
    """
    if not can_start:
        return None if abandons or not paused else math.floor(pick * paused)
    if not paused or pick < start_share:
        return None
    return min(math.floor((pick - start_share) / (1 - start_share) * paused), paused - 1)


def write(path: Path, scenarios: Iterable[Scenario]) -> None:
    """One scenario a line; equal scenarios give equal bytes."""
    text = "".join(json.dumps(_to_json(s), separators=(",", ":"), allow_nan=False) + "\n" for s in scenarios)
    with path.open("wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=0) as packed:
        packed.write(text.encode())


def read(path: Path = DATA) -> list[Scenario]:
    """All recorded scenarios."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [_from_json(json.loads(line)) for line in lines]


def _to_json(scenario: Scenario) -> dict[str, Any]:
    return {**vars(scenario), "steps": [_to_row(step) for step in scenario.steps]}


def _from_json(record: dict[str, Any]) -> Scenario:
    scenario = Scenario(**{**record, "steps": [_from_row(row) for row in record["steps"]]})
    scenario.final_paused = [[(t, p, level) for t, p, level in system] for system in scenario.final_paused]
    return scenario


def _to_row(step: Step) -> list[Any]:
    match step:
        case Schedule():
            out = step.reference
            shown = None if out.paused is None else [n for entry in out.paused for n in entry]
            return [
                "s", step.system, step.new_trial, step.coin, step.pick, step.new_config,
                out.decision, out.trial, out.resume_from, out.milestone, out.config, shown,
            ]  # fmt: skip
        case Add():
            return ["a", step.system, step.trial, step.skip_rungs, step.milestone, step.resume_from]
        case Report():
            metric = step.metric if math.isfinite(step.metric) else str(step.metric)
            head = ["r", step.system, step.trial, step.skip_rungs, step.resource, metric]
            return [*head, *(int(x) if isinstance(x, bool) else x for x in step.answer)]
        case Remove():
            return ["x", step.system, step.trial]


def _from_row(row: Sequence[Any]) -> Step:
    match row:
        case ["s", system, new_trial, coin, pick, new_config, *out, shown]:
            paused = None
            if shown is not None:
                paused = tuple(zip(shown[::3], shown[1::3], shown[2::3], strict=True))
            return Schedule(system, new_trial, coin, pick, new_config, Outcome(*out, paused))
        case ["a", *rest]:
            return Add(*rest)
        case ["r", system, trial, skip, resource, metric, goes_on, reached, above, ignore]:
            answer = (bool(goes_on), bool(reached), above, bool(ignore))
            return Report(system, trial, skip, resource, float(metric), answer)
        case ["x", system, trial]:
            return Remove(system, trial)
    raise ValueError(f"not a step: {row}")

"""One decision in words: what was decided and why, from what the run's logs hold and nothing else."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, assert_never

import msgspec

from simdyhpo.catalog.entries import entry
from simdyhpo.catalog.scorer import looks_ahead, scorer
from simdyhpo.decision_kinds import MEANINGS, Effect
from simdyhpo.decisions import ScheduleDecision
from simdyhpo.errors import OptionError
from simdyhpo.records import DecisionRecord
from simdyhpo.runs.spec import RunSpec
from simdyhpo.traces.standing import standing
from simdyhpo.traces.stored_run import StoredRun
from simdyhpo.units import NANOSECONDS

_SCORED = tuple(kind for kind, meaning in MEANINGS.items() if not meaning.why)


def explain(run: StoredRun, index: int) -> str:
    """What decision `index` was, and why, in a few sentences, one on each line.

    Raises:
        OptionError: the run has no such decision.
        OutputError: the run's log is damaged.
    """
    record = run.record(index)
    why = reasons(record, run.manifest.spec)
    return "\n".join([_headline(record), what(record), *standing(run, record), *why])


def explain_trial(run: StoredRun, trial: int) -> str:
    """Which decisions were about a trial, and in words the last that let it go on; its start if none did.

    Raises:
        OptionError: the run has no such trial.
        OutputError: the run's log is damaged.
    """
    told = told_of_trial(run, trial)
    numbers = ", ".join(map(str, told.decisions))
    last = "The last that let it go on:" if told.went_on else "It never went on. Its first:"
    return f"Trial {trial}: decisions {numbers}. {last}\n\n{explain(run, told.index)}"


@dataclass(frozen=True)
class ToldOfTrial:
    """Which decision answers why a trial went on.

    Attributes:
        decisions: all that were about it.
        went_on: whether one of them let it go on.
        index: the last that did; the first of all if none did.
    """

    decisions: Sequence[int]
    went_on: bool
    index: int


def told_of_trial(run: StoredRun, trial: int) -> ToldOfTrial:
    """The decisions about a trial.

    Raises:
        OptionError: the run has no such trial.
        OutputError: the run's log is damaged.
    """
    check_trial(run, trial)
    mine = [record for record in run.records() if record.trial == trial]
    on = [one for one in mine if MEANINGS[one.decision].effect in (Effect.PROMOTES, Effect.CONTINUES)]
    return ToldOfTrial([one.index for one in mine], bool(on), (on[-1:] or mine)[0].index)


def check_trial(run: StoredRun, trial: int) -> None:
    """Raise an `OptionError` if the run has no such trial."""
    count = run.manifest.counts.trials
    if not 0 <= trial < count:
        has = f"this run's trials are 0 to {count - 1}" if count else "this run started no trial"
        raise OptionError("trial", trial, has)


def reasons(record: DecisionRecord, spec: RunSpec) -> list[str]:
    """Why a run of `spec` decided so, in a few sentences."""
    said = [*_coin(record, spec.options), *_why(record, spec)]
    return [*said, *_scores(record, spec), *_prediction(record, spec)]


def _headline(record: DecisionRecord) -> str:
    seconds = record.time_ns / NANOSECONDS
    return (
        f"Decision {record.index}: {record.decision.name}, on worker {record.worker}, "
        f"at {seconds:.6f} simulated seconds."
    )


def what(record: DecisionRecord) -> str:
    """What was decided about which trial, in a sentence."""
    trial = f"trial {record.trial} (configuration {record.configuration})"
    here, milestone = record.resume_from, record.milestone
    match MEANINGS[record.decision].effect:
        case Effect.ENDS:
            return f"{_capital(trial)} was ended for good at resource {here}."
        case Effect.CONTINUES:
            return (
                f"{_capital(trial)} passed resource {here} and runs on, on the same worker, "
                f"to resource {milestone}."
            )
        case Effect.RETRIES:
            return f"{_capital(trial)} lost its worker and runs again, from resource {here} to {milestone}."
        case Effect.PROMOTES:
            return f"{_capital(trial)}, paused at resource {here}, resumes and runs to resource {milestone}."
        case Effect.STARTS:
            return f"New {trial} starts and runs to resource {milestone}."
        case _ as never:
            assert_never(never)


def _coin(record: DecisionRecord, options: Mapping[str, Any]) -> list[str]:
    """What the coin said about the successive-halving rule, and what that rule said."""
    probability = options.get("probability_sh")
    if math.isnan(record.coin):
        return []
    showed = f"The coin showed {record.coin:.6g}"
    if probability is None:
        return [f"{showed}."]
    if record.coin >= probability:
        verdict = "so the successive-halving rule was not tried"
        return [f"{showed}, not below probability_sh {probability:g}, {verdict}."]
    promoted = record.decision is ScheduleDecision.PROMOTE_SH
    outcome = "and it promoted this trial" if promoted else "but it allowed no promotion"
    verdict = f"so the successive-halving rule was tried first, {outcome}"
    return [f"{showed}, below probability_sh {probability:g}, {verdict}."]


def _why(record: DecisionRecord, spec: RunSpec) -> list[str]:
    """The rule behind the decision, as the catalogue has it; of a user's scheduler no more than its name."""
    if record.decision in _SCORED:
        return [_competition(record, spec.options)]
    known = entry(spec.scheduler)
    words = (known.why if known is not None else {}).get(record.decision, MEANINGS[record.decision].why)
    rung = f"the rung at resource {record.resume_from}"
    numbers = msgspec.structs.asdict(record)
    return words.format(rung=rung, seed=spec.seed, scheduler=spec.scheduler, **numbers).splitlines()


def _competition(record: DecisionRecord, options: Mapping[str, Any]) -> str:
    searcher = f"The searcher {options['searcher']!r}" if "searcher" in options else "The searcher"
    if not record.paused_scored and not record.new_scored:
        return f"{searcher} chose it; from how many candidates is not recorded."
    paused = _count(record.paused_scored, "paused trial")
    new = _count(record.new_scored, "new configuration")
    return f"{searcher} had {paused} and {new} to choose from, and chose this one."


def _scores(record: DecisionRecord, spec: RunSpec) -> list[str]:
    """The winner's score against the runner-up's, as far as they are recorded."""
    if math.isnan(record.score):
        return ["The searcher gave no scores."] if record.decision in _SCORED else []
    if MEANINGS[record.decision].by_rule:
        against = "" if math.isnan(record.runner_up) else f" and held it against {record.runner_up:.6g}"
        return [f"The rule looked at {record.score:.6g}{against}."]
    known = scorer(spec.scheduler, spec.options)
    what_it_is = f", {known.score}," if known is not None and known.score else ""
    if math.isnan(record.runner_up):
        return [f"Its score{what_it_is} was {record.score:.6g}; no runner-up is recorded."]
    kinds = {"paused": "a paused trial", "new": "a new configuration"}
    kind = kinds.get(record.runner_up_kind or "", "another candidate")
    if record.score == record.runner_up:
        return [f"Its score, {record.score:.6g}{what_it_is or ','} equalled that of the runner-up, {kind}."]
    runner_up = f"the runner-up, {kind}, had {record.runner_up:.6g}"
    return [f"Its score{what_it_is} was {record.score:.6g}; {runner_up}."]


def _prediction(record: DecisionRecord, spec: RunSpec) -> list[str]:
    """What the surrogate expected of the winner."""
    if math.isnan(record.mean):
        return []
    metric, mode = spec.blackbox.get("metric", "metric"), spec.blackbox.get("mode")
    goal = {"max": "higher is better", "min": "lower is better"}.get(str(mode), "")
    deviation = "" if math.isnan(record.deviation) else f" with a deviation of {record.deviation:.6g}"
    expected = f"the surrogate expected it to reach a {metric} of {record.mean:.6g}{deviation}"
    ahead = looks_ahead(spec.scheduler, spec.options)
    where = "At the resource where it was scored" if ahead else f"At resource {record.milestone}"
    return [f"{where} {expected}{f' ({goal})' if goal else ''}."]


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]

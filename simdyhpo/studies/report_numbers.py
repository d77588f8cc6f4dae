"""A study's results in numbers: all that its report says, for texts and for programs."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec
import numpy as np
import pandas as pd

from simdyhpo.analysis.counted_rows import counted_rows
from simdyhpo.analysis.marks import SHARES
from simdyhpo.analysis.mean_ranks import mean_ranks
from simdyhpo.analysis.measures import NORMALISED, Measure
from simdyhpo.analysis.paired import paired_differences, paired_tests
from simdyhpo.analysis.statistics import bootstrap_mean
from simdyhpo.analysis.verdicts import flips_beside, verdict
from simdyhpo.simulation.ledger import ACCOUNTS
from simdyhpo.studies.bound import study_bounds
from simdyhpo.studies.spec import IDEAL, Study
from simdyhpo.studies.targets import Reached, reached_by
from simdyhpo.tables.curves import CurveTable


class Mean(msgspec.Struct, frozen=True):
    """A mean over runs or pairs with its 95 % bootstrap interval; of a single one there is no interval."""

    count: int
    mean: float
    low: float
    high: float


class OverBudget(msgspec.Struct, frozen=True):
    """A variant along the budget.

    Attributes:
        variant: its label.
        regrets: the mean at each of `SHARES`.
        trials, ms_per_decision: means over its runs; the latter of the host's time.
        calibration: median of the runs', see `simdyhpo.studies.calibrations`; NaN where no model is.
    """

    variant: str
    regrets: list[float]
    trials: float
    ms_per_decision: float
    calibration: float


class Measured(msgspec.Struct, frozen=True):
    """One group of runs in one measure.

    Attributes:
        measure: its label.
        final: the last regret by blackbox and variant.
        mean: over all blackboxes, by variant.
        mean_rank: see `simdyhpo.analysis.mean_ranks`; of variants that have a run on every blackbox.
        over_budget: of each variant that has a run.
        bound: what nobody could have beaten, at each of `SHARES`; None where it isn't known.
    """

    measure: str
    final: dict[str, dict[str, Mean]]
    mean: dict[str, float]
    mean_rank: dict[str, float]
    over_budget: list[OverBudget]
    bound: list[float] | None


class Difference(msgspec.Struct, frozen=True):
    """A variant against the baseline, run against run on the same blackbox and seed; negative is better.

    Attributes:
        variant: its label.
        regret, log10_regret: of the final regret, and of its logarithm.
        order_flips: of the logarithm, see `simdyhpo.analysis.order_flips`; NaN with too few pairs to tell.
        verdict: see `simdyhpo.analysis.verdicts`.
        p, least_p: of the logarithms, with Holm's correction.
        area_share: of the mean regret over the budget, as a share of the baseline's.
    """

    variant: str
    regret: Mean
    order_flips: float
    log10_regret: Mean
    verdict: str
    p: float
    least_p: float
    area_share: Mean


class Account(msgspec.Struct, frozen=True):
    """Where the time of a variant's workers went: shares of it, and what failed in a run on average."""

    variant: str
    shares: dict[str, float]
    retries: float
    failed_trials: float


class Group(msgspec.Struct, frozen=True):
    """The runs on one cluster with one number of workers.

    Attributes:
        cluster, workers: which.
        measured: in each measure, the one that is compared first.
        baseline_runs: how many the baseline has.
        differences: of each other variant that has a pair with it.
        tests: see `simdyhpo.analysis.paired.paired_tests`.
        accounts: on a cluster that isn't ideal.
        reached: when a target was reached, if one was asked for.
    """

    cluster: str
    workers: int
    measured: list[Measured]
    baseline_runs: int
    differences: list[Difference]
    tests: pd.DataFrame
    accounts: list[Account]
    reached: list[Reached]


def groups_of(  # noqa: PLR0913 - what a report is made of
    study: Study,
    rows: pd.DataFrame,
    baseline: str,
    tables: Mapping[str, CurveTable],
    measured: Mapping[Measure, pd.DataFrame] | None = None,
    reached: pd.DataFrame | None = None,
) -> Iterator[Group]:
    """The numbers of each cluster and number of workers that has runs.

    Args:
        study, rows, baseline, tables, measured: see `simdyhpo.studies.report.report`.
        reached: see `simdyhpo.studies.targets.reached_rows`.

    Raises:
        BoundError: a run is better than hindsight.
    """
    shown = {measure: counted_rows(part) for measure, part in (measured or {NORMALISED: rows}).items()}
    first = next(iter(shown))
    metrics = [table.info.metric for table in tables.values()]
    bounds = {measure: study_bounds(study, counted_rows(rows), tables, measure) for measure in shown}
    for cluster, workers in itertools.product((one.name for one in study.clusters), study.workers):
        mine = {measure: _of(part, cluster, workers) for measure, part in shown.items()}
        if mine[first].empty:
            continue
        differences, tests = _differences(study, mine[first], baseline)
        yield Group(
            cluster=cluster,
            workers=workers,
            measured=[
                _measured(study, part, measure.label(metrics), bounds[measure].get((cluster, workers)))
                for measure, part in mine.items()
            ],
            baseline_runs=int((mine[first]["label"] == baseline).sum()),
            differences=differences,
            tests=tests,
            accounts=[] if cluster == IDEAL.name else list(_accounts(study, mine[first])),
            reached=[] if reached is None else reached_by(_of(reached, cluster, workers), study.labels),
        )


def plain_group(group: Group) -> dict[str, Any]:
    """A group for programs: what isn't known, None."""
    plain: dict[str, Any] = msgspec.to_builtins(
        {name: getattr(group, name) for name in group.__struct_fields__ if name != "tests"}
    )
    for part in plain["measured"]:
        for row in part["over_budget"]:
            row["regrets"] = _by_share(row["regrets"])
        part["bound"] = part["bound"] and _by_share(part["bound"])
    return plain


def _by_share(regrets: Sequence[float]) -> dict[str, float]:
    return {f"{share:g}": regret for share, regret in zip(SHARES, regrets, strict=True)}


def _of(rows: pd.DataFrame, cluster: str, workers: int) -> pd.DataFrame:
    return rows[(rows["workers"] == workers) & (rows["cluster"] == cluster)]


def _measured(study: Study, rows: pd.DataFrame, label: str, bound: Iterable[float] | None) -> Measured:
    by_label = {one: rows[rows["label"] == one] for one in study.labels}
    final = {
        name: {
            one: _mean(part[part["blackbox"] == name]["regret_1"])
            for one, part in by_label.items()
            if (part["blackbox"] == name).any()
        }
        for name in study.blackboxes
    }
    return Measured(
        measure=label,
        final=final,
        mean={one: float(part["regret_1"].mean()) for one, part in by_label.items() if len(part)},
        mean_rank=dict(mean_ranks(rows, study.labels).mean),
        over_budget=[_over_budget(one, part) for one, part in by_label.items() if len(part)],
        bound=None if bound is None else [float(regret) for regret in bound],
    )


def _over_budget(label: str, rows: pd.DataFrame) -> OverBudget:
    calibration = rows["calibration_rms"].dropna() if "calibration_rms" in rows else rows["trials"][:0]
    return OverBudget(
        variant=label,
        regrets=[float(rows[f"regret_{share:g}"].mean()) for share in SHARES],
        trials=float(rows["trials"].mean()),
        ms_per_decision=float(1000 * rows["seconds_per_decision"].mean()),
        calibration=float(calibration.median()) if len(calibration) else float("nan"),
    )


def _differences(study: Study, rows: pd.DataFrame, baseline: str) -> tuple[list[Difference], pd.DataFrame]:
    others = [label for label in study.labels if label != baseline]
    tests = paired_tests(rows, others, baseline, "log10_regret")
    found = []
    numbers = (tests[name] for name in ("p_holm", "p_least_holm", "flips"))
    for label, p, least, flips in zip(others, *numbers, strict=True):
        plain = paired_differences(rows, label, baseline, "regret_1").values
        if not plain.size:
            continue
        logs = paired_differences(rows, label, baseline, "log10_regret").values
        area = paired_differences(rows, label, baseline, "area").values
        unit = rows[rows["label"] == baseline]["area"].mean()
        found.append(
            Difference(
                variant=label,
                regret=_mean(plain),
                log10_regret=_mean(logs),
                order_flips=flips_beside(float(flips), float(least)),
                verdict=verdict(logs.mean(), p, least, flips),
                p=float(p),
                least_p=float(least),
                area_share=_mean(area / unit),
            )
        )
    return found, tests


def _accounts(study: Study, rows: pd.DataFrame) -> Iterator[Account]:
    for label in study.labels:
        mine = rows[rows["label"] == label]
        if mine.empty:
            continue
        seconds = {account: float(mine[f"{account}_seconds"].sum()) for account in ACCOUNTS}
        whole = max(sum(seconds.values()), 1e-9)
        yield Account(
            variant=label,
            shares={account: part / whole for account, part in seconds.items()},
            retries=float(mine["RETRY"].mean()),
            failed_trials=float(mine["failed_trials"].mean()),
        )


def _mean(values: Iterable[float]) -> Mean:
    array, unknown = np.asarray(list(values), dtype=np.float64), float("nan")
    if array.size < 2:
        return Mean(array.size, float(array[0]) if array.size else unknown, unknown, unknown)
    interval = bootstrap_mean(array[:, None])
    return Mean(array.size, float(interval.mean[0]), float(interval.low[0]), float(interval.high[0]))

"""From runs to a table: the one way for all sources, by the rules of long tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from simdyhpo.errors import OptionError, TableError, UnknownNameError, exact
from simdyhpo.hyperparameters.cells import writing
from simdyhpo.importers.directions import direction
from simdyhpo.importers.logs.asked import Asked
from simdyhpo.importers.logs.choosing import (
    chosen_hyperparameters,
    chosen_metric,
    one_for_each_run,
    other_metrics,
    runs_of_group,
)
from simdyhpo.importers.logs.curves import (
    Curve,
    Plan,
    check_places,
    check_seconds,
    curve_of,
    ends,
    other_resources,
    resource_name,
)
from simdyhpo.importers.logs.runs import Logs, Run, counted, some
from simdyhpo.importers.logs.told import diverged
from simdyhpo.importers.long_table import Layout, LongImport, read_long
from simdyhpo.units import MAX_SECONDS

_VALUE, _SECONDS, _RUN = " value", " seconds", " run"
"""Columns of the long table between: no hyperparameter is called so."""


def logs_as_table(logs: Logs, asked: Asked) -> LongImport:
    """The table in logs, and what is to be said of it.

    Raises:
        TableError: something can't be meant; the text names the run.
        UnknownNameError: a metric, hyperparameter, resource or group isn't there.
        OptionError: a setting can't be used.
        SimdyhpoError: whether a good value is low or high isn't known.
    """
    where = logs.where
    if asked.seconds_per_resource is not None and not 0 < asked.seconds_per_resource <= MAX_SECONDS:
        raise OptionError("seconds_per_resource", asked.seconds_per_resource, "give seconds above 0")
    left_out = list(logs.left_out)
    everyone = runs_of_group(logs, asked.group)
    metric = chosen_metric(where, everyone, asked.metric)
    runs = _with(lambda run: metric in run.metrics, everyone, f"no report of {metric}", left_out)
    if not any(run.hyperparameters for run in runs):
        raise TableError(where, "no run has hyperparameters", logs.advice)
    runs = _with(lambda run: bool(run.hyperparameters), runs, "no hyperparameters", left_out)
    repeat = [asked.repeat] if asked.repeat else []
    names, constant = chosen_hyperparameters(where, runs, asked.config, [*asked.ignore, *repeat])
    if constant:
        said = some((f"{name}={runs[0].hyperparameters.get(name)}" for name in constant), 8)
        left_out.append(f"hyperparameters that never differ: {said}")
    if others := other_metrics(runs, metric):
        left_out.append(f"other metrics: {some(others, 8)}")
    resource = resource_name(logs, runs, metric, asked.resource)
    if asked.seconds is not None and not any(asked.seconds in run.metrics for run in runs):
        raise UnknownNameError("metric", asked.seconds, (name for run in runs for name in run.metrics))
    plan = Plan(where=where, metric=metric, resource=resource, axis=logs.axis, asked=asked)
    curves = [curve_of(run, plan) for run in runs]
    places = check_places(where, curves, resource, other_resources(runs, metric, resource))
    timed = all(curve.seconds is not None for curve in curves)
    if timed:
        check_seconds(curves, plan)
    result = _read(logs, plan, names, curves)
    found = (
        f"{counted(len(runs), 'run')}; {counted(len(names), 'hyperparameter')}: {some(names, 8)}; {metric} "
        f"at {counted(len(places), resource)}, {exact(places[0])} to {exact(places[-1])}; "
        f"{'with' if timed else 'no'} seconds"
    )
    mode = "Whether low or high is good is what the source says." if logs.mode and not asked.mode else ""
    notes = (mode, *logs.notes, *_notes(plan, curves, places, names), diverged(result.table), *result.notes)
    return LongImport(result.table, tuple(note for note in notes if note), found, tuple(left_out))


def _read(logs: Logs, plan: Plan, names: Sequence[str], curves: Sequence[Curve]) -> LongImport:
    """The long table of all curves, read as any other one."""
    import msgspec
    import pandas as pd

    asked, resource = plan.asked, plan.resource
    timed = all(curve.seconds is not None for curve in curves)
    owner = [i for i, curve in enumerate(curves) for _ in curve.at]
    columns: dict[str, pd.Series] = {}
    for name in names:
        mine = [curve.run.hyperparameters.get(name) for curve in curves]
        column = f"{name} (hyperparameter)" if name == resource else name
        columns[column] = pd.Series([mine[i] for i in owner], dtype=object)
    config = tuple(columns)
    at = [one for curve in curves for one in curve.at]
    seconds = [one for curve in curves for one in curve.seconds or ()]
    columns[resource] = pd.Series(at, dtype=float)
    columns[_VALUE] = pd.Series([one for curve in curves for one in curve.values], dtype=float)
    columns[_SECONDS] = pd.Series(
        seconds if timed else _declared(at, asked.seconds_per_resource or 1.0), dtype=float
    )
    repeats = _repeat_names(curves, asked.repeat)
    columns[_RUN] = pd.Series([repeats[i] for i in owner], dtype=object)
    frame = pd.DataFrame(columns)
    known = logs.log & set(names)
    result = read_long(
        frame,
        Layout(
            value=_VALUE,
            resource=resource,
            seconds=_SECONDS,
            config=config,
            repeat=_RUN,
            repeats=asked.repeats,
            seed=asked.seed,
            seconds_are=asked.seconds_are if timed else "cumulative",
            repair_time=asked.repair_time,
        ),
        mode=asked.mode or logs.mode or direction(plan.metric, None),
        name=asked.name,
        log={*asked.log, *known},
        metric=plan.metric,
        kind=asked.kind,
        source=asked.source,
        where=logs.where,
        place=lambda row: f"run {curves[owner[row]].run.name!r}",
    )
    notes = result.notes[1:]  # the first is on a column that nobody has given
    if known:
        notes = (f"On a log scale, as the source says: {some(sorted(known), 8)}.", *notes)
    return msgspec.structs.replace(result, notes=notes)


def _declared(places: Sequence[float], cost: float) -> list[float]:
    """What reports cost that have no times; where places count from 0, the first one isn't free."""
    first = min(places)
    return [(one - first + 1) * cost if first <= 0 else one * cost for one in places]


def _repeat_names(curves: Sequence[Curve], repeat: str | None) -> list[str]:
    """What tells trainings of one configuration apart: a hyperparameter, or which run it is."""
    if repeat is not None:
        return [writing(curve.run.hyperparameters.get(repeat)) for curve in curves]
    names = [curve.run.name for curve in curves]
    unique = len(set(names)) == len(names)
    return names if unique else [f"{name} ({i})" for i, name in enumerate(names)]


def _with(keep: Callable[[Run], bool], runs: Sequence[Run], why: str, left_out: list[str]) -> list[Run]:
    """The runs that are kept; the others are said to be left out."""
    kept = [run for run in runs if keep(run)]
    if len(kept) < len(runs):
        names = some(run.name for run in runs if not keep(run))
        left_out.append(f"{counted(len(runs) - len(kept), 'run')} with {why} ({names})")
    return kept


def _notes(plan: Plan, curves: Sequence[Curve], places: Sequence[float], names: Sequence[str]) -> list[str]:
    """What was done to the curves."""
    asked, resource = plan.asked, plan.resource
    replaced, huge = sum(curve.replaced for curve in curves), sum(curve.huge for curve in curves)
    timed = [curve.seconds is not None for curve in curves]
    notes = [ends(curves, places, resource)]
    if replaced:
        notes.append(
            f"{counted(replaced, 'report')} at a {resource} that was reported again: the last counts."
        )
    if huge:
        notes.append(f"{counted(huge, 'value')} beyond 1e100 count as infinite: diverged.")
    if not all(timed):
        known = "Not all runs have times" if any(timed) else "No times are logged"
        why = known if asked.seconds_per_resource is None else "As asked"
        zero = f", and {resource} {exact(places[0])} costs one, too" if places[0] <= 0 else ""
        cost = exact(asked.seconds_per_resource or 1.0)
        notes.append(f"{why}: a unit of {resource} costs {cost} s{zero}.")
    odd = one_for_each_run([curve.run for curve in curves], names)
    said = "is another text in each run: --ignore it if it is no hyperparameter."
    return [*notes, *(f"{name!r} {said}" for name in odd)]

"""One run's reports of a metric as a curve, and curves that fit together."""

from __future__ import annotations

import math
from collections.abc import Sequence

import msgspec

from simdyhpo.errors import TableError, UnknownNameError, exact
from simdyhpo.files.limits import MAX_VALUE
from simdyhpo.importers.logs.asked import COUNT, Asked
from simdyhpo.importers.logs.runs import Logs, Run, counted
from simdyhpo.units import MAX_SECONDS


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What curves are made of.

    Attributes:
        where: named in errors.
        metric: the values.
        resource: what they lie along.
        axis: what the source calls its steps.
        asked: the settings.
    """

    where: str
    metric: str
    resource: str
    axis: str
    asked: Asked


class Curve(msgspec.Struct, frozen=True, kw_only=True):
    """One run's reports, in rising order of the resource.

    Attributes:
        run: whose.
        at: resources.
        values: of the metric.
        seconds: since the run began, or as `Asked.seconds_are` says; None if not known.
        replaced: reports at a resource that was reported again later.
        huge: values beyond `MAX_VALUE`, now infinite.
    """

    run: Run
    at: Sequence[float]
    values: Sequence[float]
    seconds: Sequence[float] | None
    replaced: int = 0
    huge: int = 0


def resource_name(logs: Logs, runs: Sequence[Run], metric: str, asked: str | None) -> str:
    """What the curves lie along: what is asked for; else what the source prefers, if it will do; else steps.

    Raises:
        UnknownNameError: nothing of that name was logged.
    """
    known = {COUNT, logs.axis, *(name for run in runs for name in run.metrics)} - {metric}
    if asked is not None:
        if asked not in known:
            raise UnknownNameError("resource", asked, known)
        return asked
    if logs.prefers in known and all(_counts(run, logs.prefers, metric) for run in runs):
        return logs.prefers
    return logs.axis


def curve_of(run: Run, plan: Plan) -> Curve:
    """A run's curve. Of two reports at one resource, the later one counts.

    Raises:
        TableError: a report's resource or time isn't known, or all reports lie at one place.
    """
    series = run.metrics[plan.metric]
    count, resource = len(series), plan.resource
    if resource == COUNT:
        at = [float(i + 1) for i in range(count)]
    elif resource == plan.axis:
        at = [float(step) for step in series.steps]
    else:
        at = _beside(run, resource, plan)
    place = f"run {run.name!r}"
    if any(not math.isfinite(one) for one in at):
        raise TableError(plan.where, f"{place}: {resource} is not finite", f"say --resource {COUNT}")
    if count > 1 and len(set(at)) == 1:
        problem = f"{place}: all {count} reports of {plan.metric} lie at {resource} {exact(at[0])}"
        remedy = f"say --resource {COUNT} to count them, or name another resource"
        raise TableError(plan.where, problem, remedy)
    seconds = _seconds(run, plan)
    last = {one: i for i, one in enumerate(at)}
    order = [last[one] for one in sorted(last)]
    values = [series.values[i] for i in order]
    huge = [i for i, value in enumerate(values) if math.isfinite(value) and abs(value) > MAX_VALUE]
    for i in huge:
        values[i] = math.copysign(math.inf, values[i])
    return Curve(
        run=run,
        at=[at[i] for i in order],
        values=values,
        seconds=None if seconds is None else [seconds[i] for i in order],
        replaced=count - len(order),
        huge=len(huge),
    )


def check_places(where: str, curves: Sequence[Curve], resource: str, hints: Sequence[str]) -> list[float]:
    """The resources of all curves, which each of them has up to its end.

    Args:
        where: named in errors.
        curves: all.
        resource: what they lie along.
        hints: what might be said instead.

    Raises:
        TableError: a curve lacks one.
    """
    places = sorted({one for curve in curves for one in curve.at})
    for curve in curves:
        for expected, found in zip(places, curve.at, strict=False):
            if expected == found:
                continue
            other = next(one for one in curves if expected in one.at)
            raise TableError(
                where,
                f"runs report at different places: {other.run.name!r} has {resource} {exact(expected)}, "
                f"{curve.run.name!r} goes on to {exact(found)} without it",
                f"say {' or '.join(f'--resource {hint}' for hint in hints)}",
            )
    return places


def check_seconds(curves: Sequence[Curve], plan: Plan) -> None:
    """Times are of a size that can be meant, and cumulative ones rise.

    Raises:
        TableError: one doesn't.
    """
    without = f"--seconds-per-resource 1 leaves times out and lets each {plan.resource} cost a second"
    for curve in curves:
        seconds = curve.seconds or ()
        for i, one in enumerate(seconds):
            where_in = f"run {curve.run.name!r}, {plan.resource} {exact(curve.at[i])}"
            if not 0 <= one <= MAX_SECONDS:
                problem = f"{where_in}: its time is {exact(one)} seconds"
                raise TableError(plan.where, problem, f"times lie between 0 and {MAX_SECONDS:g}; {without}")
            falls = i > 0 and one < seconds[i - 1] and plan.asked.seconds_are == "cumulative"
            if falls and not plan.asked.repair_time:
                problem = f"{where_in}: time falls from {exact(seconds[i - 1])} to {exact(one)} seconds"
                raise TableError(plan.where, problem, f"--repair-time raises such times; {without}")


def other_resources(runs: Sequence[Run], metric: str, resource: str) -> list[str]:
    """What else the curves could lie along: metrics that count reports, then their number."""
    found = [name for name in ("epoch",) if all(_counts(run, name, metric) for run in runs)]
    return [name for name in (*found, COUNT) if name != resource]


def ends(curves: Sequence[Curve], places: Sequence[float], resource: str) -> str:
    """A sentence on curves that end early; empty if all go to the end."""
    short = [curve for curve in curves if len(curve.at) < len(places)]
    if not short:
        return ""
    first = min(short, key=lambda curve: len(curve.at))
    return (
        f"{len(short):,} of {counted(len(curves), 'curve')} end before {resource} {exact(places[-1])}, "
        f"{first.run.name} first at {exact(first.at[-1])}: nothing is filled in, they are short."
    )


def _counts(run: Run, name: str, metric: str) -> bool:
    """Whether each report of the metric has another value of `name` logged at its step."""
    series = run.metrics.get(name)
    if series is None:
        return False
    known = dict(zip(series.steps, series.values, strict=True))
    places = [known.get(step) for step in run.metrics[metric].steps]
    return None not in places and len(set(places)) == len(places)


def _beside(run: Run, name: str, plan: Plan) -> list[float]:
    """The values of another metric at the steps of the one that is wanted."""
    other, steps = run.metrics.get(name), run.metrics[plan.metric].steps
    known = {} if other is None else dict(zip(other.steps, other.values, strict=True))
    for step in steps:
        if step not in known:
            place = f"{plan.axis} {exact(step)}, where {plan.metric} is"
            problem = f"run {run.name!r}: {name!r} isn't logged at {place}"
            raise TableError(plan.where, problem, "log it with each report, or name another one")
    return [known[step] for step in steps]


def _seconds(run: Run, plan: Plan) -> Sequence[float] | None:
    if plan.asked.seconds is not None:
        return _beside(run, plan.asked.seconds, plan)
    return None if plan.asked.seconds_per_resource is not None else run.metrics[plan.metric].seconds

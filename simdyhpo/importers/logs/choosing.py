"""Which runs, which metric and which hyperparameters are meant: named by whoever imports, or plain."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from simdyhpo.errors import TableError, UnknownNameError, short
from simdyhpo.hyperparameters.cells import writing
from simdyhpo.importers.logs.runs import Logs, Run, counted, some

_COUNTERS = frozenset(["epoch", "step", "global_step", "trainer/global_step", "iteration"])
"""Metrics that say where a report lies. They are taken if they are named."""

_OF_THE_MACHINE = ("system/", "system.", "_")
"""How the names of metrics begin that are no one's results."""

_MANY = 5
"""From so many runs on, text that is another in each is remarkable."""


def runs_of_group(logs: Logs, group: str | None) -> list[Run]:
    """The runs of one experiment, study or project.

    Raises:
        TableError: there are no runs, or several groups and none is named.
        UnknownNameError: there is no such group.
    """
    if not logs.runs:
        left = f" ({'; '.join(logs.left_out)})" if logs.left_out else ""
        raise TableError(logs.where, f"no run with reports was found{left}", "check path and source")
    groups = list(dict.fromkeys(run.group for run in logs.runs))
    if group is None:
        if len(groups) > 1:
            said = ", ".join(short(name) for name in groups[:12])
            raise TableError(
                logs.where, f"{len(groups)} experiments are in it: {said}", "name one with --group"
            )
        return list(logs.runs)
    if group not in groups:
        raise UnknownNameError("group", group, filter(None, groups))
    return [run for run in logs.runs if run.group == group]


def chosen_metric(where: str, runs: Sequence[Run], asked: str | None) -> str:
    """The metric that was asked for, or the only one there is.

    Raises:
        TableError: several are there and none is named, or none is there, or it isn't readable.
        UnknownNameError: there is no such metric.
    """
    longest: dict[str, int] = {}
    for run in runs:
        for name, series in run.metrics.items():
            longest[name] = max(longest.get(name, 0), len(series))
    if asked is not None:
        if asked not in longest:
            for run in runs:
                if asked in run.unreadable:
                    raise TableError(where, run.unreadable[asked], "correct it, or name another metric")
            raise UnknownNameError("metric", asked, longest)
        return asked
    plain = [name for name in longest if not _is_counter(name)]
    if not plain:
        raise TableError(where, "no metric was logged", "name one of another source, or check the path")
    if len(plain) > 1:
        # Equals by name: in which order a tool wrote them down may be chance.
        by_length = sorted(plain, key=lambda name: (-longest[name], name))
        said = some((f"{name} ({counted(longest[name], 'report')})" for name in by_length), 12)
        raise TableError(where, f"{len(plain)} metrics were logged: {said}", "name one with --metric")
    return plain[0]


def other_metrics(runs: Sequence[Run], metric: str) -> list[str]:
    """What else was logged, counters and the machine's own aside."""
    names = dict.fromkeys(name for run in runs for name in run.metrics)
    return [name for name in names if name != metric and not _is_counter(name)]


def chosen_hyperparameters(
    where: str, runs: Sequence[Run], config: Collection[str], ignore: Collection[str]
) -> tuple[list[str], list[str]]:
    """The hyperparameters, and those that are left out since they never differ.

    Raises:
        UnknownNameError: a name isn't there.
        TableError: none is left.
    """
    names = list(dict.fromkeys(name for run in runs for name in run.hyperparameters))
    for name in (*config, *ignore):
        if name not in names:
            raise UnknownNameError("hyperparameter", name, names)
    kept = [name for name in names if (name in config or not config) and name not in ignore]
    constant = []
    if not config and len(runs) > 1:
        constant = [name for name in kept if len(_writings(runs, name)) == 1]
    varied = [name for name in kept if name not in constant]
    if not varied:
        raise TableError(
            where,
            f"no hyperparameter differs between the runs ({some(names) or 'none was logged'})",
            "log what was varied with each run",
        )
    return varied, constant


def one_for_each_run(runs: Sequence[Run], names: Sequence[str]) -> list[str]:
    """Hyperparameters of text that no two runs share, as paths and names of runs are."""
    if len(runs) < _MANY:
        return []
    return [
        name
        for name in names
        if len(found := _writings(runs, name)) == len(runs) and not any(map(_is_number, found))
    ]


def _writings(runs: Sequence[Run], name: str) -> set[str]:
    return {writing(run.hyperparameters.get(name)) for run in runs}


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _is_counter(name: str) -> bool:
    return name in _COUNTERS or name.startswith(_OF_THE_MACHINE)

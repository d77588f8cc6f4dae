"""The board's runs beside the paper's numbers: what docs/reproduction.md says of regrets over epochs."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping

import pandas as pd

from simdyhpo.analysis.markdown import markdown
from simdyhpo.board.definition import MARKS
from simdyhpo.drawing.style import SCHEDULERS
from simdyhpo.reproduction.paper import AT_EPOCHS, OF, PAPER, REACHED
from tools.claim_numbers import field, grid, suite_of
from tools.claims import ONE
from tools.stored_results import NOT_YET, best, short

_MINE, _RIVAL = "dyhpo-p0", "asha"
_BESIDE = ("asha-stopping", "sh", "optuna-hyperband")
"""Ours that the paper doesn't have."""
_METRICS = {"lcbench": "cross-entropy", "taskset": "validation loss"}
_COMPARABLE = "taskset"
"""Its metric is the paper's, so that a ratio says something."""


@functools.cache
def _marks(suite: str) -> pd.DataFrame:
    """Mean absolute regret over seeds: a row for each method and data set, a column for each mark."""
    there = field(ONE)
    shown = (*PAPER[suite], *_BESIDE)
    whole = there.of([one for one in there.complete(grid()) if one in shown])
    frame = pd.DataFrame(whole.absolute(), columns=range(1, MARKS + 1))
    frame.index = pd.MultiIndex.from_arrays(
        [whole.rows["label"], whole.rows["blackbox"]], names=["name", "blackbox"]
    )
    mine = [suite_of(blackbox) == suite for blackbox in whole.rows["blackbox"]]
    return frame[mine].groupby(level=["name", "blackbox"]).mean()


def _ends(suite: str) -> pd.DataFrame:
    """At the end: a row for each data set, a column for each method."""
    return _marks(suite)[MARKS].reset_index().pivot_table(MARKS, "blackbox", "name")


def _means(suite: str) -> pd.DataFrame:
    """By method, at `AT_EPOCHS`: the mean over data sets; random search's is exact."""
    means = _marks(suite).groupby(level="name").mean()
    means = means[[at * MARKS // max(AT_EPOCHS) for at in AT_EPOCHS]]
    means.columns = pd.Index(AT_EPOCHS)
    if "random" in means.index:
        means.loc["random"] = [best(suite, "epochs", "random", at) for at in AT_EPOCHS]
    return means


def table(suite: str) -> list[str]:
    """Regret by method at three points of the budget, ours beside the paper's."""
    means, paper, last = _means(suite), PAPER[suite], max(AT_EPOCHS)
    if _MINE not in means.index:
        return [NOT_YET]
    ranks = _ends(suite).rank(axis=1).mean()
    ratio = " (ratio)" * (suite == _COMPARABLE)
    heads = [f"@{at}: ours / paper{ratio}" for at in AT_EPOCHS]
    rank_head = f"rank at the end: ours of {len(ranks)} / paper of {OF}"
    rows = [["method", *heads, "times DyHPO's at the end: ours / paper", rank_head]]
    for name in (one for one in (*paper, *_BESIDE) if one in means.index):
        known = paper.get(name)
        mine = means.loc[name]
        theirs = [None] * len(AT_EPOCHS) if known is None else known.regrets
        cells = [_beside(a, b, bool(ratio)) for a, b in zip(mine, theirs, strict=True)]
        times = "-" if known is None else f"{known.regrets[-1] / paper[_MINE].regrets[-1]:.1f}"
        rank = "-" if known is None else f"{known.rank:.2f}"
        title = SCHEDULERS[name].title + (", exact" if name == "random" else "")
        rows.append(
            [title, *cells, f"{mine[last] / means[last][_MINE]:.1f} / {times}", f"{ranks[name]:.2f} / {rank}"]
        )
    tables = _marks(suite).index.get_level_values("blackbox").nunique()
    said = (
        f"{tables} data sets, {grid().seeds} seeds: means over seeds, then over data sets; {_METRICS[suite]}."
    )
    return [*markdown(rows), "", said]


def _beside(mine: float, theirs: float | None, comparable: bool) -> str:
    if theirs is None:
        return f"{short(mine)} / -"
    return f"{short(mine)} / {short(theirs)}" + (f" ({mine / theirs:.2f})" if comparable else "")


def order(suite: str) -> list[str]:
    """How the paper's methods end, ours and theirs, and when DyHPO has done with ASHA."""
    means, paper, last = _means(suite), PAPER[suite], max(AT_EPOCHS)
    if _MINE not in means.index:
        return [NOT_YET]
    shared = [name for name in paper if name in means.index]
    mine = [paper[name].method for name in sorted(shared, key=lambda name: means[last][name])]
    theirs = [paper[name].method for name in sorted(shared, key=lambda name: paper[name].regrets[-1])]
    lines = [f"- The order at the end, ours and the paper's: {', '.join(mine)}."]
    if mine != theirs:
        lines = [f"- The order at the end, ours: {', '.join(mine)}; the paper's: {', '.join(theirs)}."]
    curves = _marks(suite).groupby(level="name").mean()
    below = curves.columns[curves.loc[_MINE] <= curves.loc[_RIVAL, MARKS]]
    reached = f"after {below[0] * last // MARKS:,}" if len(below) else f"never within {last:,}"
    lines.append(
        f"- DyHPO is down to ASHA's last mean regret {reached} of {last:,}; in the paper after about "
        f"{REACHED[suite]}."
    )
    return lines


_BY_TASK = (_MINE, _RIVAL, "asha-stopping", "random", "bohb", "sh")


def tasks(suite: str) -> list[str]:
    """Final regret task by task, the lowest in bold."""
    final = _ends(suite)
    names = [name for name in _BY_TASK if name in final]
    rows = [["task", *(SCHEDULERS[name].title for name in names)]]
    for task, row in final[names].iterrows():
        cells = [f"**{short(one)}**" if one == row.min() else short(one) for one in row]
        rows.append([str(task).removeprefix(f"{suite}-"), *cells])
    return markdown(rows)


BOARD_BESIDE_BLOCKS: Mapping[str, Callable[[], list[str]]] = {
    "lcbench-epochs": lambda: table("lcbench"),
    "lcbench-order": lambda: order("lcbench"),
    "taskset-epochs": lambda: table("taskset"),
    "taskset-order": lambda: order("taskset"),
    "taskset-tasks": lambda: tasks("taskset"),
}
"""By the name that stands in a page's marker."""

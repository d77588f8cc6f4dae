"""The parts of pages that are made from stored results: one function a block, from frames to Markdown."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Mapping

import pandas as pd

from simdyhpo.analysis.markdown import markdown
from simdyhpo.analysis.paired import paired_differences
from simdyhpo.analysis.statistics import bootstrap_mean
from simdyhpo.drawing.style import SCHEDULERS
from simdyhpo.reproduction.beside import beside_tables
from simdyhpo.reproduction.paper import AT_EPOCHS, PAPER
from tools.board_beside import BOARD_BESIDE_BLOCKS
from tools.claim_blocks import CLAIM_BLOCKS
from tools.half_blocks import HALF_BLOCKS
from tools.laboratory_blocks import LABORATORY_BLOCKS
from tools.stored_results import NOT_YET, best, coverage, exact, short, stored, value

_T_OF_TEN_SEEDS = 2.262
"""Student's t with nine degrees of freedom, 95 %."""


def exact_table() -> list[str]:
    """Random search's exact regret beside the paper's curve, at three points of the budget."""
    table = [["", "100", "500", "1,000"]]
    for (suite, what), rows in exact().groupby(["suite", "what"], sort=False):
        cells = [_beside_exact(row) for row in rows.to_dict("records")]
        table.append([f"{suite}: {what}", *[""] * (3 - len(cells)), *cells])
    said = "In brackets the paper's curve, and how many times as large the exact one is."
    return [*markdown(table), "", said]


def _beside_exact(row: Mapping[Hashable, float]) -> str:
    if math.isnan(row["paper"]):
        return short(row["exact"])
    return f"{short(row['exact'])} ({short(row['paper'])}, {row['exact'] / row['paper']:.2f})"


def two_units() -> list[str]:
    """The paper's regret at the end of the epochs as a share of that at the end of the time axis."""
    shares = [
        method.regrets[-1] / method.over_time[1]
        for method in PAPER["lcbench"].values()
        if method.over_time is not None
    ]
    found = f"{min(shares):.2f} to {max(shares):.2f} of that at the end of its time axis"
    return [f"The paper's regret on LCBench after 1,000 epochs is, by method, {found}."]


def random_check() -> list[str]:
    """Whether simulated means lie where they should: intervals over seeds, Student's t."""
    lines, inside, every = [], 0, 0
    for study, comparison, words in (
        ("taskset", "epochs", "TaskSet, validation loss"),
        ("lcbench", "epochs", "LCBench, cross-entropy"),
        ("lcbench", "accuracy", "LCBench, final validation balanced accuracy of the incumbent"),
    ):
        if stored(study, "beside") is None:
            continue
        parts = []
        for at in AT_EPOCHS:
            mean, error, known = (
                value(study, comparison, "random", at, column)
                for column in ("simulated", "simulated_error", "exact")
            )
            half = _T_OF_TEN_SEEDS * error
            inside, every = inside + (abs(mean - known) <= half), every + 1
            parts.append(f"{short(mean)} ± {short(half)} (exact {short(known)})")
        lines.append(f"- {words}, after 100, 500 and 1,000: {', '.join(parts)}.")
    return [*lines, "", f"{inside} of the {every} exact values lie within, where about 95 % should."]


def compared(study: str, comparison: str) -> list[str]:
    """Ours beside the paper's, for the methods that both have or we alone."""
    found = stored(study, "beside")
    if found is None:
        return [NOT_YET]
    mine = found[found["name"].isin(found.loc[found["ours"].notna(), "name"])]
    said = [coverage(study), ""] if comparison == _SAID_WITH[study] else []  # once a study
    return [*said, *beside_tables(mine)[comparison]]


_SAID_WITH = {"lcbench": "accuracy", "taskset": "epochs", "yahpo-lcbench": "epochs"}


def order(study: str, comparison: str) -> list[str]:
    """Whether the methods of both end in the same order, and how far behind DyHPO."""
    found = stored(study, "beside")
    if found is None:
        return [NOT_YET]
    end = found[(found["comparison"] == comparison) & (found["at"] == max(AT_EPOCHS))]
    end = end.assign(ours=end["exact"].fillna(end["ours"]))
    shared = end[end["ours"].notna() & end["paper"].notna()]
    theirs, mine = (", ".join(shared.sort_values(column)["method"]) for column in ("paper", "ours"))
    both = "ours and the paper's" if mine == theirs else "ours"
    other = "" if mine == theirs else f"; the paper's: {theirs}"
    lines = [f"- The order at the end, {both}: {mine}{other}."]
    if (end["ratio"].notna() & (end["name"] == "dyhpo-p0")).any():
        pairs = [
            f"{row['method']} {row['times_dyhpo']:.1f} ({row['paper_times_dyhpo']:.1f})"
            for row in shared[shared["name"] != "dyhpo-p0"].sort_values("paper").to_dict("records")
        ]
        lines.append(f"- As a multiple of DyHPO's there (the paper's): {', '.join(pairs)}.")
    return lines


def ratios(study: str, comparison: str) -> str:
    """Between which factors of the paper's numbers ours lie."""
    found = stored(study, "beside")
    if found is None:
        return NOT_YET
    rows = found[(found["comparison"] == comparison) & found["ratio"].notna()]
    low, high = rows.loc[rows["ratio"].idxmin()], rows.loc[rows["ratio"].idxmax()]
    mine = rows[rows["name"] == "dyhpo-p0"].sort_values("at")
    dyhpo = "" if mine.empty else f" DyHPO: {', '.join(f'{one:.2f}' for one in mine['ratio'])}."
    return (
        f"Ours lie between {low['ratio']:.2f} times ({low['method']} at {low['at']:g}) and "
        f"{high['ratio']:.2f} times ({high['method']} at {high['at']:g}) the paper's.{dyhpo}"
    )


def untrained() -> list[str]:
    """TaskSet with its first point kept, beside the same methods without it."""
    kept, dropped = stored("taskset-untrained", "beside"), stored("taskset", "beside")
    if kept is None or dropped is None:
        return [NOT_YET]
    table = [["method", *(f"kept @{at} / left out @{at}" for at in AT_EPOCHS)]]
    for name in dict.fromkeys(kept.loc[kept["ours"].notna(), "name"]):
        cells = []
        for at in AT_EPOCHS:
            both = (best(study, "epochs", name, at) for study in ("taskset-untrained", "taskset"))
            cells.append(" / ".join(short(one) for one in both))
        table.append([SCHEDULERS[name].title, *cells])
    return [f"Kept: {coverage('taskset-untrained')}", "", *markdown(table)]


def ablation() -> list[str]:
    """Final regret of each searcher on three tables."""
    rows = stored("ablation", "results")
    assert rows is not None
    return _by_table(rows, list(dict.fromkeys(rows["label"])), "regret_1")


def settings() -> list[str]:
    """One setting at a time, with the paired difference to the default."""
    rows = stored("dyhpo-settings", "results")
    assert rows is not None
    labels = list(dict.fromkeys(rows["label"]))
    return _by_table(rows, labels, "regret_1", rival=labels[0])


def released() -> list[str]:
    """The fast searcher and the released training schedule."""
    rows = stored("dyhpo-released", "results")
    assert rows is not None
    labels = list(dict.fromkeys(rows["label"]))
    rows = rows.assign(ms=1000 * rows["seconds_per_decision"])
    lines = _by_table(rows, labels, "regret_1")
    cost = [f"{label} {rows.loc[rows['label'] == label, 'ms'].mean():.3g} ms" for label in labels]
    found = paired_differences(rows, labels[0], labels[1], "regret_1").values
    said = _interval(found)
    return [
        *lines,
        "",
        f"A decision costs {', '.join(cost)} of host time. `{labels[0]}` against `{labels[1]}`: {said}.",
    ]


def _by_table(rows: pd.DataFrame, labels: list[str], column: str, rival: str | None = None) -> list[str]:
    boxes = list(dict.fromkeys(rows["blackbox"]))
    table = [["variant", *boxes, "mean", *([f"difference to {rival}"] if rival else [])]]
    for label in labels:
        mine = rows[rows["label"] == label]
        means = [mine.loc[mine["blackbox"] == box, column].mean() for box in boxes]
        cells = [*(f"{one:.4f}" for one in means), f"{sum(means) / len(means):.4f}"]
        if rival:
            found = paired_differences(rows, label, rival, column).values
            cells.append("" if label == rival else _interval(found))
        table.append([f"`{label}`", *cells])
    return markdown(table)


def _interval(differences: pd.Series) -> str:
    found = bootstrap_mean(pd.Series(differences).to_numpy()[:, None])
    return f"{found.mean[0]:+.4f} [{found.low[0]:+.4f}, {found.high[0]:+.4f}]"


BLOCKS: Mapping[str, Callable[[], list[str]]] = {
    "exact": exact_table,
    "two-units": two_units,
    "random-check": random_check,
    "lcbench-accuracy": lambda: compared("lcbench", "accuracy"),
    "lcbench-time": lambda: compared("lcbench", "time"),
    "lcbench-ratios": lambda: [f"- {ratios('lcbench', 'accuracy')}", *order("lcbench", "accuracy")],
    "lcbench-time-ratios": lambda: [ratios("lcbench", "time")],
    "untrained": untrained,
    "yahpo": lambda: compared("yahpo-lcbench", "epochs"),
    "ablation": ablation,
    "settings": settings,
    "released": released,
    **BOARD_BESIDE_BLOCKS,
    **HALF_BLOCKS,
    **CLAIM_BLOCKS,
    **LABORATORY_BLOCKS,
}
"""By the name that stands in a page's marker."""

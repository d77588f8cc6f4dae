"""The parts of docs/default-searcher.md that are made from the runs on both halves of the measured tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import pandas as pd

from simdyhpo.analysis.markdown import markdown
from simdyhpo.analysis.order_flips import order_flips, share_words
from simdyhpo.analysis.paired import paired_runs, pairs_of
from simdyhpo.analysis.statistics import bootstrap_nested_mean
from simdyhpo.board.definition import MARKS
from simdyhpo.reproduction.paper import AT_EPOCHS
from tools.claim_numbers import field, grid, suite_of
from tools.claims import ONE
from tools.stored_results import NOT_YET, short, stored

SHOWN = (
    "dyhpo", "dyhpo-p0", "dyhpo-p0.25", "safeguard-p0.25", "safeguard-calibrated", "asha", "random",
)  # fmt: skip
"""What was tried for the default, and two to hold it against; a study's report has the others, too."""


RIVALS = (
    "dyhpo", "dyhpo-p0", "dyhpo-p0.25", "priorband", "bohb-async", "bohb", "mobster", "hyper-tune",
    "freeze-thaw", "dpl", "asha", "sh", "random",
)  # fmt: skip
"""Of the board, those that a default is held against, as far as all their runs are there."""


def half(study: str) -> list[str]:
    """One half of the measured tables: every variant beside the default, on each suite."""
    rows = stored(study, "results")
    return [NOT_YET] if rows is None else _half_tables(rows, SHOWN)


def half_of_board(study: str) -> list[str]:
    """The board's runs on a study's half: the default and its rivals."""
    rows = _board_rows(study)
    return [NOT_YET] if rows is None else _half_tables(rows, RIVALS)


def ten_seeds_said() -> list[str]:
    """The default's aims on the half that took no part, and what came of them."""
    rows = _board_rows("confirming-half")
    if rows is None:
        return [NOT_YET]
    ends = {
        suite: rows[rows["blackbox"].map(suite_of) == suite].groupby("label")["absolute_regret_1"].mean()
        for suite in ("lcbench", "taskset")
    }
    lower = {
        suite: ", ".join(f"`{name}`" for name in RIVALS if name in mine and mine[name] < mine["dyhpo"])
        for suite, mine in ends.items()
    }
    share = ends["lcbench"]["dyhpo"] / ends["lcbench"]["asha"]
    by_table = rows.pivot_table("regret_1", "blackbox", "label")
    above = int((by_table["dyhpo"] > by_table["random"]).sum())
    named = (
        "Of those above, these end lower than the default in absolute regret on the half that took no part: "
        f"on LCBench {lower['lcbench'] or 'none'}, on TaskSet {lower['taskset'] or 'none'}."
    )
    return [
        named,
        f"It ends at {short(share)} of ASHA's on LCBench, where .35 was the aim, and at",
        f"{short(ends['taskset']['dyhpo'])} on TaskSet, where it was .018; above random search on {above} of",
        f"{len(by_table)} tables.",
    ]


def _board_rows(study: str) -> pd.DataFrame | None:
    """The board's runs on a study's tables, of methods that have all; None without them, or the default's."""
    asked, there = stored(study, "results"), field(ONE)
    whole = there.complete(grid())
    if asked is None or "dyhpo" not in whole:
        return None
    there = there.of(whole)
    marks = {f"regret_{at / 1000:g}": there.marks[:, at * MARKS // 1000 - 1] for at in AT_EPOCHS}
    absolute = {f"absolute_{name}": values * there.rows["span"] for name, values in marks.items()}
    rows = there.rows.assign(calibration_rms=float("nan"), **marks, **absolute)
    return rows[rows["blackbox"].isin(set(asked["blackbox"]))]


def _half_tables(rows: pd.DataFrame, shown: Sequence[str]) -> list[str]:
    lines: list[str] = []
    for suite, title in (("lcbench", "LCBench"), ("taskset", "TaskSet")):
        mine = rows[rows["blackbox"].str.startswith(f"{suite}-")]
        labels = [label for label in shown if (mine["label"] == label).any()]
        runs = mine[mine["label"].isin(labels)].groupby("label").size()
        measured = ["rms of errors"] * bool(mine["calibration_rms"].notna().any())
        table = [
            [title, *(f"absolute @{at}" for at in AT_EPOCHS), "normalised @1000",
             "difference to `dyhpo`", "order flips", "above random search on", *measured]
        ]  # fmt: skip
        table += [[f"`{label}`", *_half_row(mine, label)][: len(table[0])] for label in labels]
        each = f"{runs.min()}" if runs.min() == runs.max() else f"{runs.min()} to {runs.max()}"
        counts = f"{title}: {mine['blackbox'].nunique()} tables, {each} runs of each."
        lines += ["", *markdown(table), "", counts]
    return lines[1:]


def _half_row(rows: pd.DataFrame, label: str) -> list[str]:
    mine = rows[rows["label"] == label]
    means = mine.groupby("blackbox").mean(numeric_only=True)
    cells = [short(means[f"absolute_regret_{at / 1000:g}"].mean()) for at in AT_EPOCHS]
    cells.append(short(means["regret_1"].mean()))
    if label == "dyhpo":
        cells += ["", ""]
    else:
        pairs = pairs_of(rows, label, "dyhpo", "regret_1").dropna(subset=["difference"])
        found = bootstrap_nested_mean(pairs[["difference"]].to_numpy(), pairs["blackbox"].tolist())
        cells.append(f"{found.mean[0]:+.4f} [{found.low[0]:+.4f}, {found.high[0]:+.4f}]")
        cells.append(share_words(order_flips(paired_runs(rows, label, "dyhpo", "regret_1"))))
    chance = rows[rows["label"] == "random"].groupby("blackbox")["regret_1"].mean()
    above = int((means["regret_1"] > chance.reindex(means.index)).sum())
    cells.append("" if label == "random" else str(above))
    # A method without a model has no errors to measure; old pandas warns of a median of nothing.
    errors = mine["calibration_rms"].dropna()
    return [*cells, f"{errors.median():.1f}" if len(errors) else ""]


_MARKS = ("regret_0.1", "regret_0.5", "regret_1")
_FORMS = {"dyhpo": "the default", "calibrated": "`noise_from=60`, `cut=2`"}


def _calibrated(study: str) -> pd.DataFrame:
    """Runs of the default and of the calibrated searcher, made on one computer."""
    rows = stored(study, "calibrated")
    assert rows is not None, study
    return rows.assign(workers=1, suite=rows["blackbox"].map(suite_of))


def calibrated_table() -> list[str]:
    """The calibrated searcher beside the default on the half that took no part."""
    rows = _calibrated("confirming-half")
    spans = field(ONE).rows.groupby("blackbox")["span"].first()
    heads = [f"{unit} @{at}" for unit in ("absolute", "normalised") for at in AT_EPOCHS]
    table = [["", *heads]]
    for suite, title in (("lcbench", "LCBench"), ("taskset", "TaskSet")):
        for label, words in _FORMS.items():
            mine = rows[(rows["suite"] == suite) & (rows["label"] == label)]
            absolute = [(mine[mark] * mine["blackbox"].map(spans)).mean() for mark in _MARKS]
            means = [*absolute, *(mine[mark].mean() for mark in _MARKS)]
            table.append([f"{title}, {mine['blackbox'].nunique()} tables: {words}", *map(short, means)])
    table.append(["both: difference", "", "", "", *(_apart(rows, mark) for mark in _MARKS)])
    return [*markdown(table), "", _counted(rows)]


def _apart(rows: pd.DataFrame, mark: str) -> str:
    pairs = pairs_of(rows, "calibrated", "dyhpo", mark)
    found = bootstrap_nested_mean(pairs[["difference"]].to_numpy(), pairs["blackbox"].tolist())
    return f"{found.mean[0]:+.4f} [{found.low[0]:+.4f}, {found.high[0]:+.4f}]"


def _counted(rows: pd.DataFrame) -> str:
    last = pairs_of(rows, "calibrated", "dyhpo", _MARKS[-1])["difference"]
    better, worse = int((last < 0).sum()), int((last > 0).sum())
    equal = len(last) - better - worse
    return f"At the end it is better in {better} of {len(last)} pairs, equal in {equal}, worse in {worse}."


def calibrated_third_seed() -> list[str]:
    """The same on a third seed of the tuning half."""
    rows = _calibrated("tuning-half")
    return [
        f"Normalised @1000: {_apart(rows, _MARKS[-1])}; @100: {_apart(rows, _MARKS[0])}. {_counted(rows)}"
    ]


HALF_BLOCKS: Mapping[str, Callable[[], list[str]]] = {
    "tuning-half": lambda: half("tuning-half"),
    "confirming-half": lambda: half("confirming-half"),
    "tuning-half-ten-seeds": lambda: half_of_board("tuning-half"),
    "confirming-half-ten-seeds": lambda: half_of_board("confirming-half"),
    "ten-seeds-said": ten_seeds_said,
    "calibrated": calibrated_table,
    "calibrated-third-seed": calibrated_third_seed,
}
"""By the name that stands in a page's marker."""

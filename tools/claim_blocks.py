"""What 47 tables say of published claims: blocks of docs/findings.md and of the front page.

Whoever lacks cells isn't compared, and said to lack them; everything follows from the board's results.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Mapping

from simdyhpo.analysis.markdown import markdown
from simdyhpo.analysis.order_flips import share_words
from simdyhpo.analysis.verdicts import LEVEL
from simdyhpo.board.definition import MARKS
from tools.claim_numbers import REGRET, Compared, Interval, cells_of, compared, field, grid, rows_of, sooner
from tools.claims import CLAIMS, EIGHT, ONE, Claim
from tools.fill_board import parts
from tools.stored_results import short, stored

PARTS = {ONE: "one worker", EIGHT: "eight workers"}
HOLDS, NOT_SHOWN, OPPOSITE, WAITS = "holds", "not shown", "the opposite", "waits"
_COMPARED_WITH = (
    "random", "hyperband", "sh", "asha", "asha-stopping", "optuna-hyperband", "bohb", "dehb", "dyhpo",
)  # fmt: skip
"""DyHPO's rivals in the paper's two studies."""


@functools.cache
def _asked() -> dict[tuple[str, str], Compared]:
    """Every claim in every part where both methods have all cells."""
    whole = {part: set(rows_of(part)["label"]) for part in PARTS}
    there = [
        (claim, part) for claim in CLAIMS for part in claim.parts if {claim.mine, claim.theirs} <= whole[part]
    ]
    found = compared([(rows_of(part), claim.mine, claim.theirs) for claim, part in there])
    return {(claim.words, part): one for (claim, part), one in zip(there, found, strict=True)}


def shown(one: Compared) -> str:
    """Whether the first ends lower or higher, by two questions that may be answered differently.

    The mean's interval leaves out 0: that is about sizes, and few tables of large regrets decide it. Or the
    test over tables tells a difference: that is about how many tables agree.
    """
    mean = _sign(one.all.mean) if one.all.high < 0 or one.all.low > 0 else ""
    most = _sign(one.higher - one.lower) if one.p < LEVEL else ""
    if mean == most:
        return mean or NOT_SHOWN
    if mean and most:
        return f"{mean} in the mean, {most} on most tables"
    return f"{mean} in the mean alone" if mean else f"{most} on most tables, not in the mean"


def _sign(difference: float) -> str:
    return "lower" if difference < 0 else "higher"


def verdict(claim: Claim, part: str) -> str:
    """What came of a claim in a part of the board; for a question, who ends lower."""
    one = _asked().get((claim.words, part))
    if one is None:
        return WAITS
    if claim.kind == "no worse" and one.all.low <= 0 and not shown(one).startswith("higher"):
        return HOLDS if one.all.high < 0 else f"{HOLDS}, to {_signed(one.all.high)} at most"
    sign, space, rest = shown(one).partition(" ")
    if claim.kind == "question":
        said = {"lower": f"`{claim.mine}`", "higher": f"`{claim.theirs}`"}
    else:
        said = {"lower": HOLDS, "higher": OPPOSITE}
    return f"{said[sign]}{space}{rest}" if sign in said else NOT_SHOWN


def _told(claim: Claim, part: str) -> str:
    if part not in claim.parts:
        return ""
    said = verdict(claim, part)
    if said != WAITS:
        return said
    size = grid().size
    lacks = {name: cells_of(part, name) for name in (claim.mine, claim.theirs)}
    some = ", ".join(f"{name} has {cells}" for name, cells in lacks.items() if cells < size)
    return f"{WAITS}: {some} of {size}"


def claims() -> list[str]:
    """Claim by claim: who says so, and what came of it in each part."""
    published = [claim for claim in CLAIMS if claim.source]
    table = [["claim", "source", *PARTS.values()]]
    table += [[claim.words, claim.source, *(_told(claim, part) for part in PARTS)] for claim in published]
    return markdown(table)


def questions() -> list[str]:
    """Questions that no paper's claim answers: whose regret is lower."""
    table = [["question", "between", *PARTS.values()]]
    table += [
        [claim.words, f"`{claim.mine}`, `{claim.theirs}`", *(_told(claim, part) for part in PARTS)]
        for claim in CLAIMS
        if not claim.source
    ]
    return markdown(table)


def counts() -> list[str]:
    """How many published claims hold, in a sentence."""
    said = [[verdict(claim, part) for part in claim.parts] for claim in CLAIMS if claim.source]
    ready = [one for one in said if WAITS not in one]
    hold = sum(all(_holds(found) for found in one) for one in ready)
    none = sum(not any(found.startswith(HOLDS) for found in one) for one in ready)
    words = (
        f"Of {len(said)} published claims that can be put to runs on {len(grid().tables)} measured tables, "
        f"{hold} hold, {none} do{'es' * (none == 1)}n't, and {len(ready) - hold - none} hold in part"
    )
    waiting = len(said) - len(ready)
    return [f"{words}; {waiting} wait for runs that are still to be made." if waiting else f"{words}."]


def _holds(found: str) -> bool:
    return found.startswith(HOLDS) and "alone" not in found and "most tables" not in found


def numbers() -> list[str]:
    """What the verdicts rest on: differences, tables, order flips."""
    found = _asked()
    size = len(found)
    table = [_HEAD]
    for claim in CLAIMS:
        for part in claim.parts:
            if (claim.words, part) in found:
                one = found[claim.words, part]
                table.append(
                    [f"`{claim.mine}` - `{claim.theirs}`", PARTS[part].partition(" ")[0], *_cells(one)]
                )
    return [*markdown(table), "", f"{size} comparisons, {grid().words} each."]


_HEAD = [
    "difference of", "workers", "all tables", "LCBench", "TaskSet", "lower : higher", "order flips",
    "would show", "p",
]  # fmt: skip


def _cells(one: Compared) -> list[str]:
    return [
        _bounds(one.all),
        *(_signed(one.suites[suite].mean) for suite in ("lcbench", "taskset")),
        f"{one.lower} : {one.higher}",
        share_words(one.flips),
        f"{one.smallest:.3f}",
        "< .001" if one.p < 0.001 else f"{one.p:.3f}"[1:] if one.p < 1 else "1",
    ]


def _signed(number: float) -> str:
    return f"{number:+.3f}".replace("0.", ".", 1)


def _bounds(one: Interval) -> str:
    return f"{_signed(one.mean)} [{_signed(one.low)}, {_signed(one.high)}]"


def front() -> list[str]:
    """Who leads in each part of the board, in a sentence each."""
    lines = []
    for found in parts():
        first, last = found.frame.head(_LEADERS), found.frame.tail(1)
        ranks = [
            f"`{row['label']}` {row['rank']:.2f}"
            for row in [*first.to_dict("records"), *last.to_dict("records")]
        ]
        lines.append(
            f"- {found.part.title}: mean ranks of {len(found.labels)} methods over {len(found.grid.tables)} "
            f"tables begin with {', '.join(ranks[:-1])} and end with {ranks[-1]}."
        )
    return lines


_LEADERS = 3


def dyhpo() -> list[str]:
    """DyHPO by the paper's rule against its rivals, and against our default."""
    rows = rows_of(ONE)
    found = compared([(rows, "dyhpo-p0", name) for name in _COMPARED_WITH])
    head = [name for name in _HEAD if name != "workers"]
    table = [
        head,
        *([f"`dyhpo-p0` - `{name}`", *_cells(one)] for name, one in zip(_COMPARED_WITH, found, strict=True)),
    ]
    mine = rows[rows["label"] == "dyhpo-p0"]
    ends = {
        name: rows[rows["label"] == name].groupby("blackbox")[REGRET].mean()
        for name in ("dyhpo-p0", "random", "asha")
    }
    behind = {name: int((ends["dyhpo-p0"] > ends[name]).sum()) for name in ("random", "asha")}
    lower = sum(shown(one) == "lower" for one in found)
    clear = {suite: sum(one.suites[suite].high < 0 for one in found) for suite in ("lcbench", "taskset")}
    said = (
        f"{mine['blackbox'].nunique()} tables, {grid().seeds} seeds, one worker, 1,000 epochs. By interval "
        f"and test DyHPO ends lower than {lower} of these {len(found)}; by the interval of one suite alone, "
        f"than {clear['lcbench']} on LCBench and {clear['taskset']} on TaskSet. Its mean is above random "
        f"search's on {behind['random']} of the tables, above ASHA's on {behind['asha']}."
    )
    return [*markdown(table), "", said]


def speed_ups() -> list[str]:
    """How many times as soon each method is down to where random search ends."""
    table = [["method", *(f"{words}: mean, median, most" for words in PARTS.values())]]
    columns: dict[str, dict[str, str]] = {}
    for part in PARTS:
        columns[part] = {}
        for label in field(part).complete(grid()):
            if label != "random":
                mean, by_table = sooner(part, label, "random")
                never = int(by_table.isna().sum())
                median = by_table.fillna(0).median()
                words = f"{_times(mean)}, {_times(median)}, {_times(float(by_table.max()))}"
                columns[part][label] = words + (f"; never on {never}" if never else "")
    labels = dict.fromkeys(name for column in columns.values() for name in column)
    table += [[f"`{label}`", *(columns[part].get(label, "") for part in PARTS)] for label in labels]
    return [*markdown(table), "", f"{MARKS} is the most that can be told: the first of {MARKS} marks."]


def rivals() -> list[str]:
    """Regret, mean rank and a decision's cost of those that the board lacks, beside some that it has."""
    rows = stored("rivals", "results")
    assert rows is not None
    means = rows.groupby("label").mean(numeric_only=True).sort_values("regret_1")
    by_table = rows.pivot_table(index="blackbox", columns="label", values="regret_1")
    ranks = by_table.rank(axis=1).mean()
    table = [["scheduler", "after 100", "after 500", "after 1,000 epochs", "mean rank", "ms per decision"]]
    there = set(field(ONE).complete(grid())) - set(_YARDSTICKS)
    for label, row in means[~means.index.isin(there)].iterrows():
        regrets = (short(row[f"regret_{share}"]) for share in ("0.1", "0.5", "1"))
        cost = f"{1000 * row['seconds_per_decision']:.2g}"
        table.append([f"`{label}`", *regrets, f"{ranks[label]:.1f}", cost])
    runs = rows.groupby("label").size()
    of = f"{rows['blackbox'].nunique()} tables, {runs.max()} runs each, one worker"
    return [*markdown(table), "", f"{of}; ranks are among all {len(runs)} schedulers of the study."]


_YARDSTICKS = ("asha", "hyperband", "random")


def whose_dehb() -> list[str]:
    """The study `dehb`: mean regrets, each one's difference to ours, and what Syne Tune's rungs make."""
    found = stored("dehb", "results")
    assert found is not None
    rows = found.assign(**{REGRET: found["regret_1"]})
    means = rows.groupby("label", sort=False).mean(numeric_only=True)
    others = [label for label in means.index if label != "dehb"]
    *mine, rungs = compared(
        [*((rows, label, "dehb") for label in others), (rows, "syne-tune", "syne-tune-from-2")]
    )
    cells = {label: _cells(one)[:4] for label, one in zip(others, mine, strict=True)}
    table = [
        ["whose", "after 100", "500", "1,000", "to `dehb`", "LCBench", "TaskSet", "tables lower : higher"]
    ]
    for label, row in means.iterrows():
        regrets = (short(row[f"regret_{share}"]) for share in ("0.1", "0.5", "1"))
        table.append([f"`{label}`", *regrets, *cells.get(str(label), [""] * 4)])
    runs = rows.groupby("label").size().max()
    of = f"{rows['blackbox'].nunique()} tables, {runs} runs each, one worker"
    return [*markdown(table), "", f"{of}. `syne-tune` minus `syne-tune-from-2`: {_bounds(rungs.all)}."]


def _times(number: float) -> str:
    return "never" if math.isnan(number) or number == 0 else f"{number:.1f}"


CLAIM_BLOCKS: Mapping[str, Callable[[], list[str]]] = {
    "board-front": front,
    "claims": claims,
    "claims-counts": counts,
    "claims-numbers": numbers,
    "claims-questions": questions,
    "claims-dyhpo": dyhpo,
    "claims-speed-ups": speed_ups,
    "rivals": rivals,
    "whose-dehb": whose_dehb,
}
"""By the name that stands in a page's marker."""

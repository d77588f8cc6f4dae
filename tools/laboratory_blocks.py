"""The parts of docs/laboratory.md that are made from stored results."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping

import pandas as pd

from simdyhpo.analysis.by_property import by_property
from simdyhpo.analysis.markdown import markdown
from simdyhpo.analysis.paired import pairs_of
from simdyhpo.analysis.statistics import bootstrap_nested_mean
from simdyhpo.laboratory.sets import SETS
from tools.stored_results import short, stored

PROPERTY = {"first-look": "rank_correlation", "plateau": "plateau"}
_RULE = "dyhpo,probability_sh={}"
SHOWN = {
    "first-look": (
        "random", "asha", "hyperband", "bohb", "mobster", "freeze-thaw", "dyhpo",
        *map(_RULE.format, ("0", "0.25")),
    ),
    "plateau": (
        "dyhpo", *map(_RULE.format, ("0", "0.1", "0.25", "0.5", "0.9")), "asha", "random",
    ),
}  # fmt: skip


def _rows(study: str) -> pd.DataFrame:
    found = stored(study, "results")
    assert found is not None, study
    return found


@functools.cache
def _means(study: str, column: str = "regret_1") -> pd.DataFrame:
    asked = {table: getattr(parameters, PROPERTY[study]) for table, parameters in SETS[study].items()}
    return by_property(_rows(study), asked, column)


def table(study: str) -> list[str]:
    """Mean regret by method and property; intervals are in the figure and in means.csv."""
    means = _means(study)
    heads = ["method", *(f"{value:g}" for value in sorted(means["x"].unique()))]
    found = means.pivot_table(values="mean", index="label", columns="x")
    return markdown([heads, *([label, *map(short, found.loc[label])] for label in SHOWN[study])])


def plateau_said() -> list[str]:
    """What plateaus cost the published rule, and what halving and the safeguard take off that."""
    rows, at = _rows("plateau"), 0.4
    started = _means("plateau", "trials").set_index(["label", "x"])["mean"]
    regret = _means("plateau").set_index(["label", "x"])["mean"]
    rule = _RULE.format("0")
    epochs = int(rows["max_epochs"].iloc[0])
    begun = started[rule, at]
    cost = (
        f"Where curves stay at chance for {100 * at:.0f} % of their length, it starts {begun:.0f} "
        f"configurations with its {epochs} epochs; its regret is {short(regret[rule, at])} there, "
        f"{short(regret[rule, 0.0])} without a plateau, and random search's {short(regret['random', at])}."
    )
    names = {_RULE.format(share): f"`probability_sh` {share}" for share in ("0.1", "0.25", "0.5", "0.9")}
    names |= {"dyhpo": "the safeguard", "asha": "ASHA", "random": "random search"}
    gains = ", ".join(f"{words} {_paired(rows, label, rule, -1)}" for label, words in names.items())
    rivals = {name: _paired(rows, "dyhpo", name) for name in ("random", "asha")}
    left = " and ".join(f"{apart} to {names[rival]}'s" for rival, apart in rivals.items())
    paired = (
        f"By so much the regret is below the published rule's, paired over all tables and seeds: {gains}."
    )
    return [cost, "", f"{paired} The safeguard's difference is {left}."]


def other_draws() -> list[str]:
    """The same kinds of tables, drawn anew: by method and length, and the default against its rivals."""
    found = stored("plateau", "other-draws")
    assert found is not None
    means = found.pivot_table(values="regret", index="label", columns="plateau")
    order = means.mean(axis=1).sort_values()
    heads = ["method", *(f"{length:g}" for length in means.columns), "all"]
    body = [[label, *map(short, means.loc[label]), short(order[label])] for label in order.index]
    runs = found.pivot_table(values="regret", index=["draw", "plateau", "seed"], columns="label")
    # The tables of a draw share what they were drawn from, whatever their plateau.
    draws = runs.index.get_level_values("draw").tolist()
    apart = {
        rival: bootstrap_nested_mean((runs["dyhpo"] - runs[rival]).to_numpy()[:, None], draws)
        for rival in ("asha", "random")
    }
    said = " and ".join(
        f"{one.mean[0]:+.3f} [{one.low[0]:+.3f}, {one.high[0]:+.3f}] to {rival}'s"
        for rival, one in apart.items()
    )
    count = f"{len(set(draws))} draws of each length, {len(runs)} runs each."
    return [*markdown([heads, *body]), "", f"{count} The default's difference, in the mean: {said}."]


def _paired(rows: pd.DataFrame, label: str, rival: str, sign: int = 1) -> str:
    pairs = pairs_of(rows, label, rival, "regret_1")
    values = sign * pairs[["difference"]].to_numpy(dtype=float)
    found = bootstrap_nested_mean(values, pairs["blackbox"].tolist())
    return f"{short(found.mean[0])} [{short(found.low[0])}, {short(found.high[0])}]"


LABORATORY_BLOCKS: Mapping[str, Callable[[], list[str]]] = {
    "first-look": lambda: table("first-look"),
    "plateau": lambda: table("plateau"),
    "plateau-said": plateau_said,
    "plateau-other-draws": other_draws,
}
"""By the name that stands in a page's marker."""

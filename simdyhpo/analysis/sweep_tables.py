"""A sweep's numbers as Markdown tables."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from simdyhpo.analysis.markdown import markdown
from simdyhpo.decisions import ScheduleDecision


def sweep_table(summary: pd.DataFrame, option: str) -> list[str]:
    """Regret by value, and what the paired tests say: the lines of a Markdown table.

    Intervals (95 %) are in brackets. Differences are of log10 of the final regret, negative where the value
    has less regret; their p values are corrected by Holm's procedure. The rival's row comes last.

    Args:
        summary: as `sweep_summary` returns it, at least one row.
        option: the option's name.
    """
    head = [option, "runs", "final regret", "log10 of it", "area"]
    against = {"first": summary["value"].iloc[0]}
    if summary["rival"].any():
        against["rival"] = summary.loc[summary["rival"], "value"].iloc[0]
    for name in against.values():
        head += [f"log10 against {name}", "p (Holm)"]
    table = [head]
    for row in summary.to_dict("records"):
        cells = [row["value"], _runs(row), _interval(row["regret"], row["regret_low"], row["regret_high"])]
        cells += [_number(row["log10_regret"], ".3f"), _number(row["area"], ".4f")]
        for whom in against:
            bounds = (row[f"difference_{whom}"], row[f"low_{whom}"], row[f"high_{whom}"])
            cells += [_interval(*bounds, form="+.3f"), _p(row[f"p_{whom}_holm"])]
        table.append(cells)
    return markdown(table)


def sweep_shares_table(summary: pd.DataFrame, option: str) -> list[str]:
    """The share of each kind of decision by value: the lines of a Markdown table.

    Args:
        summary: as `sweep_summary` returns it.
        option: the option's name.
    """
    kinds = [kind.name for kind in ScheduleDecision if kind.name in summary.columns]
    table = [[option, "decisions", *kinds]]
    for row in summary.to_dict("records"):
        shares = [_number(100 * row[kind], ".1f", " %") for kind in kinds]
        table.append([row["value"], _number(row["decisions"], ".0f"), *shares])
    return markdown(table)


def sweep_blackbox_table(by_blackbox: pd.DataFrame, option: str) -> list[str]:
    """Mean final regret with its interval, a row for each blackbox and a column for each value.

    Args:
        by_blackbox: as `sweep_by_blackbox` returns it.
        option: the option's name.
    """
    values = list(dict.fromkeys(zip(by_blackbox["value"], by_blackbox["rival"], strict=True)))
    table = [["blackbox", *(value if rival else f"{option} {value}" for value, rival in values)]]
    for blackbox, here in by_blackbox.groupby("blackbox", sort=False):
        bounds = here[["regret", "regret_low", "regret_high"]].itertuples(index=False)
        table.append([blackbox, *(_interval(*found) for found in bounds)])
    return markdown(table)


def _runs(row: dict[str, Any]) -> str:
    missing = f" ({row['missing']} without a finite value)" if row["missing"] else ""
    return f"{row['runs']}{missing}"


def _interval(mean: float, low: float, high: float, form: str = ".4f") -> str:
    if math.isnan(low):
        return _number(mean, form)
    return f"{mean:{form}} [{low:{form}}, {high:{form}}]"


def _number(number: float, form: str, unit: str = "") -> str:
    return "" if math.isnan(number) else f"{number:{form}}{unit}"


def _p(p: float) -> str:
    """A p value to three digits; one that would read as zero by its bound."""
    return "< 0.001" if p < 0.001 else _number(p, ".3f")

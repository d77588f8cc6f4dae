"""`simdyhpo compare`: did results get worse?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from simdyhpo.cli.measures import UNIT, asked_measure
from simdyhpo.cli.text import AS_JSON, aligned, print_json

if TYPE_CHECKING:
    import pandas as pd

    from simdyhpo.analysis.measures import Measure

_WORSE = 1


@click.command(short_help="Compare two folders of results: did anything get worse?")
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
@click.option(
    "--level",
    type=click.FloatRange(0, 1, min_open=True, max_open=True),
    default=0.05,
    show_default=True,
    help="Of the tests, after Holm's correction.",
)
@AS_JSON
@UNIT
def compare(*, old: Path, new: Path, level: float, as_json: bool, unit: str) -> None:
    """Test the runs that the results in OLD and NEW have in common: same tables, options, workers and seeds.

    Exit status 0: nothing got worse at that level; 1: something did; 2: there is nothing to compare.
    """
    from simdyhpo.analysis.comparison import comparison, matched
    from simdyhpo.errors import OutputError

    measure = asked_measure(None, unit, "worst")
    before, after = _cells(old, measure), _cells(new, measure)
    pairs = matched(before, after)
    if pairs.empty:
        raise OutputError(
            f"{old} and {new} have no run in common: tables (by checksum), options, workers, seeds and "
            "budgets must agree"
        )
    found = comparison(pairs)
    verdict, worse = _verdict(found, level)
    unmatched = len(before) + len(after) - 2 * len(pairs)
    if as_json:
        tests = found.astype(object).where(found.notna(), None).to_dict("records")
        said = {
            "verdict": verdict,
            "level": level,
            "unit": measure.unit,
            "pairs": len(pairs),
            "unmatched": unmatched,
            "tests": tests,
        }
        print_json(said)
    else:
        same = int(pairs["same"].sum())
        click.echo(f"{len(pairs)} runs in common, {same} of them the same in all that is stored of them.")
        if unmatched:
            click.echo(f"{unmatched} runs have no counterpart and are left out.")
        click.echo()
        click.echo("\n".join(_lines(found)))
        click.echo(f"\nlog10_regret, area: of {measure.label()}.")
        click.echo(f"\nAt the level of {level:g}: {verdict}.")
    if worse:
        raise click.exceptions.Exit(_WORSE)


def _cells(folder: Path, measure: Measure) -> pd.DataFrame:
    from simdyhpo.errors import OutputError
    from simdyhpo.studies.finished_cells import finished_cells
    from simdyhpo.studies.measured_rows import in_unit
    from simdyhpo.studies.places import results_in
    from simdyhpo.studies.store import Store

    cells = finished_cells(Store(results_in(folder))).rows
    if cells.empty:
        raise OutputError(f"{folder}: holds no results of a study; give the folder that it was run into")
    return in_unit(cells, measure)


def _verdict(found: pd.DataFrame, level: float) -> tuple[str, bool]:
    sure = found[found["p_holm"] < level]
    worse, better = sure[sure["difference"] > 0], sure[sure["difference"] < 0]
    parts = [f"{name}: {_where(rows)}" for name, rows in (("worse", worse), ("better", better)) if len(rows)]
    return ("; ".join(parts) or _nothing(found, level)), bool(len(worse))


def _nothing(found: pd.DataFrame, level: float) -> str:
    from simdyhpo.analysis.verdicts import SAME, least_p_words, too_few

    least = found["p_least_holm"]
    if too_few(least, level):
        return f"too few seeds to tell: {least_p_words(least)}"
    if least.isna().all():
        return f"no difference shown: {SAME}"
    return f"no difference shown; {least_p_words(least)}"


def _where(rows: pd.DataFrame) -> str:
    return ", ".join(f"{row.variant} on {row.blackbox} ({row.metric})" for row in rows.itertuples())


def _lines(found: pd.DataFrame) -> list[str]:
    header = (
        "variant",
        "blackbox",
        "metric",
        "pairs",
        "same",
        "new - old",
        "95 % interval",
        "effect",
        "p (Holm)",
    )
    rows = [
        (
            row.variant,
            row.blackbox,
            row.metric,
            str(row.pairs),
            str(row.same),
            f"{row.difference:+.4f}",
            "" if row.low != row.low else f"[{row.low:+.4f}, {row.high:+.4f}]",
            f"{row.effect:+.2f}",
            f"{row.p_holm:.3f}",
        )
        for row in found.itertuples()
    ]
    right = ("pairs", "same", "new - old", "effect", "p (Holm)")
    return list(aligned(header, rows, right=right))

"""`simdyhpo study power`: how sure a study's conclusions are."""

from __future__ import annotations

from pathlib import Path

import click

from simdyhpo.cli.common_options import TABLES
from simdyhpo.cli.measures import asked_measure, measure_options
from simdyhpo.cli.study_files import OUT, STUDY_FILE
from simdyhpo.cli.studying import open_study
from simdyhpo.cli.text import AS_JSON, print_json


def _numbers(
    _context: click.Context, _parameter: click.Parameter, text: str | None
) -> tuple[int, ...] | None:
    """`3,10`: whole numbers of at least 1."""
    if text is None:
        return None
    parts = text.split(",")
    if not all(part.strip().isdecimal() and int(part) > 0 for part in parts):
        raise click.BadParameter(f"{text!r}: write whole numbers from 1 with commas between, e.g. 3,10")
    return tuple(dict.fromkeys(int(part) for part in parts))


@click.command()
@STUDY_FILE
@OUT
@TABLES
@click.option("--baseline", metavar="LABEL", help="Whom to compare with; default: the first variant.")
@click.option(
    "--seeds",
    callback=_numbers,
    default="1,3,10",
    show_default=True,
    metavar="N,N",
    help="Numbers of seeds to ask about.",
)
@click.option(
    "--data-sets",
    callback=_numbers,
    metavar="M,M",
    help="Numbers of blackboxes to ask about; default: a third of those that are there, and all.",
)
@AS_JSON
@measure_options
def power(  # noqa: PLR0913 - one parameter an option
    *,
    file: str,
    out: Path | None,
    tables: Path | None,
    baseline: str | None,
    seeds: tuple[int, ...],
    data_sets: tuple[int, ...] | None,
    as_json: bool,
    score: str | None,
    unit: str,
    reference: str,
) -> None:
    """How sure the conclusions of FILE are, and what more seeds and blackboxes would show.

    From the cells that are finished: the smallest difference that a study of such size would show, and how
    often the order of two variants flips if cells are drawn anew.
    """
    from simdyhpo.analysis.baseline import known_baseline
    from simdyhpo.studies.power import power_text, study_power
    from simdyhpo.studies.results import collect_measured

    measure = asked_measure(score, unit, reference)
    spec, plan, store = open_study(file, out, tables)
    whom = known_baseline(baseline, spec.labels, what="variant")
    rows = collect_measured(plan, store, [measure])[measure]
    frame = study_power(spec, rows, whom, seeds, data_sets or ())
    if as_json:
        print_json(
            {
                "study": spec.name,
                "baseline": whom,
                "measure": measure.label(),
                "rows": frame.astype(object).where(frame.notna(), None).to_dict("records"),
            }
        )
    else:
        click.echo(power_text(plan, frame, measure, whom), nl=False)

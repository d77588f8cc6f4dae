"""`simdyhpo trace calibration`: whether a run's model knew how wrong it could be. Loads no pandas."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from simdyhpo.cli.lookup import open_run
from simdyhpo.cli.text import aligned, print_lines

if TYPE_CHECKING:
    from simdyhpo.analysis.calibration import Calibration


@click.command(short_help="Whether a model's deviations are as large as its errors.")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print all numbers as one JSON object.")
@click.option("--figure", type=click.Path(path_type=Path), metavar="FILE", help="Draw a .png, .svg or .pdf.")
def calibration(*, folder: Path, as_json: bool, figure: Path | None) -> None:
    """Hold each prediction of the run in DIR (or of a cell) against what was reported there.

    An error is standardised when it is divided by the predicted deviation. If the model knows how wrong it
    can be, the root mean square of these errors (rms) is 1; 5 says that its deviations are a fifth of what
    they should be. Nothing that exists is overwritten.
    """
    from simdyhpo.analysis.calibration import by_kind, by_resource
    from simdyhpo.analysis.calibration import calibration as measured
    from simdyhpo.errors import OutputError
    from simdyhpo.traces.manifest import to_json_line
    from simdyhpo.traces.predictions import run_predictions

    if figure is not None and figure.exists():
        raise OutputError(f"{figure}: exists; choose another name")
    found = run_predictions(open_run(folder))
    whole, kinds, resources = measured(found), by_kind(found), by_resource(found)
    if figure is not None:  # before a word is said, since it may be refused
        from simdyhpo.drawing.calibration import calibration_figure
        from simdyhpo.drawing.canvas import save_figure_as

        save_figure_as(calibration_figure(kinds, found), figure)
    if as_json:
        print_lines([to_json_line({"all": whole, "kinds": kinds, "resources": resources})])
    else:
        print_lines(_lines(whole, kinds, resources))
    if figure is not None:
        click.echo(f"drawn to {figure}", err=as_json)


def _lines(
    whole: Calibration, kinds: Mapping[str, Calibration], resources: Mapping[str, Calibration]
) -> Iterator[str]:
    said = f"{whole.predictions:,} predictions"
    left_out = [
        f"{count:,} {why}"
        for count, why in (
            (whole.unfinished, "never reported there"),
            (whole.not_finite, "reported a value that is not finite"),
            (whole.without_deviation, "with no deviation"),
        )
        if count
    ]
    yield f"{said}, {whole.measured:,} measured{''.join(f'; {part}' for part in left_out)}."
    if not whole.measured:
        return
    shares = list(whole.coverage)
    header = ("", "measured", "rms", "typical", "largest", "mean", *(f"in {float(s):.0%}" for s in shares))
    groups = {"all": whole, **kinds, **{f"resource {name}": one for name, one in resources.items()}}
    rows = [
        (
            name,
            f"{one.measured:,}",
            *(f"{number:.3g}" for number in (one.rms, one.typical, one.largest, one.mean)),
            *(f"{one.coverage[share]:.0%}" for share in shares),
        )
        for name, one in groups.items()
        if one.measured
    ]
    yield from aligned(header, rows, right=header[1:])
    yield f"deciles (all)  {'  '.join(f'{share:.0%}' for share in whole.parts)}"
    yield from (
        "rms: of errors in deviations; 1 is ideal, more says that deviations are too small.",
        "typical: the same without the few largest. mean: above 0, values were higher than predicted.",
        "in 50%: the share of values in the central interval that should hold 50%.",
        "deciles: shares of values between the predicted deciles, 10% each.",
    )

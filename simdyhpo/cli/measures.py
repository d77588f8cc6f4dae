"""The options that say in which measure regret is shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from simdyhpo.analysis.measures import Measure
    from simdyhpo.runs.result import RunResult

Command = TypeVar("Command", bound=Callable[..., Any])

SCORE = click.option(
    "--score",
    metavar="NAME",
    help="Regret of the incumbent in one of the tables' final scores, which no scheduler sees.",
)
REFERENCE = click.option(
    "--reference",
    default="worst",
    show_default=True,
    metavar="R",
    help="What has the normalised regret 1: worst, quantile:0.95 or chance.",
)
UNIT = click.option(
    "--unit",
    default="normalised",
    show_default=True,
    metavar="U",
    help="normalised: a share of what lies between best and reference; absolute: in the metric's unit.",
)
TARGET = click.option(
    "--target",
    type=click.FloatRange(min=0),
    metavar="R",
    help="Also say after how many epochs and simulated seconds a regret of R was reached, e.g. 0.05.",
)


def measure_options(command: Command) -> Command:
    """Add what `asked_measure` needs to a command."""
    return SCORE(UNIT(REFERENCE(command)))


def measure_instead(command: Command) -> Command:
    """Add the same options to a command that has a measure of its own for each of its figures."""
    for name, what in (
        ("reference", "worst, quantile:0.95 or chance"),
        ("unit", "normalised or absolute"),
        ("score", "one of the tables' final scores"),
    ):
        command = click.option(
            f"--{name}", metavar=name[0].upper(), help=f"{what}, in place of each figure's own."
        )(command)
    return command


def given_instead(score: str | None, unit: str | None, reference: str | None) -> dict[str, str]:
    """The fields of a measure that were given. Who names a reference wants regret normalised by it.

    Raises:
        UnknownNameError, OptionError: there is no such unit or reference.
    """
    from simdyhpo.analysis.measures import Measure

    if reference is not None and unit is None:
        unit = Measure().unit
    asked = {"score": score, "unit": unit, "reference": reference}
    given = {name: value for name, value in asked.items() if value is not None}
    Measure(**given)  # type: ignore[arg-type] # it checks them
    return given


def regret_words(result: RunResult) -> str:
    """A run's final regret in both units."""
    from simdyhpo.analysis.measures import ABSOLUTE

    return f"normalised regret {result.regret:.4f}, absolute {result.regret_in(ABSOLUTE):.4f}"


def asked_measure(score: str | None, unit: str, reference: str) -> Measure:
    """The measure that the options ask for.

    Raises:
        UnknownNameError, OptionError: there is no such unit or reference.
    """
    from simdyhpo.analysis.measures import Measure

    return Measure(score=score, unit=unit, reference=reference)  # type: ignore[arg-type]

"""The options of commands that simulate one run, and the run that they ask for."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from simdyhpo.cli import completion
from simdyhpo.cli.common_options import settings
from simdyhpo.cli.lookup import find_own_modules

if TYPE_CHECKING:
    from simdyhpo.runs.result import RunResult

Command = TypeVar("Command", bound=Callable[..., Any])

SAMPLING = click.option(
    "--sampling",
    default="without-replacement",
    show_default=True,
    help="without-replacement, or with-replacement: a configuration may start again as a new trial.",
)
CLUSTER = click.option(
    "--cluster",
    default="ideal",
    show_default=True,
    metavar="PRESET|FILE.toml",
    help="What the workers are like: ideal, spot-instances, mixed-gpus, flaky, syne-tune, or a file.",
)
"""Both of whatever simulates runs."""

_BUDGETS = ("max_epochs", "max_seconds", "max_trials", "max_decisions")
_OPTIONS = (
    click.option(
        "--blackbox",
        required=True,
        help="A name from `simdyhpo blackbox list`, or a saved table's path.",
        shell_complete=completion.tables,
    ),
    click.option(
        "--scheduler",
        required=True,
        help="A name from `simdyhpo scheduler list`, or module:Class.",
        shell_complete=completion.schedulers,
    ),
    settings("A scheduler's setting; repeatable."),
    click.option("--workers", type=int, default=1, show_default=True, help="Number of virtual workers."),
    click.option("--seed", type=int, default=0, show_default=True, help="Seeds every random stream."),
    click.option("--max-epochs", type=int, help="End with this many reports."),
    click.option("--max-seconds", type=float, help="End at this simulated time."),
    click.option("--max-trials", type=int, help="Start no more than this many trials."),
    click.option("--max-decisions", type=int, help="Make no more than this many decisions."),
    SAMPLING,
    CLUSTER,
)


def simulation_options(command: Command) -> Command:
    """Add what `simulated` needs to a command, which passes it on."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def check_budget(settings: dict[str, Any]) -> None:
    """Raise a `UsageError` if no budget is given."""
    if all(settings[name] is None for name in _BUDGETS):
        raise click.UsageError(
            "no budget: give at least one of --max-epochs, --max-seconds, --max-trials, --max-decisions"
        )


def simulated(settings: dict[str, Any]) -> RunResult:
    """The run that the options ask for, with a progress bar.

    Raises:
        SimdyhpoError: table, scheduler or an option is unknown, or can't be used.
    """
    from simdyhpo.cli.progress import live_bar
    from simdyhpo.options import parse_pairs
    from simdyhpo.runs.front_door import simulate
    from simdyhpo.tables.blackboxes import load_blackbox

    asked = dict(settings)
    options = parse_pairs(asked.pop("options"))
    scheduler = asked.pop("scheduler")
    find_own_modules(scheduler, *options.values())
    table = load_blackbox(asked.pop("blackbox"))
    with live_bar(f"{scheduler} on {table.name}") as live:
        return simulate(table, scheduler, options=options, live=live, **asked)

"""Words that a shell offers: names of schedulers, tables, studies and options."""

from __future__ import annotations

import click


def schedulers(_context: click.Context, _parameter: click.Parameter, begun: str) -> list[str]:
    """Schedulers whose names begin so."""
    from simdyhpo.catalog.entries import SCHEDULERS

    return [name for name in SCHEDULERS if name.startswith(begun)]


def tables(_context: click.Context, _parameter: click.Parameter, begun: str) -> list[str]:
    """Tables whose names begin so; the last of several with commas between."""
    from simdyhpo.tables.blackboxes import list_blackboxes

    before, comma, last = begun.rpartition(",")
    return [f"{before}{comma}{name}" for name in list_blackboxes() if name.startswith(last)]


def studies(_context: click.Context, _parameter: click.Parameter, begun: str) -> list[str]:
    """Shipped studies whose names begin so, and files of studies in the current folder."""
    from pathlib import Path

    from simdyhpo.studies.files import shipped_studies

    names = [*shipped_studies(), *(path.name for path in sorted(Path().glob("*.toml")))]
    return [name for name in names if name.startswith(begun)]


def options(context: click.Context, _parameter: click.Parameter, begun: str) -> list[str]:
    """Settings of the scheduler that was named before, up to the equals sign."""
    from simdyhpo.catalog.entries import SCHEDULERS
    from simdyhpo.catalog.factory import scheduler_class

    # While a line is not whole, click leaves arguments where they are.
    named = [context.params.get("scheduler"), context.params.get("name"), *context.args]
    name = next((one for one in named if one in SCHEDULERS), None)
    if name is None:
        return []
    fields = scheduler_class(name).Options.__struct_fields__
    return [f"{field}=" for field in fields if field != "searcher_options" and field.startswith(begun)]

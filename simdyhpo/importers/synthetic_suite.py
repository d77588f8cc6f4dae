"""The laboratory's tables as suites: one family of curves, functions with a fidelity, the studies' sets."""

from __future__ import annotations

import math
import re
from pathlib import Path

import msgspec

from simdyhpo.errors import OptionError, UnknownNameError
from simdyhpo.importers.made import MadeTable
from simdyhpo.importers.shipping import library_versions
from simdyhpo.laboratory.family import SyntheticTable, family_table
from simdyhpo.laboratory.functions import FUNCTIONS, FunctionParameters, find_function, function_table
from simdyhpo.laboratory.parameters import CurveParameters
from simdyhpo.laboratory.sets import SETS

_LONGEST = 100
_PREFIX = "synthetic"
_CITATION = "simdyhpo's laboratory; docs/laboratory.md has the formulas."
_FUNCTION_CITATION = (
    "Kandasamy, Dasarathy, Schneider and Poczos (2017): Multi-fidelity Bayesian Optimisation with Continuous "
    "Approximations, ICML, arXiv 1703.06240."
)


class _MadeHere:
    """What suites have in common that need no published files."""

    raw = "synthetic"

    @property
    def published(self) -> list[str]:
        """None: all is computed."""
        return []


class SyntheticSuite(_MadeHere):
    """Curves of the family."""

    title = "synthetic curves with stated properties; every parameter is an option (docs/laboratory.md)"
    Options = CurveParameters

    def tasks(self, data: Path) -> list[str]:  # noqa: ARG002 - every suite is asked so
        """One: the family."""
        return ["curves"]

    def table_name(self, data: Path, task: str, options: CurveParameters) -> str:
        """synthetic, and whatever isn't a default."""
        _check_task("synthetic task", task, self.tasks(data))
        return _named(_PREFIX, options)

    def make(self, data: Path, task: str, options: CurveParameters) -> MadeTable:
        """Draw the curves."""
        return _made(family_table(options, self.table_name(data, task, options)), _CITATION)


class FunctionsSuite(_MadeHere):
    """Branin and Hartmann functions."""

    title = "Branin, Hartmann-3 and -6 with a fidelity of set rank correlation"
    Options = FunctionParameters

    def tasks(self, data: Path) -> list[str]:  # noqa: ARG002 - likewise
        """The functions."""
        return list(FUNCTIONS)

    def table_name(self, data: Path, task: str, options: FunctionParameters) -> str:  # noqa: ARG002 - likewise
        """synthetic-FUNCTION, and whatever isn't a default."""
        find_function(task)
        return _named(f"{_PREFIX}-{task}", options)

    def make(self, data: Path, task: str, options: FunctionParameters) -> MadeTable:
        """Evaluate one function."""
        name = self.table_name(data, task, options)
        return _made(function_table(task, name, **msgspec.structs.asdict(options)), _FUNCTION_CITATION)


class LaboratorySuite(_MadeHere):
    """The tables that the studies of the laboratory need."""

    title = "the synthetic tables of the studies " + " and ".join(SETS)

    class Options(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
        """None: the studies say what they need."""

    def tasks(self, data: Path) -> list[str]:  # noqa: ARG002 - likewise
        """The tables, without what all names begin with."""
        return [name.removeprefix(f"{_PREFIX}-") for one in SETS.values() for name in one]

    def table_name(self, data: Path, task: str, options: Options) -> str:  # noqa: ARG002 - likewise
        """synthetic-TASK."""
        _check_task("laboratory task", task, self.tasks(data))
        return f"{_PREFIX}-{task}"

    def make(self, data: Path, task: str, options: Options) -> MadeTable:
        """Draw the curves of one table."""
        name = self.table_name(data, task, options)
        parameters = next(one[name] for one in SETS.values() if name in one)
        return _made(family_table(parameters, name), _CITATION)


def _check_task(kind: str, task: str, known: list[str]) -> None:
    if task not in known:
        raise UnknownNameError(kind, task, known)


def _named(start: str, options: msgspec.Struct) -> str:
    """A name that says every option that isn't a default."""
    defaults = {field.name: field.default for field in msgspec.structs.fields(type(options))}
    others = [
        f"{name}{_short(value)}"
        for name, value in msgspec.structs.asdict(options).items()
        if value != defaults[name]
    ]
    name = "-".join([start, *others])
    if len(name) > _LONGEST:
        raise OptionError(
            "option", "/".join(others), "so many are too long for a table's name; use simdyhpo.laboratory"
        )
    return name


def _short(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else re.sub(r"[^A-Za-z0-9._-]", "", str(value))


def _made(synthetic: SyntheticTable, citation: str) -> MadeTable:
    return MadeTable(
        table=synthetic.table,
        licence="Apache-2.0",
        citation=citation,
        versions=library_versions("numpy", "scipy"),
        notes=("Made by a formula; nothing was trained.",),
        seeds={"all streams": int(str(synthetic.asked["seed"]))},
        asked=synthetic.asked,
        achieved={name: None if math.isnan(one) else one for name, one in synthetic.achieved.items()},
    )

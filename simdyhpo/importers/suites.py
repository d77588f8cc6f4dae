"""The suites of benchmarks whose published files become tables: one literal dictionary.

A suite has a class of options, says which tasks its files hold, and makes the table of one.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from simdyhpo.errors import UnknownNameError
from simdyhpo.importers.lcbench_suite import LcbenchSuite
from simdyhpo.importers.lcdb_suite import LcdbSuite
from simdyhpo.importers.made import MadeTable
from simdyhpo.importers.synthetic_suite import FunctionsSuite, LaboratorySuite, SyntheticSuite
from simdyhpo.importers.taskset_suite import TasksetSuite
from simdyhpo.importers.yahpo_suite import YahpoSuite


class Suite(Protocol):
    """What a suite can do."""

    @property
    def title(self) -> str:
        """What it is, in one line."""
        ...

    @property
    def raw(self) -> str:
        """Whose published files it reads: a name of `simdyhpo.importers.published.PUBLISHED`."""
        ...

    @property
    def published(self) -> list[str]:
        """Which of those files it needs."""
        ...

    @property
    def Options(self) -> type[Any]:  # noqa: N802 - a class, named as schedulers name theirs
        """The settings of its tables, a msgspec struct with defaults."""
        ...

    def tasks(self, data: Path) -> list[str]:
        """The tasks in the folder of published files, by the names that tables get.

        Raises:
            TableError: the folder doesn't hold the suite.
        """
        ...

    def table_name(self, data: Path, task: str, options: Any) -> str:  # noqa: ANN401 - the suite's `Options`
        """The name of a task's table.

        Raises:
            UnknownNameError: the task or an option's name is unknown.
        """
        ...

    def make(self, data: Path, task: str, options: Any) -> MadeTable:  # noqa: ANN401 - the suite's `Options`
        """The table of one task.

        Raises:
            TableError: a file is missing or damaged.
            UnknownNameError: the task or an option's name is unknown.
        """
        ...


SUITES: Mapping[str, Suite] = {
    "iaml_glmnet": YahpoSuite("iaml_glmnet", "elastic nets on 4 data sets by training-set size"),
    "laboratory": LaboratorySuite(),
    "lcbench": LcbenchSuite(),
    "lcdb": LcdbSuite(),
    "rbv2_rpart": YahpoSuite("rbv2_rpart", "decision trees on 117 data sets by training-set size"),
    "rbv2_xgboost": YahpoSuite("rbv2_xgboost", "XGBoost on 119 data sets by training-set size"),
    "synthetic": SyntheticSuite(),
    "synthetic-functions": FunctionsSuite(),
    "taskset": TasksetSuite(),
    "yahpo-lcbench": YahpoSuite("lcbench", "neural networks on 34 data sets by epoch", "yahpo-lcbench"),
}


def find_suite(name: str) -> Suite:
    """A suite by name.

    Raises:
        UnknownNameError: there is none of that name.
    """
    if name not in SUITES:
        raise UnknownNameError("suite", name, SUITES)
    return SUITES[name]

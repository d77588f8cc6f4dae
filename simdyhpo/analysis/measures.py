"""The one home of regret: of what it is taken, in which unit, and what to call that in figures and tables.

A `Measure` says what is asked; `Measure.on(table)` gives the `Scale` that turns a run's incumbents into
regrets on that table. The incumbent is chosen by what was optimised, whatever the measure: a score that no
scheduler sees never chooses.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, get_args

import msgspec
import numpy as np
import numpy.typing as npt

from simdyhpo.analysis.chance import chance
from simdyhpo.analysis.scales import Scale, Unit
from simdyhpo.analysis.steps import lower_is_better
from simdyhpo.errors import OptionError, SimdyhpoError, UnknownNameError
from simdyhpo.options import written_number
from simdyhpo.tables.curves import CurveTable
from simdyhpo.tables.final_scores import Mode

UNITS: tuple[str, ...] = get_args(Unit)
WORST, CHANCE, _QUANTILE = "worst", "chance", "quantile"
REFERENCES = (WORST, f"{_QUANTILE}:0.95", CHANCE)
"""Examples of each kind, for help texts and errors."""


class Measure(msgspec.Struct, frozen=True, kw_only=True):
    """What regret is asked for.

    Attributes:
        score: one of the tables' final scores; None for the metric that was optimised.
        unit: "absolute": |best - incumbent| in the metric's own unit; "normalised": as a share of what lies
            between the table's best and the reference.
        reference: what has the normalised regret 1, and what is worse counts as 1, too: "worst" (of the
            table), "quantile:Q" (of its finite values, 0 the best and 1 the worst) or "chance" (see
            `simdyhpo.analysis.chance`). Absolute regret has none.
    """

    score: str | None = None
    unit: Unit = "normalised"
    reference: str = WORST

    def __post_init__(self) -> None:
        """Check what can be checked without tables.

        Raises:
            UnknownNameError: no such unit or reference.
            OptionError: a quantile that is none.
        """
        if self.unit not in UNITS:
            raise UnknownNameError("unit of regret", str(self.unit), UNITS)
        self._quantile()

    def on(self, table: CurveTable) -> Scale:
        """The measure on one table.

        Raises:
            UnknownNameError: the table has no such score.
            SimdyhpoError: chance is the reference, and not known of this table.
        """
        if self.score is None:
            reference = self._reference(table, table.worst, lambda: table.values, table.mode)
            return Scale(self.unit, table.best, table.worst, reference, table.mode)
        if self.score not in table.scores:
            raise UnknownNameError(f"score of {table.name}", self.score, table.scores)
        score = table.scores[self.score]
        reference = self._reference(table, score.worst, lambda: score.values, score.mode)
        values = np.asarray(score.values, dtype=np.float64)
        return Scale(self.unit, score.best, score.worst, reference, table.mode, values)

    def described(self, box: Mapping[str, Any]) -> Scale:
        """The measure on a table of which only a run's manifest is there, with the best and worst value.

        Args:
            box: see `simdyhpo.tables.blackboxes.describe`.

        Raises:
            SimdyhpoError: the measure needs the table itself.
        """
        if self.score is not None or (self.unit == "normalised" and self.reference != WORST):
            raise SimdyhpoError(f"{box['name']}: {self.label()} needs the table itself, which isn't here")
        return Scale(self.unit, box["best"], box["worst"], box["worst"], box["mode"])

    def label(self, metrics: Iterable[str] = ()) -> str:
        """What stands on an axis: unit, reference, and what the regret is of.

        Args:
            metrics: of the tables, as `TableInfo.metric` has them; named where they are one.
        """
        kind = self.unit_words
        names = {self.score_words} if self.score else set(metrics) if self.unit == "absolute" else set()
        return f"{kind}, {names.pop()}" if len(names) == 1 else kind

    def words(self, metrics: Iterable[str] = (), resource: str = "epoch") -> str:
        """What a caption says of it, in sentences.

        Args:
            metrics: of the tables.
            resource: what a unit of training is called.
        """
        names = sorted(set(metrics))
        metric = names[0] if len(names) == 1 else "the metric"
        of = f"{self.score_words} of the incumbent" if self.score else "incumbent"
        best = "best of all configurations" if self.score else "best of all finite values of the table"
        if self.unit == "absolute":
            unit = "its own unit" if self.score or len(names) != 1 else f"units of {metric}"
            mixed = " Metrics differ, so a mean over tables mixes units." if len(names) > 1 else ""
            said = (
                f"Absolute regret: |best - {of}|, in {unit}; best: the {best}.{'' if self.score else mixed}"
            )
        else:
            worse = "" if self.reference == WORST else " What is worse than it counts as 1."
            share = f"(best - {of}) / (best - {self._reference_words()})"
            said = f"Normalised regret: {share}; best: the {best}.{worse}"
        chosen = f"The incumbent counts any {resource}."
        if self.score:
            chosen = f"The incumbent is chosen by {metric}, at any {resource}; no scheduler sees the score."
        return f"{said} {chosen}"

    @property
    def unit_words(self) -> str:
        """Unit and reference alone."""
        if self.unit == "absolute":
            return "absolute regret"
        if self.reference == WORST:
            return "normalised regret"
        return f"regret, normalised by {self._reference_words()}"

    @property
    def score_words(self) -> str:
        """The score's name, for readers."""
        return (self.score or "").replace("_", " ")

    @property
    def prefix(self) -> str:
        """What the names of its columns begin with: nothing for what is normalised by the worst."""
        reference = self.reference.replace(":", "_") if self.unit == "normalised" else WORST
        parts = ["" if self.unit == "normalised" else self.unit, "" if reference == WORST else reference]
        return "".join(f"{part}_" for part in [*parts, self.score or ""] if part)

    def other_unit(self) -> Measure:
        """The same in the other unit."""
        other: Unit = "absolute" if self.unit == "normalised" else "normalised"
        return msgspec.structs.replace(self, unit=other)

    def check(self, tables: Mapping[str, CurveTable]) -> None:
        """See that it can be taken on all of some tables.

        Args:
            tables: by name.

        Raises:
            UnknownNameError: no table has the score.
            SimdyhpoError: some lack it, or what chance has isn't known of some.
        """
        if self.score is not None:
            lacking = [name for name, table in tables.items() if self.score not in table.scores]
            if lacking:
                self._say_lacking(lacking, tables)
        if self.unit == "normalised" and self.reference == CHANCE:
            unknown = [name for name, table in tables.items() if not self.known_of(table)]
            if unknown:
                raise SimdyhpoError(_no_chance(unknown))

    def known_of(self, table: CurveTable) -> bool:
        """Whether the reference is known of a table: only of chance it may not be."""
        needs_chance = self.unit == "normalised" and self.reference == CHANCE
        return not needs_chance or chance(table, self.score) is not None

    def _say_lacking(self, lacking: list[str], tables: Mapping[str, CurveTable]) -> None:
        shared = common_scores(tables.values())
        anywhere = {name for table in tables.values() for name in table.scores}
        if not anywhere:
            raise SimdyhpoError(
                f"score {self.score!r}: no final scores are known of {_some(lacking)}; ask for no score, or "
                "take tables that have some, as lcbench-... do"
            )
        if self.score not in anywhere:
            raise UnknownNameError("score", str(self.score), anywhere)
        advice = f"all have {', '.join(shared)}" if shared else "these tables have no score in common"
        raise SimdyhpoError(f"score {self.score!r}: not had by {_some(lacking)}; {advice}")

    def _reference(
        self, table: CurveTable, worst: float, values: Callable[[], npt.NDArray[Any]], mode: Mode
    ) -> float:
        """The value that has the normalised regret 1."""
        if self.unit == "normalised" and self.reference == CHANCE:
            known = chance(table, self.score)
            if known is None:
                raise SimdyhpoError(_no_chance([table.name]))
            return known
        share = self._quantile()
        if self.unit == "absolute" or share is None:
            return worst
        keys = lower_is_better(values(), mode)
        found = float(np.quantile(keys[np.isfinite(keys)], share, method="lower"))
        return found if mode == "min" else -found

    def _quantile(self) -> float | None:
        kind, _, share = self.reference.partition(":")
        if self.reference in (WORST, CHANCE):
            return None
        if kind != _QUANTILE:
            raise UnknownNameError("reference of regret", self.reference, REFERENCES)
        found = written_number(share)
        if found is None or not 0 < found <= 1:
            raise OptionError(
                "reference", self.reference, f"give a share above 0, up to 1, as in {REFERENCES[1]}"
            )
        return found

    def _reference_words(self) -> str:
        share = self._quantile()
        if share is not None:
            return f"the {100 * share:g} % quantile"
        return "chance" if self.reference == CHANCE else "worst"


NORMALISED, ABSOLUTE = Measure(), Measure(unit="absolute")


def in_both_units(measure: Measure) -> list[Measure]:
    """A measure, and the same in the other unit."""
    return [measure, measure.other_unit()]


def common_scores(tables: Iterable[CurveTable]) -> list[str]:
    """The final scores that all of some tables have, in the order of the first."""
    every = [table.scores for table in tables]
    return [name for name in (every[0] if every else ()) if all(name in one for one in every)]


def _no_chance(names: Sequence[str]) -> str:
    return (
        f"reference 'chance': it isn't known of {_some(names)}: it takes cross-entropy or balanced accuracy "
        f"and the number of classes; use {WORST!r} or {REFERENCES[1]!r}"
    )


def _some(names: Sequence[str], most: int = 3) -> str:
    """Names, or the first of many."""
    shown = ", ".join(names[:most])
    return shown if len(names) <= most else f"{shown} and {len(names) - most} more"

"""What there is to know about a scheduler."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from simdyhpo.decisions import ScheduleDecision

Options = Mapping[str, object]


class LineStyle(msgspec.Struct, frozen=True):
    """How a curve looks in every figure.

    No two have the same dashes and symbol, so that grey prints can be read.

    Attributes:
        title: the scheduler's name in legends.
        colour: hexadecimal.
        dashes: on and off lengths in line widths; empty for a solid line.
        marker: matplotlib's letter for the symbol that is set on the line here and there; empty for none.
    """

    title: str
    colour: str
    dashes: tuple[float, ...] = ()
    marker: str = ""


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One scheduler.

    Attributes:
        home: its class, as `module:Class`.
        rule: what it does, in a few words.
        extra: what to install simdyhpo with; the package that it brings has the same name.
        outside: that package decides: its version is part of what was asked.
        needs: what else a run needs that no package brings.
        behaviour: raised beyond `simdyhpo.runs.spec.BEHAVIOUR` when this scheduler alone decides otherwise
            than before, so that others' stored results stay good.
        unchanged: settings, none of them a default, with which it decides as it did before that.
        why: by kind of decision: the rule behind it, in words for who reads a log; a sentence a line. In
            braces: `rung`, `seed`, `scheduler`, or a number of the record, such as `score`.
        score: what the score in its records is.
        chooses: a model chooses new configurations.
        looks_ahead: it scores candidates elsewhere than at the milestone to which they would run.
        structures: by name: options that build it otherwise: the laws are checked with each.
        quick: settings with which its model is quick, and so small as to be poor.
        golden: how its small golden run differs from the others: settings of `simulate`.
        exact: settings under which maximising the negated values is minimising them, to the last digit.
            A cutoff at q and one at 1 - q differ by rounding, unless q is 1/2.
        lacks: by law: why it isn't held to that one.
        slow: by law: why that one takes minutes; it holds.
        look: its curve in figures; without one, figures give it what is left.
    """

    home: str
    rule: str
    extra: str | None = None
    outside: bool = False
    needs: str = ""
    behaviour: int = 0
    unchanged: Options = {}
    why: Mapping[ScheduleDecision, str] = {}
    score: str = ""
    chooses: bool = False
    looks_ahead: bool = False
    structures: Mapping[str, Options] = {}
    quick: Options = {}
    golden: Options = {}
    exact: Options = {}
    lacks: Mapping[str, str] = {}
    slow: Mapping[str, str] = {}
    look: LineStyle | None = None

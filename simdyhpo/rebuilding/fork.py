"""What if one decision had been another? The run goes on from there with its own scheduler."""

from __future__ import annotations

import warnings
from collections.abc import Sequence

from simdyhpo.errors import Deadlock, DecisionError, OptionError, OutOfTurnError
from simdyhpo.rebuilding.proposals import agrees
from simdyhpo.rebuilding.rebuild import check_decision, followed, own_decision
from simdyhpo.rebuilding.substitute import Substitute, SubstituteVerdict, check_substitutable
from simdyhpo.records import DecisionRecord
from simdyhpo.runs.result import RunResult
from simdyhpo.runs.spec import RunSpec
from simdyhpo.tables.curves import CurveTable

_ELSEWHERE = (
    "the rebuilt scheduler wouldn't have taken decision {index} as the run did, so not all changes are due "
    "to the substitute; if its model trains whenever it is asked, let it be asked (--ask)"
)


class RebuiltOtherwiseWarning(UserWarning):
    """A scheduler that was told all events decides otherwise than one that was asked, too."""


def fork(  # noqa: PLR0913 - the run, where it is left, and how
    spec: RunSpec,
    log: Sequence[DecisionRecord],
    table: CurveTable,
    index: int,
    instead: Substitute | SubstituteVerdict,
    *,
    ask_along: bool = False,
) -> RunResult:
    """The run with another decision in the place of decision `index`, to the budget's end.

    Args:
        spec, log, table: of the run.
        index: which decision.
        instead: what to decide there.
        ask_along: see `Follower`.

    Raises:
        OptionError: there is no such decision, or `instead` couldn't be decided there.
        OutputError: the log can't be followed.
        SimdyhpoError: see `factory_of` and `simdyhpo.simulate`.
    """
    check_decision(log, index)
    check_substitutable(log, index, instead)
    run, follower = followed(spec, log, table, index, ask_along=ask_along)
    if not agrees(own_decision(run.scheduler, log[index], spec.scheduler), log[index]):
        warnings.warn(_ELSEWHERE.format(index=index), RebuiltOtherwiseWarning, stacklevel=2)
    run.engine.due = instead.message(spec, log, index, run.engine.trials, table)
    follower.let_go()
    try:
        return run.finish()
    except OutOfTurnError as error:
        raise OptionError("instead", instead.text, error.why) from None
    except (DecisionError, Deadlock) as error:
        if len(run.engine.log) <= index:
            raise
        raise OptionError(
            "instead", instead.text, f"{spec.scheduler!r} can't go on after it: {error}"
        ) from None

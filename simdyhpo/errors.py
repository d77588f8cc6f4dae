"""Every error that simdyhpo raises on purpose.

One base class, so that a caller can catch the project's own errors and nothing else. Each class keeps
the offending objects as attributes and writes one line that says what is wrong, where, and what to do.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable

_LONGEST = 200
"""Characters of what others say."""


def one_line(error: BaseException) -> str:
    """What somebody else's error says, fit to be quoted: one line, cut where it goes on and on."""
    try:
        said = " ".join(str(error).split()) or type(error).__name__
    except Exception:  # noqa: BLE001 - whatever somebody's `__str__` raises
        said = type(error).__name__
    return _cut(said, _LONGEST)


def short(value: object, limit: int = _LONGEST) -> str:
    """A value as it writes itself, on one line, cut where it goes on and on; its type where it can't."""
    try:
        said = " ".join(repr(value).split())
    except Exception:  # noqa: BLE001 - whatever somebody's `__repr__` raises
        said = f"<{type(value).__name__}>"
    return _cut(said, limit)


def _cut(said: str, limit: int) -> str:
    return said if len(said) <= limit else f"{said[:limit]}..."


def exact(number: float) -> str:
    """A number for an error, so that two that differ never look alike."""
    return repr(float(number)).removesuffix(".0")


class SimdyhpoError(Exception):
    """Base of all deliberate errors; its text is fit to be shown to a user as it is."""

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle text and attributes, not constructor arguments: errors cross from process to process."""
        return _restored, (type(self), self.args, self.__dict__)


def _restored(
    kind: type[SimdyhpoError], args: tuple[object, ...], attributes: dict[str, object]
) -> SimdyhpoError:
    error = kind.__new__(kind, *args)
    error.__dict__.update(attributes)
    return error


_SHOWN = 12
"""More names than these are no help in a line."""
_PART = 3
"""Fewer letters than these are a part of anything."""


class UnknownNameError(SimdyhpoError):
    """A name that is not among the known ones; offers the nearest, and a hint at how more become known."""

    def __init__(self, kind: str, name: str, known: Iterable[str], hint: str = "") -> None:
        self.kind = kind
        self.name = name
        self.known = sorted(known)
        super().__init__(f"unknown {kind} {name!r}: {self._advice()}{hint and f'; {hint}'}")

    def _advice(self) -> str:
        plain = {
            name.lower(): name for name in reversed(self.known)
        }  # no more than a letter's case is near, too
        found = difflib.get_close_matches(self.name.lower(), plain, n=3, cutoff=0.5)
        nearest = [plain[name] for name in found] or self._containing()
        if nearest:
            return "did you mean " + " or ".join(repr(name) for name in nearest) + "?"
        if not self.known:
            return f"no {self.kind} is known here"
        shown = [repr(name) for name in self.known[:_SHOWN]]
        more = len(self.known) - len(shown)
        return "known are " + ", ".join(shown) + (f" and {more} more" if more else "")

    def _containing(self) -> list[str]:
        """A few names of which the given one is a part."""
        if len(self.name) < _PART:
            return []
        return [name for name in self.known if self.name.lower() in name.lower()][:3]


class NotMadeError(UnknownNameError):
    """A table that doesn't come with simdyhpo, and isn't made yet."""

    def __init__(self, name: str, suite: str) -> None:
        super().__init__("blackbox", name, ())
        made = f"`simdyhpo blackbox make {suite}` makes it (`simdyhpo blackbox suites` says from what)"
        self.args = (f"no blackbox {name!r} here: {made}",)


class OwnCodeError(SimdyhpoError):
    """A scheduler or searcher that isn't ours is needed where nobody's code may run."""

    def __init__(self, kind: str, name: str) -> None:
        self.kind = kind
        self.name = name
        super().__init__(
            f"{kind} {name!r} isn't ours, and this only reads: none of its code is run here; "
            "`simdyhpo study run` and `simdyhpo run` do that"
        )


class OptionError(SimdyhpoError):
    """A setting whose value can't be used."""

    def __init__(self, option: str, value: object, advice: str) -> None:
        self.option = option
        self.value = value
        self.advice = advice
        super().__init__(f"option {option!r} can't be {short(value)}: {advice}")


class ModelLibraryError(SimdyhpoError):
    """A library that only models need, and that is missing or broken here."""

    def __init__(self, library: str, command: str, error: BaseException) -> None:
        self.library = library
        self.command = command
        # The command first: lists of failures cut a line's end.
        super().__init__(
            f"this scheduler's model needs {library}, which can't be loaded: {command} ({one_line(error)})"
        )


class BudgetError(SimdyhpoError):
    """A budget that is missing or that no run could spend."""


class ClusterError(SimdyhpoError):
    """A cluster whose faults let nothing be finished."""

    def __init__(self, interruptions: int) -> None:
        self.interruptions = interruptions
        super().__init__(
            f"{interruptions:,} interruptions in a row, and no segment ended: this cluster's workers don't "
            "live long enough; let them fail less often, train faster, or save more often (checkpoint_every)"
        )


class ClockError(BudgetError, OverflowError):
    """Simulated time left the range of its counter."""

    def __init__(self) -> None:
        super().__init__("simulated time passed 292 years, more than its counter holds: lower the budget")


class TableError(SimdyhpoError):
    """A table of learning curves that can't be trusted, with the place of the fault."""

    def __init__(self, source: str, problem: str, remedy: str) -> None:
        self.source = source
        self.problem = problem
        self.remedy = remedy
        super().__init__(f"{source}: {problem}; {remedy}")


class DecisionError(SimdyhpoError):
    """A scheduler decided something that the run can't carry out."""

    def __init__(self, message: object, trial: int | None, problem: str) -> None:
        self.message = message
        self.trial = trial
        self.problem = problem
        where = "" if trial is None else f" about trial {trial}"
        super().__init__(f"invalid decision{where}: {problem} (the scheduler said {short(message)})")


class CountsError(SimdyhpoError):
    """A scheduler's summary or diagnostics that can't be stored."""

    def __init__(self, scheduler: str, method: str, problem: str, advice: str) -> None:
        self.scheduler = scheduler
        self.method = method
        super().__init__(f"scheduler {scheduler!r}: its {method}() {problem}; {advice}")


class OutOfTurnError(SimdyhpoError):
    """Somebody else started or resumed a trial in a way for which a scheduler's rule has no place."""

    def __init__(self, trial: int, why: str) -> None:
        self.trial = trial
        self.why = why
        super().__init__(f"trial {trial} can't go on: {why}")


class MilestoneError(SimdyhpoError):
    """A report that passed the milestone at which its trial had to be judged."""

    def __init__(self, trial: object, resource: int, milestone: int) -> None:
        self.trial = trial
        self.resource = resource
        self.milestone = milestone
        super().__init__(
            f"trial {trial} reported resource {resource}, past its milestone {milestone}: "
            "every milestone must be reported exactly"
        )


class Deadlock(SimdyhpoError):  # noqa: N818 - the field's word for it
    """All workers are idle, nothing is under way, and the scheduler still waits for something."""

    def __init__(self, now_seconds: float, paused: int) -> None:
        self.now_seconds = now_seconds
        self.paused = paused
        super().__init__(
            f"deadlock at {now_seconds:g} simulated seconds: the scheduler waits, but no trial runs "
            f"({paused} are paused); a scheduler with nothing left to do must say Wait(exhausted=True)"
        )


class BoundError(SimdyhpoError):
    """A run that is better than hindsight could be: its result, its table or the bound is wrong."""

    def __init__(self, cell: str, share: float, regret: float, bound: float) -> None:
        self.cell, self.share, self.regret, self.bound = cell, share, regret, bound
        super().__init__(
            f"{cell}: its regret at {share:.0%} of the budget, {regret:.6g}, is below the hindsight bound, "
            f"{bound:.6g}, which no run can be; don't use these results, and report it with its manifest"
        )


class OutputError(SimdyhpoError):
    """A file or folder that can't be read, or that must not be written."""


class BoardVersionError(OutputError):
    """Results of another version of the board: its cells are others, so nothing can be compared."""

    def __init__(self, source: str, found: int, wanted: int) -> None:
        self.source, self.found, self.wanted = source, found, wanted
        super().__init__(
            f"{source}: results of board {found}, and this is board {wanted}: its cells are others, so they "
            "are not compared; make them again: `simdyhpo board run`, or, of the board's own, `board add`"
        )


def not_toml(place: object, error: ValueError) -> SimdyhpoError:
    """What to raise for a file that can't be read as TOML."""
    return SimdyhpoError(f"{place}: not a TOML file ({error}); text stands in quotes, lists in brackets")


def other_format(found: object, reads: int, remedy: str) -> str:
    """What a file is that this version doesn't read: one of a newer version, or an older one.

    Args:
        found: the number of its format.
        reads: the newest that this version reads.
        remedy: what helps with one that is older, or none.
    """
    if isinstance(found, int) and found > reads:
        return f"made by a newer simdyhpo (format {found}, this one reads up to {reads}); update simdyhpo"
    return f"written in format {short(found, 20)}, this version reads format {reads}; {remedy}"


def cant_write(place: object, error: OSError, or_else: str = "choose another place") -> OutputError:
    """What to raise where a file or folder can't be written; `or_else` is what helps if room doesn't."""
    return OutputError(
        f"{place}: can't be written ({error.strerror or one_line(error)}); make room or {or_else}"
    )

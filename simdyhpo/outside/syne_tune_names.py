"""Which of Syne Tune's schedulers there are, and what each is made with."""

from __future__ import annotations

import importlib
import logging
import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Annotated, Any, Literal

import msgspec

from simdyhpo.errors import SimdyhpoError
from simdyhpo.outside.packages import package

METRIC, RESOURCE, LARGEST = "value", "resource", "largest"
"""What the metric, the resource and the resource that a trial may run to are called towards Syne Tune."""

EXTRA = "syne-tune"
_OLD, _NEW = "syne_tune.optimizer.legacy_baselines", "syne_tune.optimizer.baselines"
_STILL = "syne_tune.backend.time_keeper"

Name = Literal[
    "DyHPO",
    "MOBSTER",
    "HyperTune",
    "PASHA",
    "BOHB",
    "SyncHyperband",
    "SyncBOHB",
    "SyncMOBSTER",
    "DEHB",
    "LegacyASHA",
    "ASHA",
    "ASHABORE",
    "ASHACQR",
]


class SyneTuneOptions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Settings of Syne Tune's schedulers; all others are the package's defaults.

    Attributes:
        name: which of them. "ASHA", "ASHABORE" and "ASHACQR" are those of `syne_tune.optimizer.baselines`, in
            0.14.2 and newer; all others those of `legacy_baselines`, in 0.14.2 alone.
        grace_period: no rung lies below this resource.
        reduction_factor: eta.
        rung_increment: rungs lie so far apart, whatever `reduction_factor` is; DyHPO's own are 2.
        type: whether trials run on unless a rung stops them, the package's default, or pause there until they
            are promoted; for those that can do both: MOBSTER, HyperTune, BOHB and LegacyASHA.
        brackets: how many; without it, one, and for the synchronous ones all that there can be.
        probability_sh: of DyHPO: how often successive halving's rule is asked first.
        fit_steps: of Gaussian processes: how many steps a fit takes at most; without it, the package's own.
    """

    name: Name = "DyHPO"
    grace_period: Annotated[int, msgspec.Meta(ge=1)] = 1
    reduction_factor: Annotated[float, msgspec.Meta(ge=2)] = 3.0
    rung_increment: Annotated[int, msgspec.Meta(ge=1)] | None = None
    type: Literal["stopping", "promotion"] = "stopping"
    brackets: Annotated[int, msgspec.Meta(ge=1)] | None = None
    probability_sh: Annotated[float, msgspec.Meta(ge=0, lt=1)] = 0.25
    fit_steps: Annotated[int, msgspec.Meta(ge=1)] | None = None


class Kind(msgspec.Struct, frozen=True):
    """How one of them is made.

    Attributes:
        family: "rungs": asynchronous; "brackets": synchronous; "newer": the interface of 0.14 and newer, to
            which it isn't said what number a new trial will have.
        draws: "at-random" if it has no model, so that configurations come in the run's own order; "from-rows"
            if its model can be told to choose among a table's; "anywhere" if it can't.
        called: its class, where that isn't its name.
        own_type: it has a type of its own.
    """

    family: Literal["rungs", "brackets", "newer"]
    draws: Literal["at-random", "from-rows", "anywhere"]
    called: str = ""
    own_type: bool = False


KINDS: Mapping[str, Kind] = {
    "DyHPO": Kind("rungs", "from-rows", own_type=True),
    "MOBSTER": Kind("rungs", "from-rows"),
    "HyperTune": Kind("rungs", "from-rows"),
    "PASHA": Kind("rungs", "at-random", own_type=True),
    "BOHB": Kind("rungs", "anywhere"),
    "SyncHyperband": Kind("brackets", "at-random"),
    "SyncBOHB": Kind("brackets", "anywhere"),
    "SyncMOBSTER": Kind("brackets", "from-rows"),
    "DEHB": Kind("brackets", "anywhere"),
    "LegacyASHA": Kind("rungs", "at-random", called="ASHA"),
    "ASHA": Kind("newer", "at-random"),
    "ASHABORE": Kind("newer", "anywhere"),
    "ASHACQR": Kind("newer", "anywhere"),
}
"""By name."""


def class_of(name: str) -> Any:  # noqa: ANN401 - one of Syne Tune's classes
    """The class of a scheduler, from Syne Tune.

    Raises:
        SimdyhpoError: the package is missing, has no such scheduler, or lacks a library that it needs.
    """
    kind = KINDS[name]
    with _logging_kept():
        version = package("syne_tune", EXTRA).__version__
        try:
            home = importlib.import_module(_NEW if kind.family == "newer" else _OLD)
        except (ImportError, NameError) as error:  # a library that it only half expects to be missing
            hint = "does it lack a library? 0.14.2 wants xgboost, botorch, huggingface_hub"
            if kind.family != "newer":
                hint = "0.14.2 was the last to have it"
            raise SimdyhpoError(f"Syne Tune {version} has no {name} to use here ({error}): {hint}") from None
    return getattr(home, kind.called or name)


@contextmanager
def _logging_kept() -> Iterator[None]:
    """Syne Tune's modules, when they are imported, set up the logging of the whole process."""
    root = logging.getLogger()
    level, handlers = root.level, list(root.handlers)
    try:
        yield
    finally:
        root.setLevel(level)
        root.handlers[:] = handlers
        # or its warnings would go to stderr where nobody has set up any logging
        logging.getLogger("syne_tune").addHandler(logging.NullHandler())


def make(  # noqa: PLR0913 - what a run gives it, by name
    options: SyneTuneOptions,
    domains: Mapping[str, Any],
    rows: Sequence[Mapping[str, Any]],
    *,
    mode: str,
    max_resource: int,
    seed: int,
    again: bool,
) -> Any:  # noqa: ANN401 - one of Syne Tune's schedulers, which carry no types
    """The scheduler.

    Args:
        options: the user's.
        domains: the configuration space.
        rows: configurations of the table, for those that choose among them.
        mode: "min" or "max".
        max_resource: R.
        seed: of its draws.
        again: whether a configuration may start more than once.

    Raises:
        SimdyhpoError: the installed version has no such scheduler, or it lacks a library.
    """
    kind = KINDS[options.name]
    of = class_of(options.name)
    largest = max(max_resource, options.grace_period + 1)  # they want it to lie above the lowest rung,
    if options.name == "PASHA":
        step = options.rung_increment or math.ceil(options.grace_period * (options.reduction_factor - 1))
        largest = max(largest, options.grace_period + step + 1)  # and PASHA above two
    if kind.family == "newer":
        given = _newer(options, largest) | {"do_minimize": mode == "min"}
    else:
        given = {
            "mode": mode,
            "resource_attr": RESOURCE,
            "max_resource_attr": LARGEST,
            **_rungs(options, kind),
        }
        domains = {**domains, LARGEST: largest}
        search: dict[str, Any] = {"debug_log": False, "allow_duplicates": again}
        if kind.draws == "from-rows":
            search |= {"restrict_configurations": [dict(row) for row in rows]}
            search |= {} if options.fit_steps is None else {"opt_maxiter": options.fit_steps}
        given |= {"search_options": search, "points_to_evaluate": []}
    try:
        scheduler = of(dict(domains), metric=METRIC, random_seed=seed, **given)
    except ImportError as error:
        raise SimdyhpoError(
            f"Syne Tune's {options.name} needs a library that isn't installed: {error}"
        ) from None
    except TypeError as error:
        if kind.family != "newer" or "unexpected keyword argument" not in str(error):
            raise
        raise SimdyhpoError(
            f"this version of Syne Tune has no such setting of {options.name} ({error}): leave it out"
        ) from None
    if kind.family == "rungs":
        scheduler.time_keeper = _still()
    return scheduler


def _rungs(options: SyneTuneOptions, kind: Kind) -> dict[str, Any]:
    """What the older interface takes for rungs and brackets."""
    given: dict[str, Any] = {"grace_period": options.grace_period}
    if options.rung_increment is not None and kind.family == "rungs":
        given["rung_increment"] = options.rung_increment
    elif options.name != "DyHPO":
        given["reduction_factor"] = options.reduction_factor
    if options.brackets is not None:
        given["brackets"] = options.brackets
    if kind.family == "rungs" and not kind.own_type:
        given["type"] = options.type
    if options.name == "DyHPO":
        given["probability_sh"] = options.probability_sh
    return given


def _newer(options: SyneTuneOptions, largest: int) -> dict[str, Any]:
    """What the newer interface takes; settings at their defaults aren't given: 0.14.2 knows few of them."""
    given: dict[str, Any] = {"time_attr": RESOURCE, "max_t": largest}
    defaults = SyneTuneOptions()
    for name in ("grace_period", "reduction_factor", "brackets"):
        if getattr(options, name) != getattr(defaults, name):
            given[name] = getattr(options, name)
    return given


def _still() -> Any:  # noqa: ANN401 - a TimeKeeper of Syne Tune's
    """A clock that always shows 0: no scheduler here looks at it, and wall time must not be there to see."""

    class Still(package(_STILL, EXTRA).TimeKeeper):  # type: ignore[misc]
        def time(self) -> float:
            return 0.0

    return Still()

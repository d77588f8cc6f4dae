"""From a scheduler's name, or `module:Class` for a user's own, to the scheduler."""

from __future__ import annotations

import copy
import dataclasses
import functools
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from simdyhpo.blame import blaming
from simdyhpo.catalog.entries import SCHEDULERS
from simdyhpo.errors import SimdyhpoError, short
from simdyhpo.options import build_options
from simdyhpo.own_code import check_parts, is_own, load_class
from simdyhpo.protocols import Problem, Scheduler


class Settled(msgspec.Struct, frozen=True):
    """A scheduler whose settings are known, though its class isn't: it needs code that may not run.

    Attributes:
        name, settings: see `SchedulerFactory`.
    """

    name: str
    settings: dict[str, Any]


class SchedulerFactory:
    """A scheduler's class with checked options: makes one fresh scheduler for each run.

    Attributes:
        name: as the user gave it.
        options: all settings, defaults included; an instance of the class's `Options`.
    """

    def __init__(self, scheduler: str | type, options: Mapping[str, object]) -> None:
        """Find the class and check the options.

        Args:
            scheduler: a name of `SCHEDULERS`, `module:Class`, or a class itself. The class takes
                `(problem, options)` and has a msgspec struct `Options`.
            options: settings by name.

        Raises:
            UnknownNameError: the scheduler or an option is unknown.
            OptionError: an option's value can't be used.
            SimdyhpoError: the module can't be imported or the class is no scheduler.
        """
        self._class = _class_of(scheduler)
        self.name = (
            scheduler if isinstance(scheduler, str) else f"{scheduler.__module__}:{scheduler.__qualname__}"
        )
        parse = getattr(self._class, "parse_options", None)
        with blaming(f"scheduler {self.name!r} raised it when its options were read"):
            self.options: Any = parse(options) if parse else build_options(self._class.Options, options)

    @classmethod
    def from_settings(cls, scheduler: str, settings: Mapping[str, Any]) -> SchedulerFactory:
        """The factory whose `settings` are these, as a manifest has them.

        A class that has `parse_options` says in `given_options` what to give it.

        Raises:
            UnknownNameError, OptionError, SimdyhpoError: as above.
        """
        given = getattr(scheduler_class(scheduler), "given_options", None)
        with blaming(f"scheduler {scheduler!r} raised it when its options were read"):
            options = given(settings) if given else settings
        return cls(scheduler, options)

    def on(self, prior_at: Callable[[float], Any]) -> SchedulerFactory:
        """The factory for one table: options that name something of the table are what it has there.

        A user's own scheduler is left as it is: its settings are the same on every table.

        Args:
            prior_at: the hyperparameters at a quantile of the table's final values.

        Raises:
            OptionError: the table has nothing of the kind.
        """
        options_on = None if is_own(self.name) else getattr(self._class, "options_on", None)
        options = self.options if options_on is None else options_on(self.options, prior_at)
        if options is self.options:
            return self
        other = copy.copy(self)
        other.options = options
        other.__dict__.pop("settings", None)  # those of the old options may have been asked for
        return other

    @functools.cached_property
    def settings(self) -> dict[str, Any]:
        """All settings as plain values, defaults included: what a manifest says of them."""
        settings: dict[str, Any] = msgspec.to_builtins(self.options)
        return settings

    @property
    def module(self) -> str:
        """Name of the module that the class is from."""
        module: str = self._class.__module__
        return module

    def __call__(self, problem: Problem) -> Scheduler:
        """A fresh scheduler for one run."""
        with blaming(f"scheduler {self.name!r} raised it when it was made"):
            scheduler: Scheduler = self._class(problem, self.options)
        return scheduler


_PARTS = ("Options", "ask", "verdict", "tell", "summary")


def _class_of(scheduler: object) -> Any:  # noqa: ANN401 - as below
    """The class for what a user names or gives, in case that is one."""
    if isinstance(scheduler, type):
        found: Any = check_parts(
            "scheduler", f"{scheduler.__module__}:{scheduler.__qualname__}", scheduler, _PARTS
        )
    elif isinstance(scheduler, str):
        found = scheduler_class(scheduler)
    else:
        raise SimdyhpoError(f"{short(scheduler, 80)} is no scheduler: give a name, module:Class, or a class")
    options = found.Options
    if not hasattr(found, "parse_options") and not (
        isinstance(options, type) and issubclass(options, msgspec.Struct)
    ):
        remedy = "make them a msgspec.Struct, with a type and a default for each"
        if dataclasses.is_dataclass(options):
            remedy = (
                "leave @dataclass out, `import msgspec`, and begin `class Options(msgspec.Struct, "
                "frozen=True):`; the lines of its fields stay as they are"
            )
        what = "a dataclass" if dataclasses.is_dataclass(options) else short(options, 80)
        raise SimdyhpoError(f"{scheduler!r} is no scheduler: its Options are {what}; {remedy}")
    return found


def scheduler_class(name: str) -> Any:  # noqa: ANN401 - a class with `Options` that makes a `Scheduler`
    """The class of a scheduler: a name of `SCHEDULERS`, or `module:Class`.

    Raises:
        UnknownNameError: no scheduler has that name.
        OwnCodeError: it isn't ours, and nothing of others may run here.
        SimdyhpoError: there is no such module or class, or the class is no scheduler.
        BaseException: what the module itself raises, with a note.
    """
    homes = {known: entry.home for known, entry in SCHEDULERS.items()}
    return load_class("scheduler", name, homes, _PARTS)

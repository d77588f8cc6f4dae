"""Optuna's storages: trials with their intermediate values, through Optuna itself."""

from __future__ import annotations

import urllib.parse
import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from simdyhpo.errors import SimdyhpoError, TableError, UnknownNameError, one_line
from simdyhpo.importers.logs.asked import Asked
from simdyhpo.importers.logs.runs import Logs, Run, Series, check_points, counted, some, unfinished
from simdyhpo.importers.logs.sqlite import is_sqlite, tables_in
from simdyhpo.outside.packages import package

_TABLES = {"studies", "trials", "trial_params", "trial_intermediate_values"}
_OBJECTIVE = "objective"


def read_optuna(place: str, asked: Asked) -> Logs:
    """The trials of a storage: an SQLite file, a journal file, or the address of a database.

    The study says whether it minimises, and which hyperparameters are on a log scale. Seconds are equal parts
    of a trial's duration.

    Raises:
        TableError: there is no such storage, or it can't be read, or holds no study.
        SimdyhpoError: Optuna isn't installed.
    """
    optuna = package("optuna", "logs", "reading an Optuna storage")
    optuna.logging.disable_default_handler()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # experimental storages
            studies = _studies(_storage(optuna, place), asked.group)
    except SimdyhpoError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever Optuna and its databases raise
        advice = "check path and password, and that this Optuna is as new as the one that wrote it"
        raise TableError(_shown(place), f"is no readable storage ({one_line(error)})", advice) from None
    return _logs(_shown(place), studies, asked)


def _storage(optuna: Any, place: str) -> Any:  # noqa: ANN401 - a module, a storage
    path = Path(place.removeprefix("sqlite:///"))
    if "://" in place and not place.startswith("sqlite:///"):
        return optuna.storages.get_storage(place)
    if not path.is_file():
        raise TableError(place, "there is no such storage", "give an SQLite or journal file, or an address")
    if is_sqlite(path):
        missing = _TABLES - tables_in(path)
        if missing:
            problem = f"is an SQLite file, but no Optuna storage: it has no table {min(missing)!r}"
            raise TableError(place, problem, "check path and source")
        # Read only, so that nothing is made in anybody's file: Optuna makes tables that aren't there.
        return optuna.storages.RDBStorage(
            f"sqlite:///file:{urllib.parse.quote(str(path.absolute()))}?mode=ro&uri=true"
        )
    with path.open("rb") as file:
        if file.read(1) != b"{":
            raise TableError(place, "is neither an SQLite file nor a journal", "check path and source")
    return optuna.storages.JournalStorage(optuna.storages.journal.JournalFileBackend(str(path)))


def _studies(storage: Any, group: str | None) -> dict[str, tuple[Any, list[Any]]]:  # noqa: ANN401
    """The studies, or the one that is named, with their trials."""
    known = {study.study_name: study for study in storage.get_all_studies()}
    if group not in (None, *known):
        raise UnknownNameError("study", str(group), known)
    return {
        name: (study, storage.get_all_trials(study._study_id))  # noqa: SLF001
        for name, study in known.items()
        if group in (None, name)
    }


def _logs(where: str, studies: dict[str, tuple[Any, list[Any]]], asked: Asked) -> Logs:
    runs: list[Run] = []
    left: dict[str, list[str]] = {}
    with_reports = {name: one for name, one in studies.items() if any(t.intermediate_values for t in one[1])}
    if not studies:
        raise TableError(where, "holds no study", "check path and source")
    if not with_reports:
        many = sum(len(trials) for _, trials in studies.values())
        problem = f"{counted(many, 'trial')} of {some(studies)} have no intermediate values"
        raise TableError(where, problem, "call trial.report(value, step) while training")
    log: set[str] = set()
    running: list[str] = []
    for name, (study, trials) in with_reports.items():
        metric = asked.metric or _objective(study)
        for trial in trials:
            called = f"trial {trial.number}"
            if not trial.intermediate_values:
                left.setdefault("no intermediate values", []).append(called)
            else:
                log |= {one for one, how in trial.distributions.items() if getattr(how, "log", False)}
                running += [called] if trial.state.name == "RUNNING" else []
                metrics = {metric: _series(trial)}
                runs.append(Run(name=called, hyperparameters=trial.params, metrics=metrics, group=name))
        check_points(where, runs)
    directions = {_direction(study) for study, _ in with_reports.values()}
    notes = [unfinished(running, "trial")] if running else []
    if asked.seconds_per_resource is None and any(s.seconds for run in runs for s in run.metrics.values()):
        notes.append(
            "Seconds are equal parts of a trial's duration: Optuna doesn't log when a value was reported."
        )
    return Logs(
        where=where,
        runs=runs,
        mode=directions.pop() if len(directions) == 1 else None,
        log=frozenset(log),
        notes=tuple(notes),
        left_out=tuple(
            f"{counted(len(names), 'trial')} {why} ({some(names)})" for why, names in left.items()
        ),
        advice="suggest them with trial.suggest_float and the like",
    )


def _series(trial: Any) -> Series:  # noqa: ANN401 - an optuna.trial.FrozenTrial
    steps = sorted(trial.intermediate_values)
    seconds = None
    if trial.duration is not None:
        seconds = [trial.duration.total_seconds() * (i + 1) / len(steps) for i in range(len(steps))]
    return Series(steps, [float(trial.intermediate_values[step]) for step in steps], seconds)


def _objective(study: Any) -> str:  # noqa: ANN401 - an optuna.study._frozen.FrozenStudy
    names: Iterable[str] = study.system_attrs.get("study:metric_names") or (_OBJECTIVE,)
    return next(iter(names))


def _direction(study: Any) -> Any:  # noqa: ANN401
    return {"MINIMIZE": "min", "MAXIMIZE": "max"}.get(study.directions[0].name)


def _shown(place: str) -> str:
    """A place without the password in it."""
    parts = urllib.parse.urlsplit(place)
    return place if parts.password is None else place.replace(f":{parts.password}@", ":...@")

"""Which folders of event files are one run: writers spread a run over several."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from simdyhpo.errors import TableError
from simdyhpo.importers.logs.asked import Asked
from simdyhpo.importers.logs.hyperparameters import in_folder
from simdyhpo.importers.logs.runs import Logs, Run, Series, check_points, counted, some
from simdyhpo.importers.logs.tensorboard_events import Events, folder_events
from simdyhpo.importers.logs.walking import files_below, name_below, natural

_PARTS = ("train", "validation", "val", "eval", "test")
"""Folders that Keras and others make below a run's own."""


def read_tensorboard(place: str, _asked: Asked) -> Logs:
    """The runs below a folder.

    A run is a folder with hyperparameters: those of the hparams plugin, a settings file, or its name. What
    lies in folders below it without hyperparameters is its own (`train/`, `validation/`). Where a folder has
    scalars, and one folder below it has the hyperparameters, as PyTorch's `add_hparams` writes them, both
    are one run.

    Raises:
        TableError: there are no event files, or one is damaged.
        SimdyhpoError: TensorBoard isn't installed.
    """
    path = Path(place)
    files = [path] if path.is_file() else files_below(path, lambda name: "tfevents" in name)
    if not files:
        raise TableError(
            place, "holds no event files (their names have 'tfevents' in them)", "check the path"
        )
    folders: dict[Path, list[Path]] = {}
    for file in files:
        folders.setdefault(file.parent, []).append(file)
    events = {folder: folder_events(mine) for folder, mine in folders.items()}
    known = _hyperparameters(events)
    members = _members(events, known)
    base = path.parent if path.is_file() else path
    runs: list[Run] = []
    for root in sorted(members, key=natural):
        runs.append(_run(root, base, members[root], events, known))
        check_points(place, runs)
    cut = [name for one in events.values() for name in one.cut]
    notes = (
        (f"{counted(len(cut), 'file')} cut or damaged ({some(cut)}): kept as far as whole.",) if cut else ()
    )
    return Logs(
        where=place,
        runs=[run for run in runs if run.metrics],
        notes=notes,
        advice="write them with add_hparams, or a hparams.yaml beside, or call the folder lr=0.1,units=32",
    )


def _hyperparameters(events: Mapping[Path, Events]) -> dict[Path, Mapping[str, Any]]:
    """By folder: the plugin's, else what lies beside or is in the name; also of folders above parts."""
    found: dict[Path, Mapping[str, Any]] = {}
    for folder, one in events.items():
        mine = one.hyperparameters or in_folder(folder)
        if mine:
            found[folder] = mine
        elif folder.name in _PARTS and (above := in_folder(folder.parent)):
            found.setdefault(folder.parent, above)
    return found


def _members(events: Mapping[Path, Events], known: dict[Path, Mapping[str, Any]]) -> dict[Path, list[Path]]:
    """The folders of each run, by the one that gives it its name; hyperparameters move there."""
    below: dict[Path, list[Path]] = {}
    for folder in known:
        for above in folder.parents:
            if above in events and above not in known:
                below.setdefault(above, []).append(folder)
                break
    for above, sessions in below.items():
        if len(sessions) == 1 and events[above].scalars:
            known[above] = known.pop(sessions[0])
    members: dict[Path, list[Path]] = {}
    for folder in events:
        root = next((one for one in (folder, *folder.parents) if one in known), folder)
        members.setdefault(root, []).append(folder)
    return members


def _run(
    root: Path,
    base: Path,
    members: list[Path],
    events: Mapping[Path, Events],
    known: Mapping[Path, Mapping[str, Any]],
) -> Run:
    """One run: tags of folders below its own are named by the way there, but for those of a session."""
    start = min(events[folder].start for folder in members)
    metrics: dict[str, Series] = {}
    for folder in members:
        way = folder.relative_to(root).as_posix()
        session = events[folder].hyperparameters is not None
        for tag, points in events[folder].scalars.items():
            name = tag if way == "." or (session and tag not in events[root].scalars) else f"{way}/{tag}"
            steps, values, times = zip(*points, strict=True)
            metrics[name] = Series(steps, values, [time - start for time in times])
    return Run(name=name_below(root, base), hyperparameters=known.get(root, {}), metrics=metrics)

"""The tables that can be named: those that come with simdyhpo, and those that were made on this machine."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import msgspec

from simdyhpo.errors import NotMadeError, TableError, UnknownNameError, one_line
from simdyhpo.files.bounded import read_bounded
from simdyhpo.files.limits import SETTINGS_BYTES
from simdyhpo.tables.curves import CurveTable
from simdyhpo.tables.files import LISTS
from simdyhpo.tables.mapped import load_table

_PACKAGE = Path(__file__).parents[1]
_FOLDERS = (_PACKAGE / "shipped", _PACKAGE.parent / "blackboxes")
"""In an installed package, and in a clone of the repository."""

TABLES_VARIABLE = "SIMDYHPO_TABLES"
"""The environment variable that names another folder of tables."""


_ON_DEMAND = {
    "iaml-glmnet-": "iaml_glmnet",
    "lcdb-": "lcdb",
    "rbv2-rpart-": "rbv2_rpart",
    "rbv2-xgboost-": "rbv2_xgboost",
    "synthetic-look": "laboratory",
    "synthetic-plateau": "laboratory",
    "yahpo-lcbench-": "yahpo-lcbench",
}
"""How the names of tables begin that aren't shipped, and the suite that makes them."""


class BlackboxManifest(msgspec.Struct, kw_only=True):
    """What the JSON file beside a table says: shape, origin, how it was made."""

    name: str
    kind: str
    configurations: int
    resources: int
    mode: str
    metric: str
    checksum: str
    source: str
    licence: str
    citation: str
    made_by: str
    versions: dict[str, str]
    seeds: dict[str, int]
    time_repairs: int = 0
    non_finite: int = 0
    notes: str = ""
    settings: dict[str, Any] = {}
    dropped: dict[str, int] = {}
    seconds: str = "unknown"
    scores: dict[str, str] = {}
    classes: int = 0
    asked: dict[str, Any] = {}
    achieved: dict[str, float | None] = {}


class BlackboxFiles(msgspec.Struct, frozen=True):
    """Where a table and its manifest lie."""

    table: Path
    manifest: Path


def tables_folder() -> Path:
    """The user's folder of tables: NAME.npz, with NAME.json beside each. It need not exist."""
    named = os.environ.get(TABLES_VARIABLE)
    if named:
        return Path(named)
    import platformdirs

    return Path(platformdirs.user_data_path("simdyhpo")) / "tables"


def files_in(folder: Path, name: str) -> BlackboxFiles:
    """Where a folder of tables keeps the one called `name`."""
    return BlackboxFiles(folder / f"{name}.npz", folder / f"{name}.json")


def shipped_files() -> dict[str, BlackboxFiles]:
    """The tables that come with simdyhpo, by name. Nothing is opened."""
    found: dict[str, BlackboxFiles] = {}
    for folder in _FOLDERS:
        for table in folder.glob("*/tables/*.npz"):
            found.setdefault(table.stem, files_in(table.parent, table.stem))
    return dict(sorted(found.items()))


def blackbox_files() -> dict[str, BlackboxFiles]:
    """All tables that can be named: the shipped ones, then those in the user's folder. Nothing is opened.

    Where both have a name, the shipped one counts, and who loads either by it is told. A table without its
    manifest is not finished.
    """
    shipped = shipped_files()
    folder = tables_folder()
    names = sorted(path.stem for path in folder.glob("*.npz") if path.with_suffix(".json").is_file())
    return shipped | {name: files_in(folder, name) for name in names if name not in shipped}


def blackbox_manifest(name: str) -> BlackboxManifest:
    """The manifest of a table that can be named.

    Raises:
        UnknownNameError: there is no table of that name.
        TableError: its manifest is damaged.
    """
    return read_manifest(_files(name).manifest)


def read_manifest(path: Path) -> BlackboxManifest:
    """A table's manifest.

    Raises:
        TableError: it is missing or damaged.
    """
    try:
        return msgspec.json.decode(read_bounded(path, SETTINGS_BYTES), type=BlackboxManifest)
    except (OSError, ValueError, msgspec.MsgspecError) as error:  # text that is no UTF-8 is a ValueError
        raise TableError(
            str(path), f"no readable manifest ({one_line(error)})", "make or install the table again"
        ) from None


def load_blackbox(name_or_path: str | Path) -> CurveTable:
    """A table by name, shipped or in the user's folder, or any saved table by path.

    A text that ends as files do (`.npz`, `.csv`), holds a path separator or names an existing file is a path.

    Raises:
        UnknownNameError: there is no table of that name.
        TableError: the file is missing, damaged, truncated or altered, or the name is that of a shipped table
            and of another one of the user's.
    """
    return table_at(find_table(name_or_path))


def list_blackboxes() -> list[str]:
    """The names that `load_blackbox` knows, sorted: shipped tables, and those in the user's folder."""
    return sorted(blackbox_files())


def table_at(path: Path) -> CurveTable:
    """A saved table, with the number of classes that its manifest knows where the table itself says none.

    Raises:
        TableError: the file is missing, damaged, truncated or altered.
    """
    table = load_table(path)
    manifest = manifest_beside(path)
    if not table.info.classes and manifest is not None:
        with contextlib.suppress(TableError):  # a table is good without its manifest
            table.info = msgspec.structs.replace(table.info, classes=read_manifest(manifest).classes)
    return table


def find_table(name_or_path: str | Path) -> Path:
    """The file of a table; see `load_blackbox`.

    Raises:
        UnknownNameError: there is no table of that name.
    """
    return Path(name_or_path) if is_path(name_or_path) else _files(str(name_or_path)).table


def is_path(name_or_path: str | Path) -> bool:
    """Whether a table is named by its path: see `load_blackbox`."""
    path = Path(name_or_path)
    suffix = path.suffix.lower() in (".npz", *LISTS)
    return isinstance(name_or_path, Path) or suffix or len(path.parts) > 1 or path.is_file()


def manifest_beside(table: Path) -> Path | None:
    """The manifest that belongs to a table's file: NAME.json beside NAME.npz, if any."""
    beside = table.with_suffix(".json")
    return beside if beside.is_file() else None


def describe(table: CurveTable) -> dict[str, Any]:
    """What a run's manifest says of its table."""
    known = {} if table.info.seconds == "unknown" else {"seconds": table.info.seconds}
    return known | {
        "name": table.name,
        "checksum": table.checksum,
        "configurations": len(table),
        "max_resource": table.max_resource,
        "mode": table.mode,
        "metric": table.info.metric,
        "resource": table.info.resource,
        "kind": table.info.kind,
        "time": table.info.time,
        "best": table.best,
        "worst": table.worst,
        "time_repairs": table.time_repairs,
        "non_finite": table.non_finite,
        "duplicate_configurations": table.configurations.duplicates,
    }


def cautions(described: Iterable[Mapping[str, Any]]) -> list[str]:
    """What a reader of figures has to know of their tables: sentences, each once.

    Args:
        described: what `describe` says of each.
    """
    kinds = {(box["kind"], box.get("seconds")) for box in described}
    said = []
    if any(kind == "surrogate" for kind, _ in kinds):
        said.append("Learning curves marked (surrogate) are predicted by a model, not measured.")
    if any(kind == "synthetic" for kind, _ in kinds):
        said.append("Learning curves of the tables synthetic-... are made by a formula, not measured.")
    if any(seconds == "predicted" for _, seconds in kinds):
        said.append("Seconds of measured curves that were published without are predicted by a model.")
    return said


def unknown_blackbox(name: str, known: Iterable[str]) -> UnknownNameError:
    """The error for a name that no table has: how to make it, or names that are near."""
    for beginning, suite in _ON_DEMAND.items():
        if name.startswith(beginning):
            return NotMadeError(name, suite)
    more = "`simdyhpo blackbox list` lists them, make and import make more"
    return UnknownNameError("blackbox", name, known, more)


def _files(name: str) -> BlackboxFiles:
    known = blackbox_files()
    if name not in known:
        raise unknown_blackbox(name, known)
    _check_one_kind(name, known[name])
    return known[name]


def _check_one_kind(name: str, files: BlackboxFiles) -> None:
    """See that the user's folder doesn't hold another table under a shipped one's name."""
    own = files_in(tables_folder(), name)
    if own.table == files.table or not (own.table.is_file() and own.manifest.is_file()):
        return
    mine, shipped = read_manifest(own.manifest), read_manifest(files.manifest)
    if mine.checksum != shipped.checksum:
        raise TableError(
            f"table {name!r}",
            f"is two: one is shipped ({shipped.kind}), another is yours ({mine.kind}), {own.table}",
            f"give yours by its path, or move it elsewhere to mean the shipped one{_moved(name, mine.kind)}",
        )


def _moved(name: str, kind: str) -> str:
    now = new_name(name, kind)
    return f"; such a table is called {now!r} now: `simdyhpo blackbox make` makes it" if now else ""


def new_name(name: str, kind: str) -> str | None:
    """What a table is called that release 0.1.0 called otherwise; None if it keeps its name.

    Args:
        name: as of then.
        kind: measured, surrogate or unknown.
    """
    if kind == "surrogate" and name.startswith("lcbench-"):
        return f"yahpo-{name}"
    return None

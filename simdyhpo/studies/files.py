"""Studies as TOML files: option grids, and mistakes answered with place and nearest right key."""

from __future__ import annotations

import itertools
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import msgspec

from simdyhpo.candidates import SAMPLINGS
from simdyhpo.errors import OutputError, SimdyhpoError, UnknownNameError, not_toml
from simdyhpo.files.bounded import read_bounded_text
from simdyhpo.files.limits import SETTINGS_BYTES
from simdyhpo.simulation.budget import Budget
from simdyhpo.simulation.named_clusters import cluster_from, find_cluster
from simdyhpo.studies.mistakes import Keys, StudyError, in_its_place, mistake_of
from simdyhpo.studies.spec import Label, NamedCluster, Study, Variant
from simdyhpo.studies.tables import named_tables

_PACKAGE = Path(__file__).parents[1]
_FOLDERS = (_PACKAGE / "shipped_studies", _PACKAGE.parent / "experiments")
"""In an installed package, and in a clone of the repository."""


class VariantGrid(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An entry of `[[variants]]`: one variant, or one for every combination of the grid's values.

    Attributes:
        scheduler: a name, or `module:Class`.
        label: of the variant, or what the labels of a grid begin with; the scheduler's name if not given.
        options: settings that all of them have.
        grid: lists of values by option.
    """

    scheduler: str
    label: Label | None = None
    options: Mapping[str, Any] = {}
    grid: Mapping[str, Annotated[Sequence[Any], msgspec.Meta(min_length=1)]] = {}

    def variants(self) -> list[Variant]:
        """One for every combination; the last option of the grid changes fastest.

        Raises:
            SimdyhpoError: an option is both fixed and in the grid.
        """
        both = sorted(self.options.keys() & self.grid.keys())
        if both:
            raise SimdyhpoError(f"option {both[0]!r} is in `options` and in `grid`; keep one")
        start = self.label or self.scheduler.rpartition(":")[2]
        return [
            Variant(
                ",".join(
                    [start, *(f"{name}={value}" for name, value in zip(self.grid, values, strict=True))]
                ),
                self.scheduler,
                {**self.options, **dict(zip(self.grid, values, strict=True))},
            )
            for values in itertools.product(*self.grid.values())
        ]


def load_study(path: Path, *, own_code: bool = True) -> Study:
    """Read a study from a TOML file and check it.

    Args:
        path: of the file.
        own_code: see `Study.check`.

    Raises:
        OutputError: the file can't be read.
        SimdyhpoError: it is no study; the text says where, and offers the nearest right key.
    """
    text = study_file_text(path)
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise not_toml(path, error) from None
    try:
        study = _study(content, path.parent)
        study.check(own_code=own_code)
    except SimdyhpoError as error:
        raise in_its_place(error, path, text) from None
    return study


def study_file_text(path: Path) -> str:
    """A study's file as it is written.

    Raises:
        OutputError: it can't be read.
        SimdyhpoError: it is no text.
    """
    try:
        return read_bounded_text(path, SETTINGS_BYTES)
    except OSError as error:
        raise OutputError(f"{path}: can't be read ({error.strerror}); check the path") from None
    except UnicodeDecodeError as error:
        raise not_toml(path, error) from None


def shipped_studies() -> dict[str, Path]:
    """Path of every study that comes with simdyhpo, by name."""
    found: dict[str, Path] = {}
    for folder in _FOLDERS:
        for path in sorted(folder.glob("*.toml")):
            found.setdefault(path.stem, path)
    return dict(sorted(found.items()))


def find_study(file_or_name: str | Path) -> Path:
    """The file of a study: a path, or the name of a shipped one.

    Raises:
        UnknownNameError: there is neither such a file nor such a study.
    """
    path = Path(file_or_name)
    if path.is_file() or path.suffix == ".toml" or len(path.parts) > 1:
        return path
    shipped = shipped_studies()
    if path.name not in shipped:
        raise UnknownNameError(
            "study", path.name, shipped, "a file (NAME.toml) or the folder of its results will do, too"
        )
    return shipped[path.name]


def _study(content: dict[str, Any], folder: Path) -> Study:
    """From a parsed file to a study with all grids unfolded."""
    known = [name for name in Study.__struct_fields__ if name != "files"]  # made of paths among the tables
    _check_places(content)
    _check_keys(content, (*known, "cluster"), "at the top level")
    if "cluster" in content:
        if "clusters" in content:
            raise SimdyhpoError("`cluster` and `clusters` are both there; keep one")
        content = content | {"clusters": [content["cluster"]]}
        del content["cluster"]
    if isinstance(clusters := content.get("clusters"), list):
        content = content | {
            "clusters": [_cluster(entry, number, folder) for number, entry in enumerate(clusters, 1)]
        }
    if (sampling := content.get("sampling", SAMPLINGS[0])) not in SAMPLINGS:
        raise StudyError(str(UnknownNameError("sampling", str(sampling), SAMPLINGS)), ("sampling",))
    entries = content.get("variants")
    if isinstance(entries, list):
        grids = [_variant_grid(entry, number) for number, entry in enumerate(entries, 1)]
        unfolded = [_unfolded(grid, number) for number, grid in enumerate(grids)]
        content = content | {"variants": [variant for variants in unfolded for variant in variants]}
    if isinstance(tables := content.get("blackboxes"), list) and all(isinstance(one, str) for one in tables):
        try:
            content = content | named_tables(tables, folder)
        except SimdyhpoError as error:
            raise StudyError(str(error), ("blackboxes",)) from None
    if isinstance(budget := content.get("budget"), dict):
        _check_keys(budget, Budget.__struct_fields__, "in `budget`", ("budget",))
    try:
        return msgspec.convert(content, Study, from_attributes=True)
    except msgspec.ValidationError as error:
        mistake = mistake_of(error)
        example = "" if mistake.keys else "; `simdyhpo study init` writes an example"
        raise StudyError(f"{mistake}{example}", mistake.keys) from None


def _variant_grid(entry: object, number: int) -> VariantGrid:
    place, keys = f"in [[variants]] number {number}", ("variants", number - 1)
    if isinstance(entry, dict):
        _check_keys(entry, VariantGrid.__struct_fields__, place, keys)
    try:
        return msgspec.convert(entry, VariantGrid)
    except msgspec.ValidationError as error:
        mistake = mistake_of(error, keys)
        raise StudyError(f"{place}: {mistake}", mistake.keys) from None


def _unfolded(grid: VariantGrid, place: int) -> list[Variant]:
    try:
        return grid.variants()
    except SimdyhpoError as error:
        raise StudyError(str(error), ("variants", place)) from None


def _cluster(entry: object, number: int, folder: Path) -> NamedCluster:
    """The name of a preset, or a table of settings with a `name` of its own or the preset's."""
    place = f"in cluster number {number}"
    if not isinstance(entry, str | dict):
        raise StudyError(f"{place}: give the name of a preset, or a table of settings", ("clusters",))
    try:
        if isinstance(entry, str):
            return NamedCluster(entry, find_cluster(entry))
        settings = dict(entry)
        name = settings.pop("name", settings.get("preset", "cluster"))
        return msgspec.convert(
            {"name": name, "cluster": cluster_from(settings, folder)}, NamedCluster, from_attributes=True
        )
    except msgspec.ValidationError as error:
        raise StudyError(f"{place}: {mistake_of(error)}", ("clusters",)) from None
    except SimdyhpoError as error:
        raise StudyError(f"{place}: {error}", ("clusters",)) from None


def _check_places(content: Iterable[str]) -> None:
    """Keys of the parts of a study that stand at its top."""
    for key in content:
        if key in Budget.__struct_fields__:
            raise StudyError(f"`{key}` is part of the budget: write budget = {{ {key} = ... }}", (key,))
        if key in VariantGrid.__struct_fields__:
            raise StudyError(f"`{key}` is part of a variant: write it below a line [[variants]]", (key,))


def _check_keys(found: Iterable[str], known: Sequence[str], place: str, keys: Keys = ()) -> None:
    for key in found:
        if key not in known:
            raise StudyError(f"{place}: {UnknownNameError('key', key, known)}", (*keys, key))

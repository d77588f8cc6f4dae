"""A study as one names it on a line: a shipped one's name, a file, or a folder that holds its results."""

from __future__ import annotations

from pathlib import Path

import msgspec

from simdyhpo.errors import OutputError, UnknownNameError
from simdyhpo.studies.files import find_study, load_study, shipped_studies, study_file_text
from simdyhpo.studies.mistakes import in_its_place
from simdyhpo.studies.places import RESULTS, STUDY, results_in
from simdyhpo.studies.spec import Study
from simdyhpo.studies.stored_plan import plan_names, read_plan
from simdyhpo.studies.study_text import study_text


class GivenStudy(msgspec.Struct, frozen=True):
    """A study, and where it was found.

    Attributes:
        study: with its grids unfolded. Options of what isn't ours are unchecked: none of its code has run.
        text: of its file; of a folder that has none, what such a file would say.
        path: of the file, or of the folder.
        results: where its results lie, if nobody says otherwise.
    """

    study: Study
    text: str
    path: Path
    results: Path

    def in_place(self, error: UnknownNameError) -> Exception:
        """What is wrong with the study, with its file and line if it has one."""
        return in_its_place(error, self.path, self.text) if self.path.is_file() else error


def given_study(given: str | Path) -> GivenStudy:
    """Find a study.

    Args:
        given: the name of a shipped study; a file; or a folder: what `versus` or `sweep` wrote, which has the
            study's file, or the results of one study, which say what was asked.

    Raises:
        UnknownNameError: there is none of that name.
        OutputError: the file can't be read, or the folder holds no study or several.
        SimdyhpoError: the file is no study.
    """
    path = _file(given)
    if path is None:
        return _stored(Path(given))
    study = load_study(path, own_code=False)
    return GivenStudy(study, study_file_text(path), path, _results_of(path, study.name))


def given_text(given: str | Path) -> str:
    """A study's file as it is written, right or wrong; of a folder without one, what it would say.

    Args, Raises: see `given_study`.
    """
    path = _file(given)
    return _stored(Path(given)).text if path is None else study_file_text(path)


def _file(given: str | Path) -> Path | None:
    """The study's file; None of a folder that has none."""
    folder = Path(given)
    if not folder.is_dir() or str(given) in shipped_studies():
        return find_study(given)
    return folder / STUDY if (folder / STUDY).is_file() else None


def _stored(folder: Path) -> GivenStudy:
    """The study whose results a folder holds, as it was last run."""
    place = results_in(folder)
    names = plan_names(place)
    if not names:
        raise OutputError(
            f"{folder}: holds no study, neither {STUDY} nor results; give a study's file or name, or the "
            "folder that it was run into"
        )
    if len(names) > 1:
        raise OutputError(
            f"{folder}: holds results of {len(names)} studies ({', '.join(names)}); give the file or name of "
            f"one, and --out {place}"
        )
    study = read_plan(place, names[0]).study
    return GivenStudy(study, study_text(study), folder, place)


def _results_of(file: Path, name: str) -> Path:
    """Beside a study's file, if it was run there, as `versus` and `sweep` do; else runs/NAME."""
    beside = (file.parent / RESULTS, file.parent)
    return next((place for place in beside if name in plan_names(place)), Path("runs", name))

"""What a worker does that can't write into the study's folder: the finished cell goes back as bytes."""

from __future__ import annotations

from simdyhpo.errors import SimdyhpoError
from simdyhpo.own_code import own_names
from simdyhpo.studies.cell_parts import cell_parts
from simdyhpo.studies.checksums import SUMS, sums_of
from simdyhpo.studies.failures import reason_of, story_of
from simdyhpo.studies.keys import cell_key
from simdyhpo.studies.parts import part_file
from simdyhpo.studies.tables import sent_table
from simdyhpo.studies.tasks import Outcome, Task


def send_back(task: Task, content: bytes) -> Outcome:
    """Simulate a task; the outcome has the cell's files, or the story of its failure.

    Never raises: whatever a user's code does is this cell's failure.

    Args:
        task: the cell.
        content: of its table's file.
    """
    try:
        _check_key(task)
        result = task.simulate(sent_table(task.table.name, content))
        files = {part_file(part): made for part, made in cell_parts(task.key, result).items()}
    except BaseException as error:  # noqa: BLE001
        return Outcome(task.key, reason_of(error), story=story_of(error))
    return Outcome(task.key, files={**files, SUMS: sums_of(files)})


def _check_key(task: Task) -> None:
    """See that the task means here what it means where it comes from: who shares no files may differ.

    Raises:
        SimdyhpoError: simdyhpo, or code that isn't ours, is another here, or missing.
    """
    _ = task.factory  # what is missing is said in its own words
    if cell_key(task.spec) != task.key:
        own = (
            " and ".join(own_names(task.spec.scheduler, task.options)) or f"what {task.spec.scheduler} needs"
        )
        raise SimdyhpoError(
            f"a worker has another version of simdyhpo or of {own} than the machine that asks: install the "
            "same everywhere"
        )

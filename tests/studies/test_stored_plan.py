"""What was asked, beside the results: kept, read back, and as a file to run again."""

import pytest

from simdyhpo.errors import OutputError
from simdyhpo.studies.files import load_study, shipped_studies
from simdyhpo.studies.plan import make_plan
from simdyhpo.studies.stored_plan import plan_names, read_plan, stored_plan, write_plan
from simdyhpo.studies.study_text import study_text
from simdyhpo.traces.manifest import to_json
from tests.studies.conftest import CELLS, TEXT


def test_a_plan_comes_back(file, tables, tmp_path):
    plan = make_plan(load_study(file), tables)
    write_plan(plan, tmp_path / "results")
    assert plan_names(tmp_path / "results") == ["tiny"]
    found = read_plan(tmp_path / "results", "tiny")
    assert to_json(found) == to_json(stored_plan(plan))
    assert to_json(found.study) == to_json(plan.study)
    assert [cell.key for cell in found.cells] == plan.keys
    assert len(found.cells) == CELLS


def test_the_last_plan_of_a_name_counts(file, tables, tmp_path):
    write_plan(make_plan(load_study(file), tables), tmp_path)
    file.write_text(TEXT.replace("seeds = 2", "seeds = 1"))
    write_plan(make_plan(load_study(file), tables), tmp_path)
    assert len(read_plan(tmp_path, "tiny").cells) == CELLS // 2
    assert [path.name for path in (tmp_path / "plans").iterdir()] == ["tiny.json"]


def test_a_plan_that_cannot_be_kept_or_read(file, tables, tmp_path):
    (tmp_path / "results").write_text("a file")
    with pytest.raises(OutputError, match="can't be written"):
        write_plan(make_plan(load_study(file), tables), tmp_path / "results")
    with pytest.raises(OutputError, match="can't be read"):
        read_plan(tmp_path, "tiny")
    assert plan_names(tmp_path) == []


@pytest.mark.parametrize("name", shipped_studies())
def test_a_study_as_text_is_the_study(name, tmp_path):
    study = load_study(shipped_studies()[name])
    (tmp_path / "again.toml").write_text(study_text(study), encoding="utf-8")
    assert load_study(tmp_path / "again.toml") == study


def test_every_kind_of_value_is_written(file, tmp_path):
    text = TEXT.replace(
        'question = "Which one?"', 'question = "Say \\"\\\\ä\\n\\u0001\\u007f\\""\nminutes = 0.5'
    )
    text += (
        '\n[[variants]]\nlabel = "x"\nscheduler = "dyhpo"\noptions = { standardise = true, "steps" = 7 }\n'
    )
    file.write_text(text, encoding="utf-8")
    study = load_study(file)
    (tmp_path / "again.toml").write_text(study_text(study), encoding="utf-8")
    assert load_study(tmp_path / "again.toml") == study

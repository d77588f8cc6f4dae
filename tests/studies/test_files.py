"""What a study file may say, and how mistakes are answered."""

import pytest

from simdyhpo.errors import OutputError, SimdyhpoError, TableError, UnknownNameError
from simdyhpo.studies.files import find_study, load_study, shipped_studies
from simdyhpo.studies.mistakes import line_of, line_with
from simdyhpo.studies.plan import make_plan
from simdyhpo.studies.study_text import study_text
from simdyhpo.studies.tables import named_tables
from tests.making import falling
from tests.studies.conftest import CELLS, TEXT


def test_a_grid_is_every_combination(file):
    file.write_text(
        TEXT + '\n[[variants]]\nscheduler = "dyhpo"\noptions = { searcher = "random" }\n'
        "grid = { probability_sh = [0, 0.5], grace_period = [1, 2] }\n"
    )
    study = load_study(file)
    assert [variant.label for variant in study.variants] == [
        "asha",
        "asha,reduction_factor=2",
        "asha,reduction_factor=4",
        "dyhpo,probability_sh=0,grace_period=1",
        "dyhpo,probability_sh=0,grace_period=2",
        "dyhpo,probability_sh=0.5,grace_period=1",
        "dyhpo,probability_sh=0.5,grace_period=2",
    ]
    assert study.variants[4].options == {"searcher": "random", "probability_sh": 0, "grace_period": 2}


def test_cells_go_seed_by_seed(file):
    cells = load_study(file).cells()
    assert len(cells) == CELLS
    assert [cell.seed for cell in cells] == [0] * (CELLS // 2) + [1] * (CELLS // 2)
    assert len(set(map(repr, cells))) == CELLS


def test_seeds_are_a_number_or_the_seeds_themselves(file):
    file.write_text(TEXT.replace("seeds = 2", "seeds = [5, 3]"))
    study = load_study(file)
    assert list(dict.fromkeys(cell.seed for cell in study.cells())) == [5, 3]
    assert (study.seed_words, load_study(written(study, file)).seeds) == ("5, 3", [5, 3])
    file.write_text(TEXT)
    assert load_study(file).seed_words == "0 to 1"


def test_a_table_of_ones_own_is_named_by_its_path(file, monkeypatch):
    own = file.parent / "own" / "toy.npz"
    own.parent.mkdir()
    falling(4, 3).save(own)
    file.write_text(TEXT.replace('"mine"', '"own/toy.npz"'))
    study = load_study(file)
    assert study.blackboxes == ["digits-mlp", "toy"]
    assert study.file_of("toy") == own
    assert study.file_of("digits-mlp") is None
    assert make_plan(study).tables["toy"].max_resource == 3
    own.rename(own.with_name("moved.npz"))
    with pytest.raises(TableError, match="toy"):
        make_plan(study)
    again = load_study(written(study, file.parent / "elsewhere" / "study.toml"))
    assert (again.files, again.blackboxes) == (study.files, study.blackboxes)
    own.with_name("moved.npz").rename(own)
    monkeypatch.chdir(own.parent)
    assert named_tables(["toy.npz", "digits-mlp"], file.parent) == {
        "blackboxes": ["toy", "digits-mlp"],
        "files": {"toy": str(own)},
    }


def written(study, file):
    file.parent.mkdir(exist_ok=True)
    file.write_text(study_text(study))
    return file


@pytest.mark.parametrize(
    ("change", "texts"),
    [
        (("seeds = 2", "seeds = [1, 1]"), ["seed 1 comes twice"]),
        (("seeds = 2", "seeds = []"), ["seeds"]),
        (("seeds = 2", "seeds = [-1]"), ["seeds"]),
        (('"mine"', '"my table.npz"'), ["my table.npz", "rename"]),
        (('"mine"', '"x/digits-mlp.npz"'), ["'digits-mlp' comes twice"]),
        (('name = "tiny"', 'name = "tiny"\nfiles = { a = "b" }'), ["unknown key 'files'"]),
        (('label = "asha"', 'label = "asha,reduction_factor=2"'), ["twice"]),
        (('["digits-mlp", "mine"]', '["mine", "mine"]'), ["blackbox 'mine' comes twice"]),
        (('label = "asha"', 'label = "a\\nb"'), ["[[variants]] number 1"]),
        (('label = "asha"', 'label = "asha\\n"'), ["[[variants]] number 1"]),
        (('name = "tiny"', 'name = "tiny\\n"'), ["`name` begins with a letter"]),
        (('name = "tiny"', 'name = "ti\\nny"'), ["`name` begins with a letter"]),
        (('"digits-mlp"', '"digits-mlp\\n"'), ["unknown blackbox", "'digits-mlp'"]),
        (("seeds = 2", "seeds = 0"), ["line 5: `seeds` has to be a whole number of at least 1"]),
        (("seeds = 2", 'seeds = "x"'), ["line 5: `seeds` is text, and has to be a whole number or a list"]),
        (("seeds = 2", ""), [": `seeds` is missing; `simdyhpo study init`"]),
        (("seeds = 2", 'seeds = 2\nsampling = "with"'), ["line 6", "'with-replacement'"]),
        (("seeds = 2", "seeds = 2\nclusters = [{ speed = 3 }]"), ["line 6", "cluster number 1", "'speeds'"]),
        (
            ("max_epochs = 30", 'max_epochs = "x"'),
            ["line 7: `max_epochs` is text, and has to be a whole number"],
        ),
        (
            ("budget = { max_epochs = 30 }", "minutes = 0\nbudget = { max_epochs = 30 }"),
            ["line 7", "above 0"],
        ),
        (
            ('scheduler = "asha"\ngrid', "scheduler = 3\ngrid"),
            ["line 14", "number 2: `scheduler` is a whole number"],
        ),
        (("seeds = 2", "sedes = 2"), ["line 5: at the top level", "'sedes'", "'seeds'"]),
        (("seeds = 2", "seeds = "), ["line 5"]),
        (("max_epochs = 30", ""), ["no budget"]),
        (("max_epochs", "max_epoch"), ["in `budget`", "'max_epochs'"]),
        (("grid =", "grids ="), ["[[variants]] number 2", "'grids'", "'grid'"]),
        (("[2, 4]", "[]"), ["[[variants]] number 2", "line 15", "`grid` is empty"]),
        (("[2, 4]", "2"), ["line 15: in [[variants]] number 2", "has to be a list"]),
        (("reduction_factor", "reduction"), ["'reduction_factor'"]),
        (('scheduler = "asha"\ngrid', 'scheduler = "ahsa"\ngrid'), ["'asha'"]),
        (("grid =", "options = { reduction_factor = 3 }\ngrid ="), ["`options` and in `grid`"]),
        (('blackboxes = ["digits-mlp", "mine"]', ""), ["blackboxes"]),
    ],
)
def test_mistakes_are_found_before_anything_runs(file, change, texts):
    assert change[0] in TEXT
    file.write_text(TEXT.replace(*change))
    with pytest.raises(SimdyhpoError) as raised:
        load_study(file)
    for text in [str(file), *texts]:
        assert text in str(raised.value)
    assert "\n" not in str(raised.value)
    assert "line " in str(raised.value) or " is missing" in str(raised.value)


def test_lines_are_found_by_names():
    text = """# "asha" in a note
a = ["x", "asha"]
b = { asha = 2, "ash" = 3 }
c.ash = 4
scheduler = 'sh'
scheduler = "mine:ASHA"
"""
    for name, line in (("asha", 3), ("x", 2), ("ash", 3), ("sh", 5), ("mine:ASHA", 6), ("ASHA", None)):
        assert line_with(text, name) == line, name


def test_lines_are_found_in_sections_and_tables():
    text = """a = 1
b = [
  1,
]
[budget]
max_epochs = 3
[[variants]]
scheduler = "asha"
[[variants]]
label = "x"
"scheduler" = "y"
"""
    for keys, line in (
        (("a",), 1),
        (("b", 0), 2),
        (("budget", "max_epochs"), 6),
        (("budget", "max_seconds"), 5),
        (("variants", 0, "scheduler"), 8),
        (("variants", 1, "scheduler"), 11),
        (("variants", 1, "options", "x"), 9),
        (("scheduler",), None),
        ((), None),
    ):
        assert line_of(text, keys) == line, keys


def test_a_file_that_is_no_text(file):
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(SimdyhpoError, match="not a TOML file"):
        load_study(file)
    with pytest.raises(OutputError, match="check the path"):
        load_study(file.with_name("none.toml"))


@pytest.mark.parametrize("name", shipped_studies())
def test_a_shipped_study_says_what_it_asks_and_no_more_than_it_knows(name):
    study = load_study(find_study(name))
    assert study.name == name
    assert study.question.endswith("?")
    assert study.minutes is None  # `study check` measures it: a number here would grow old


def test_the_studies_promised_are_shipped():
    assert {"quick", "probability_sh", "workers", "ablation"} <= set(shipped_studies())
    with pytest.raises(UnknownNameError, match="did you mean 'quick'"):
        find_study("quik")


def test_a_study_of_more_runs_than_can_be_planned_is_refused_at_once(tmp_path):
    """A billion seeds took all memory before a word was said."""
    path = tmp_path / "endless.toml"
    path.write_text(
        'name = "endless"\nblackboxes = ["digits-mlp"]\nseeds = 1_000_000_000\nworkers = [1, 2]\n'
        'budget = { max_epochs = 1 }\n[[variants]]\nscheduler = "asha"\n'
    )
    with pytest.raises(SimdyhpoError, match="asks for 2,000,000,000 runs, more than 4,000,000"):
        load_study(path)


def test_a_study_of_more_workers_than_a_run_has_is_refused(file):
    file.write_text(file.read_text().replace("workers = [1, 2]", "workers = [1, 1_000_000_000_000]"))
    with pytest.raises(SimdyhpoError, match="a run has at most 1,000,000"):
        load_study(file)

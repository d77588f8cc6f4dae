"""The table of figures: everything in it exists, and the scripts in plots/ are its rows."""

import importlib
from pathlib import Path

import pytest

from simdyhpo.errors import SimdyhpoError, UnknownNameError
from simdyhpo.reproduction.paper import PAPER, REACHED
from simdyhpo.reproduction.quick import QUICK
from simdyhpo.reproduction.registry import FIGURES, chosen, studies
from simdyhpo.reproduction.reproduce import study_of
from simdyhpo.reproduction.script import draw_figure
from simdyhpo.tables.blackboxes import shipped_files

PLOTS = Path(__file__).parents[2] / "plots"


def test_every_function_and_study_exists():
    for spec in FIGURES.values():
        module, _, name = spec.function.partition(":")
        assert callable(getattr(importlib.import_module(f"simdyhpo.reproduction.{module}"), name))
    for name in studies():
        assert study_of(name, quick=False).name == name


def test_quick_versions_are_the_studies_made_small_and_need_shipped_tables_only():
    shipped = set(shipped_files())
    assert set(QUICK) == {
        name for name in studies() if set(study_of(name, quick=False).blackboxes) <= shipped
    }
    for name in QUICK:
        full, quick = study_of(name, quick=False), study_of(name, quick=True)
        assert quick.variants == full.variants
        assert len(quick.cells()) < len(full.cells())
        assert set(quick.blackboxes) <= shipped
        assert set(quick.blackboxes) <= set(full.blackboxes)


OTHERS = {"board", "demo_anytime", "faults", "first_look", "plateau", "scaling"}
"""Figures that are drawn from other things than a study's registered cells."""


def test_every_figure_has_its_script_and_every_script_its_figure():
    scripts = {path.stem: path.read_text() for path in PLOTS.glob("*.py") if path.stem not in OTHERS}
    assert set(scripts) == {name.replace("-", "_") for name in FIGURES}
    for name, spec in FIGURES.items():
        text = scripts[name.replace("-", "_")]
        assert f'draw_figure("{name}")' in text
        assert f"study `{spec.study}`" in text
        assert len(text.splitlines()) < 10


def test_names_stand_for_one_figure_a_study_or_all():
    assert list(chosen("lcbench-cd")) == ["lcbench-cd"]
    assert set(chosen("taskset")) == {name for name, spec in FIGURES.items() if spec.study == "taskset"}
    assert chosen("all") == FIGURES
    assert {spec.study for spec in chosen("all", quick=True).values()} == set(QUICK)
    with pytest.raises(SimdyhpoError, match="taskset-untrained-epochs: has no small version"):
        chosen("taskset-untrained-epochs", quick=True)
    with pytest.raises(UnknownNameError, match="did you mean 'lcbench-cd'"):
        chosen("lcbench-dc")


def test_the_papers_numbers_are_ordered_as_it_says():
    for suite, methods in PAPER.items():
        assert suite in REACHED
        dyhpo = methods["dyhpo-p0"]
        for method in methods.values():
            assert dyhpo.regrets <= method.regrets
            assert dyhpo.rank <= method.rank


def test_a_script_needs_two_folders_and_a_studys_results(tmp_path):
    name = next(iter(FIGURES))
    with pytest.raises(SystemExit, match="give two folders"):
        draw_figure(name, [str(tmp_path)])
    with pytest.raises(SystemExit, match=r"^error: "):
        draw_figure(name, [str(tmp_path / "none"), str(tmp_path / "out")])

"""`simdyhpo.board.stand`: the same in Python, as frames."""

import numpy as np
import pytest
from matplotlib.figure import Figure

import simdyhpo
from simdyhpo.analysis.paired import paired_runs
from simdyhpo.analysis.power import smallest_shown, spread
from simdyhpo.board.standing_frames import ABOVE, BELOW
from simdyhpo.errors import SimdyhpoError, UnknownNameError
from simdyhpo.runs.front_door import simulate
from simdyhpo.testing.broken import LawBroken
from tests.board.mine import Boastful, Choosy, Fine

TABLES = ["digits-mlp", "taskset-patch32-gru64-avg-bs128"]


@pytest.fixture(scope="module")
def found(made):
    return simdyhpo.board.stand("asha", {"reduction_factor": 4}, board=made, jobs=1)


def test_frames_are_about_the_same_runs(found):
    assert found.label == "asha reduction_factor=4"
    assert found.ranked
    assert sorted(found.ranking["label"]) == sorted(["asha", "asha-2", "random", found.label])
    assert found.tables["blackbox"].tolist() == TABLES
    settings = {"max_epochs": 100, "options": {"reduction_factor": 4}}
    lasts = [
        np.mean([simulate(name, "asha", seed=seed, **settings).regret for seed in (0, 1)]) for name in TABLES
    ]
    assert found.tables["regret"].tolist() == pytest.approx(lasts)
    last = found.regrets[found.regrets["mark"] == 100].groupby("label")["normalised"].mean()
    assert last[found.label] == pytest.approx(np.mean(lasts))
    assert (found.duels[["won", "tied", "lost"]].sum(axis=1) == 2).all()
    assert found.seconds_per_decision > 0


def test_neighbours_and_tests_agree_with_the_ranking(found):
    order = found.ranking["label"].tolist()
    place = order.index(found.label)
    near = {
        where: order[at] for where, at in ((ABOVE, place - 1), (BELOW, place + 1)) if 0 <= at < len(order)
    }
    assert found.nearest == near
    tests = found.tests.set_index("label")
    assert set(tests.index) == set(order) - {found.label}
    for where, label in near.items():
        assert tests.loc[label, "where"] == where
    assert (tests["pairs"] == 4).all()
    rows = found.found.field.rows.assign(x=np.log10(np.maximum(found.found.field.marks[:, -1], 1e-4)))
    for label in tests.index:
        runs = paired_runs(rows, label, found.label, "x")
        assert tests.loc[label, "difference"] == pytest.approx(runs.values.mean())
        assert tests.loc[label, "smallest"] == pytest.approx(smallest_shown(spread(runs), 2, 2), nan_ok=True)
    # Four pairs can't tell anything at the level of 5 %.
    assert set(tests["verdict"]) <= {"too few pairs to tell", "no difference shown", ""}
    assert f"{found.label}: place {place + 1} of 4" in found.words


def test_it_draws_and_shows_itself(found):
    for kind in ("regret", "critical_difference"):
        axes = Figure().subplots()
        assert found.plot(kind, ax=axes) is axes
        assert axes.lines
    axes = found.plot(suite="digits", ax=Figure().subplots())
    assert axes.get_title(loc="left") == "digits, 1 table"
    with pytest.raises(UnknownNameError, match="did you mean 'regret'"):
        found.plot("regrets")
    with pytest.raises(UnknownNameError, match="suite"):
        found.plot(suite="digit")
    page = found._repr_html_()
    assert "<svg" in page or "data:image/svg" in page
    assert "asha reduction_factor=4: place" in repr(found)
    assert "Where it stands on board 7" in found.report()


def test_a_class_runs_here_and_always_anew(made, tmp_path):
    found = simdyhpo.board.stand(Fine, board=made, out=tmp_path, quick=True)
    assert found.duels.set_index("label").loc["random"].tolist() == [0, 2, 0]
    # Its only neighbour with the same runs says so.
    assert found.tests.set_index("label").loc["random", "difference"] == 0
    again = simdyhpo.board.stand(Fine, board=made, out=tmp_path, quick=True)
    assert again.ranking.equals(found.ranking)


def test_a_class_that_fails_is_ranked_on_none(made):
    found = simdyhpo.board.stand(Choosy, board=made, quick=True)
    assert not found.ranked
    assert found.failures == {TABLES[1]: "RuntimeError: minima are not for me"}
    assert "not ranked: it failed on 1 of 2 tables" in repr(found)
    assert "<svg" not in found._repr_html_()
    for name in ("tests", "duels", "tables", "nearest"):
        with pytest.raises(SimdyhpoError, match="nothing to compare"):
            getattr(found, name)


def test_a_class_that_breaks_a_law_is_told(made):
    with pytest.raises(LawBroken, match="nothing was run"):
        simdyhpo.board.stand(Boastful, board=made)
    with pytest.raises(UnknownNameError, match="law"):
        simdyhpo.board.stand(Boastful, board=made, without_laws=["law"])


def test_both_names_of_a_board_are_the_packages():
    assert simdyhpo.board.stand is simdyhpo.board.stand
    assert "board" in dir(simdyhpo)
    with pytest.raises(AttributeError):
        simdyhpo.board.sit  # noqa: B018

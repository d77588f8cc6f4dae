"""A run that decided nothing has a page, which leaves out what it can't show."""

import pytest

from simdyhpo.decisions import Wait
from simdyhpo.html_report.report import html_report
from simdyhpo.runs.front_door import simulate
from simdyhpo.schedulers.random_search import RandomSearch
from simdyhpo.tables.blackboxes import load_blackbox
from simdyhpo.traces.write import write_run


class NeverStarts(RandomSearch):
    """Says at once that nothing is left."""

    def ask(self, now_ns):
        return Wait(exhausted=True)


@pytest.fixture
def folder(tmp_path):
    result = simulate(load_blackbox("digits-mlp"), f"{__name__}:NeverStarts", max_epochs=9)
    assert (len(result.log), result.end_ns, result.ended_by) == (0, 0, "exhausted")
    write_run(result, tmp_path / "run")
    return tmp_path / "run"


def test_the_page(folder):
    page = html_report(folder)
    assert "digits-mlp" in page
    assert "exhausted" in page
    for section in ("figures", "decisions", "cluster"):
        assert f'id="{section}"' not in page

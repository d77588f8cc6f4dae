"""Two numbers that differ never look alike in an error."""

import pytest

from simdyhpo.cli.main import main

IMPORT = ["blackbox", "import", "f.csv", "--out", "f.npz", "--value", "loss", "--resource", "at"]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (
            "lr,at,loss\n0.1,0.1,.9\n0.1,0.2,.8\n0.1,0.30000000000000004,.7\n0.2,0.1,.9\n0.2,0.2,.5\n0.2,0.3,.4\n",
            ["row 3 reports at 0.30000000000000004", "no report at at 0.3;", "they differ by rounding"],
        ),
        (
            "lr,at,loss\n0.1,1000000,.9\n0.1,2000001,.7\n0.2,1000000,.9\n0.2,2000000,.7\n",
            ["row 2 reports at 2000001", "no report at at 2000000;"],
        ),
        (
            "lr,at,loss\n0.1,2000001,.9\n0.1,2000001,.7\n",
            ["row 1 and row 2 both report at 2000001 of one configuration"],
        ),
        (
            "lr,at,loss\n0.1,9007199254740993,.9\n0.1,9007199254740992,.7\n",
            ["'at' holds numbers above 9,007,199,254,740,992 that no float tells apart"],
        ),
    ],
)
def test_told_apart(text, parts, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "f.csv").write_text(text)
    assert main(IMPORT) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    for part in parts:
        assert part in error
    assert ("rounding" in error) == ("0.3" in text)


def test_times(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "f.csv").write_text("lr,at,s,loss\n0.1,1,1000000.2,.9\n0.1,2,1000000.1,.7\n")
    assert main([*IMPORT, "--seconds", "s"]) == 2
    assert "time falls from 1000000.2 to 1000000.1 seconds" in capsys.readouterr().err

"""Machines that are set up oddly: no home, a locked installation, an ASCII locale, strange paths."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from simdyhpo import CurveTable

pytestmark = pytest.mark.once

ROOT = Path(__file__).parents[2]
STRANGE = "a folder, ünd größe 日本"

LOCKED = """
import os, sys

def guard(event, given):
    if event == "open" and isinstance(given[2], int) and given[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
        written = given[0]
    elif event in ("os.mkdir", "os.rename", "os.remove", "os.rmdir"):
        written = given[0]
    else:
        return
    if isinstance(written, str) and os.path.abspath(written).startswith(LOCKED):
        raise PermissionError(13, "Permission denied", written)

LOCKED = os.environ["LOCKED"]
sys.addaudithook(guard)
"""
"""Refuses every write below a folder: permissions would not stop root, as whom tests may run."""

SESSION = """
import sys
from simdyhpo.cli.main import main
for words in (
    ["blackbox", "list"],
    ["blackbox", "suites"],
    ["run", "--blackbox", "digits-mlp", "--scheduler", "asha", "--max-epochs", "20", "--out", "run"],
    ["trace", "explain", "run", "--decision", "3"],
    ["trace", "replay", "run", "--until", "4", "--instead", "start:7@1", "--out", "what-if"],
):
    status = main(words)
    assert status == 0, words
"""
"""Lists, simulates, reads, draws a figure."""


def session(folder, script=SESSION, *words, **environment):
    """Run a script in a folder, with nothing of this environment but what it needs to start."""
    needed = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}
    return subprocess.run(
        [sys.executable, "-c", script, *words],
        check=False,
        cwd=folder,
        env={"PYTHONPATH": str(ROOT), **needed, **environment},
        capture_output=True,
        text=True,
        encoding="utf-8",
    )


def assert_fine(done):
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    return done


@pytest.mark.parametrize("home", [{}, {"HOME": "/nowhere/at/all"}], ids=["unset", "missing"])
def test_no_home_folder(tmp_path, home):
    assert_fine(session(tmp_path, **home))
    assert (tmp_path / "what-if" / "futures.png").stat().st_size > 0


def test_an_installation_that_can_not_be_written(tmp_path):
    installed, work = tmp_path / "installed", tmp_path / "work"
    shutil.copytree(ROOT / "simdyhpo", installed / "simdyhpo", ignore=shutil.ignore_patterns("__pycache__"))
    (installed / "simdyhpo" / "shipped").mkdir()
    shutil.copytree(ROOT / "blackboxes" / "digits-mlp", installed / "simdyhpo" / "shipped" / "digits-mlp")
    (tmp_path / "sitecustomize.py").write_text(LOCKED)
    work.mkdir()
    path = os.pathsep.join([str(tmp_path), str(installed)])
    before = sorted(installed.rglob("*"))
    script = "import simdyhpo; print(simdyhpo.__file__)\n" + SESSION
    done = assert_fine(session(work, script, PYTHONPATH=path, LOCKED=str(installed), HOME=str(work)))
    assert done.stdout.startswith(str(installed))
    assert sorted(installed.rglob("*")) == before


ASCII = {
    "LC_ALL": "C",
    "LANG": "C",
    "PYTHONUTF8": "0",
    "PYTHONCOERCECLOCALE": "0",
    "PYTHONIOENCODING": "ascii",
}


def test_an_ascii_locale_and_letters_that_it_lacks(tmp_path):
    folder = tmp_path / STRANGE
    folder.mkdir()
    columns = {"größe": ["ä", "日"]}
    table = CurveTable.from_arrays([[3.0, 2], [2, 1]], [[1.0, 2], [1, 2]], columns, mode="min", name="münze")
    table.save(folder / "münze.npz")
    (folder / "läufe.csv").write_text("größe,epoch,loss\nä,1,0.5\nß,1,0.25\n", encoding="utf-8")
    (folder / "studie.toml").write_text(
        'name = "muesli"\nquestion = "Was ist größer?"\nblackboxes = ["digits-mlp"]\nseeds = 1\n'
        'budget = { max_epochs = 4 }\n[[variants]]\nlabel = "asha"\nscheduler = "asha"\n'
        '[[variants]]\nscheduler = "random"\n',
        encoding="utf-8",
    )
    script = "import sys; from simdyhpo.cli.main import main; sys.exit(main())"
    said = {}
    check = "golden check gölden.jsonl --blackbox münze.npz"
    for line, status in (
        ("run --blackbox münze.npz --scheduler random --max-epochs 3 --out läufe/größe", 0),
        ("trace explain läufe/größe --decision 0", 0),
        ("golden record gölden.jsonl --blackbox münze.npz --scheduler random --max-epochs 3", 0),
        (check, 0),
        ("blackbox import läufe.csv --out eigene.npz --value loss --resource epoch", 0),
        ("blackbox check eigene.npz", 0),
        ("study run studie.toml --tables . --out ergebnisse-ü --jobs 1", 0),
        ("study report studie.toml --tables . --out ergebnisse-ü --save bericht-ü", 0),
        ("run --blackbox größe --scheduler asha --max-epochs 1 --out x", 2),
        ("blackbox import läufe.csv --out größe.npz --value loss --resource epoch", 2),
    ):
        done = said[line] = session(folder, script, *line.split(), **ASCII, HOME=str(tmp_path))
        assert done.returncode == status, (line, done.stderr)
        assert "Traceback" not in done.stderr
    assert "g\\udcc3\\udcb6lden.jsonl: agrees" in said[check].stdout  # codes, where letters can't be shown
    manifest = json.loads((folder / "läufe" / "größe" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["spec"]["blackbox"]["name"] == "münze"
    assert "größer" in (folder / "bericht-ü" / "report.md").read_text(encoding="utf-8")


def test_paths_with_spaces_and_more(tmp_path):
    folder = tmp_path / STRANGE / "'quoted' & $HOME; #%"
    folder.mkdir(parents=True)
    assert_fine(session(folder, HOME=str(folder)))

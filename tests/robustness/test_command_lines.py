"""Thousands of command lines that nobody meant: never a traceback, and a documented status.

Seeded, so that what fails once fails again.
"""

import warnings

import click
import pytest

from simdyhpo.cli.examples import commands_of
from simdyhpo.cli.main import main, root
from simdyhpo.streams import Streams

COMMANDS = dict(commands_of(root))
GOOD, NO, BAD_INPUT = 0, 1, 2

NASTY = [
    "", " ", "-", "--", "-1", "0", "1", "1e999", "-1e-999", "nan", "inf", "none", "None", "true", "1,2", ",",
    "9999999999999999999999", "0x10", "1_0", "ü", "日本", "\U0001f600", "a b", "a\nb", "a\tb", "'", '"', "\\",
    "%s", "{}", "..", ".", "/", "nowhere", "nowhere/table.npz", "a/b/c.parquet", "x=", "=x", "x=y=z", "a,b",
    "searcher=random", "steps=nan", "module:Class", ":", "os:system", "json:JSONDecoder", "*", "[", "~",
    "~nobody/x", "file.npz", "file.toml", "file.csv", "\udcff", "digits-mlp", "random", "asha", "-h",
    "--help", "--version", "--json", "--no-such-option",
]  # fmt: skip
SLOW = {"demo", "sweep", "study run", "study check", "blackbox fetch"}
"""These do much, or ask the network, when they are asked right: they are only asked wrong."""


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name, content in {
        "file.npz": b"PK\x03\x04 no table",
        "file.toml": b'name = "x"\nseeds = 0\n',
        "file.csv": b"a,b\n1,\n",
    }.items():
        (tmp_path / name).write_bytes(content)
    return tmp_path


def command_line(dice, name):
    """A command with some of its options and arguments, each with anything."""
    words = name.split()
    parameters = COMMANDS[name].params
    for parameter in parameters:
        required = isinstance(parameter, click.Argument) or parameter.required
        if dice.random() < (0.9 if required else 0.25):
            if isinstance(parameter, click.Option):
                words.append(parameter.opts[0])
            if not getattr(parameter, "is_flag", False):
                words.append(NASTY[dice.integers(len(NASTY))])
    if dice.random() < 0.3:
        words.insert(int(dice.integers(1, len(words) + 1)), NASTY[dice.integers(len(NASTY))])
    if name in SLOW:
        words.append("--no-such-option")
    return words


@pytest.mark.parametrize("name", COMMANDS)
def test_never_a_traceback(name, here, capsys):
    dice = Streams(0).generator(f"command lines/{name}")
    for _ in range(40):
        words = command_line(dice, name)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                status = main(words)
            except BaseException as error:
                raise AssertionError(f"{words} raised {error!r}") from error
        said = capsys.readouterr()
        assert status in (GOOD, NO, BAD_INPUT), words
        if status == BAD_INPUT:
            assert said.err.startswith(("error: ", "warning: ")), (words, said.err)
            assert "Traceback" not in said.err


MEANT = [
    "run --blackbox digits-mlp --scheduler asha --workers 2 --seed 1 --max-epochs 9 --out out",
    "run --blackbox digits-mlp --scheduler hyperband --option sizes=table --max-seconds 0.1 --out out",
    "run --blackbox digits-mlp --scheduler random --max-trials 2 --sampling with-replacement --out out",
    "golden record new.jsonl --blackbox digits-mlp --scheduler sh --max-decisions 4",
    "golden check golden.jsonl --tolerant --tolerance 0.1",
    "trace show run --head 3 --format csv",
    "trace explain run --decision 3",
    "trace diff run run --tolerance 0.1 --json",
    "trace replay run --until 3 --instead start:3@2 --out what-if",
    "scheduler show hyperband-async --max-resource 9 --option brackets=2",
    "blackbox import rows.csv --out rows.npz --value loss --resource epoch --repeats sampled --seed 1",
    "blackbox import rows.csv --out rows.npz --value loss --resource epoch --seconds time --mode max",
    "study status study.toml --out results",
    "study report study.toml --out results --baseline asha --save report",
    "study clean study.toml --out results --stale --yes",
    "compare results results --level 0.1",
]


@pytest.mark.parametrize("line", MEANT)
def test_one_word_wrong(line, here, capsys):
    for made in (
        "run --blackbox digits-mlp --scheduler asha --max-epochs 9 --out run",
        "golden record golden.jsonl --blackbox digits-mlp --scheduler asha --max-epochs 9",
    ):
        assert main(made.split()) == 0
    (here / "rows.csv").write_text("lr,epoch,loss,time\n1,1,0.5,1\n1,2,0.25,2\n2,1,3,1\n2,2,inf,2\n")
    (here / "study.toml").write_text(
        'name = "s"\nblackboxes = ["digits-mlp"]\nseeds = 1\nbudget = { max_epochs = 3 }\n'
        '[[variants]]\nscheduler = "asha"\n'
    )
    dice = Streams(0).generator(f"one word wrong/{line}")
    for _ in range(20):
        words = line.split()
        place = int(dice.integers(1, len(words)))
        match dice.integers(4):
            case 0:
                del words[place]
            case 1:
                words.insert(place, NASTY[dice.integers(len(NASTY))])
            case 2 if "=" in words[place]:
                words[place] = words[place].partition("=")[0] + "=" + NASTY[dice.integers(len(NASTY))]
            case _:
                words[place] = NASTY[dice.integers(len(NASTY))]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                status = main(words)
            except BaseException as error:
                raise AssertionError(f"{words} raised {error!r}") from error
        assert status in (GOOD, NO, BAD_INPUT), words
    capsys.readouterr()


def test_any_word_as_a_command(here, capsys):
    for group in ([], ["trace"], ["study"], ["blackbox"], ["golden"], ["scheduler"]):
        for word in NASTY:
            assert main([*group, word]) in (GOOD, BAD_INPUT), (group, word)
    capsys.readouterr()

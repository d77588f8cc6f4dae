"""Plausible mistakes of newcomers: what was typed, and in which file, by kind.

`python -m tools.fill_mistakes` carries out each and writes docs/mistakes.md; a test asks for the same lines.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Mistake:
    """One mistake, tried in a folder that holds what `READY` has made.

    Attributes:
        typed: a command without `simdyhpo`, or a line of Python.
        study: lines of `mine.toml` instead of those of `STUDY`, each by the one that it replaces; "": none.
    """

    typed: str
    study: Mapping[str, str] = field(default_factory=dict)

    @property
    def python(self) -> bool:
        """Whether it is a line of Python."""
        return "(" in self.typed


STUDY = """\
name = "mine"
blackboxes = ["digits-mlp"]
seeds = 2
budget = { max_epochs = 20 }

[[variants]]
scheduler = "asha"

[[variants]]
scheduler = "random"
"""

READY = (
    "run --blackbox digits-mlp --scheduler asha --max-epochs 20 --out runs/asha",
    "golden record asha.jsonl --blackbox digits-mlp --scheduler asha --max-epochs 20",
)
"""Commands that went well before."""

FILES = {
    "mine.toml": STUDY,
    "curves.csv": "lr,epoch,loss\n0.1,1,0.5\n0.1,2,0.4\n0.2,1,0.6\n0.2,2,0.3\n",
    "words.csv": "lr,epoch,loss\n0.1,1,good\n0.1,2,bad\n",
    "notes.txt": "to do\n",
}


def _studies(*changes: tuple[str, str]) -> list[Mistake]:
    return [Mistake("study run mine.toml --out results", dict([change])) for change in changes]


MISTAKES: Mapping[str, Sequence[Mistake]] = {
    "A run": [
        Mistake("rnu --blackbox digits-mlp --scheduler asha --max-epochs 20 --out new"),
        Mistake("run --scheduler asha --max-epochs 20 --out new"),
        Mistake("run --blackbox digit-mlp --scheduler asha --max-epochs 20 --out new"),
        Mistake("run --blackbox mine.npz --scheduler asha --max-epochs 20 --out new"),
        Mistake("run --blackbox curves.csv --scheduler asha --max-epochs 20 --out new"),
        Mistake("run --blackbox lcbench-volkert-accuracy --scheduler asha --max-epochs 20 --out new"),
        Mistake("run --blackbox digits-mlp --scheduler ahsa --max-epochs 20 --out new"),
        Mistake("run --blackbox digits-mlp --scheduler mine:Mine --max-epochs 20 --out new"),
        Mistake("run --blackbox digits-mlp --scheduler asha --out new"),
        Mistake("run --blackbox digits-mlp --scheduler asha --epochs 20 --out new"),
        Mistake("run --blackbox digits-mlp --scheduler asha --max-epochs 1e3 --out new"),
        Mistake("run --blackbox digits-mlp --scheduler asha --max-epochs 20 --workers 0 --out new"),
        Mistake("run --blackbox digits-mlp --scheduler asha --max-epochs 20 --out runs/asha"),
        Mistake("run --blackbox digits-mlp --scheduler asha --max-epochs 20 --option eta=4 --out new"),
        Mistake(
            "run --blackbox digits-mlp --scheduler asha --max-epochs 20 --option reduction_factor=1 --out new"
        ),
        Mistake(
            "run --blackbox digits-mlp --scheduler asha --max-epochs 20 --option reduction_factor 4 --out new"
        ),
        Mistake(
            "run --blackbox digits-mlp --scheduler dyhpo --max-epochs 20 --option searcher=dyhpo2 --out new"
        ),
        Mistake(
            "run --blackbox digits-mlp --scheduler priorband --max-epochs 20 --option prior=lr=0.1 --out new"
        ),
        Mistake(
            "run --blackbox digits-mlp --scheduler priorband --max-epochs 9 --option prior=quantile:5 --out x"
        ),
        Mistake("run --blackbox digits-mlp --scheduler asha --max-epochs 20 --cluster spot --out new"),
        Mistake("run --blackbox digits-mlp --scheduler asha --max-epochs 20 --score test_accuracy --out new"),
        Mistake(
            "run --blackbox digits-mlp --scheduler asha --max-epochs 20 --sampling replacement --out new"
        ),
    ],
    "Comparisons and sweeps": [
        Mistake("versus asha --blackbox digits-mlp"),
        Mistake("versus asha dyhpo probability_sh=0 --blackbox digits-mlp"),
        Mistake("versus asha asha --blackbox digits-mlp"),
        Mistake("versus asha random --blackbox digits-mlp lcbench-kc1"),
        Mistake("versus asha random --blackbox digits-mlp --seeds 0,1,2"),
        Mistake("sweep eta --scheduler asha --values 2,3 --blackbox digits-mlp"),
        Mistake("sweep reduction_factor --scheduler asha --values 2 --blackbox digits-mlp"),
        Mistake("compare results runs/asha"),
        Mistake("reproduce lcbench-dataset"),
    ],
    "The board": [
        Mistake("board run mine:Mine --quick"),
        Mistake("board run ahsa --quick"),
        Mistake("board run asha --part eight-worker --quick"),
        Mistake("board run asha --quick --without-law cost-law"),
        Mistake("board show --suite lcbenc"),
        Mistake("board show --seeds 11"),
        Mistake("board show --board runs"),
        Mistake("board check --cells 0"),
    ],
    "Studies": [
        Mistake("study run my.toml --out results"),
        Mistake("study run runs/asha --out results"),
        Mistake("study report mine.toml --out results"),
        *_studies(
            ('name = "mine"', "name = mine"),
            ("seeds = 2", "seeds = 0"),
            ("seeds = 2", 'seeds = "ten"'),
            ("seeds = 2", "seed = 2"),
            ("seeds = 2", ""),
            ("budget = { max_epochs = 20 }", "budget = { epochs = 20 }"),
            ("budget = { max_epochs = 20 }", "max_epochs = 20"),
            ('blackboxes = ["digits-mlp"]', 'blackboxes = "digits-mlp"'),
            ('blackboxes = ["digits-mlp"]', 'blackboxes = ["mnist"]'),
            ('scheduler = "random"', 'scheduler = "asha"'),
            ('scheduler = "random"', 'scheduler = "randm"'),
            ('scheduler = "random"', 'scheduler = "asha"\nlabel = "wide"\noptions = { eta = 4 }'),
        ),
    ],
    "Tables of your own": [
        Mistake("blackbox import curves.csv --out mine.npz --value accuracy --resource epoch --mode max"),
        Mistake("blackbox import curves.csv --out mine.npz --value loss --resource step --mode min"),
        Mistake("blackbox import words.csv --out mine.npz --value loss --resource epoch --mode min"),
        Mistake("blackbox import nowhere.csv --out mine.npz --value loss --resource epoch --mode min"),
        Mistake("blackbox check notes.txt"),
        Mistake("blackbox make lcbanch"),
    ],
    "What a run left": [
        Mistake("trace show runs/asah"),
        Mistake("trace show runs"),
        Mistake("trace explain runs/asha --decision 4000"),
        Mistake("trace show runs/asha --where decision=PROMOTE"),
        Mistake("trace calibration runs/asha"),
        Mistake("trace diff runs/asha asha.jsonl"),
        Mistake("report notes.txt"),
        Mistake("golden check runs/asha"),
        Mistake("golden record asha.jsonl --blackbox digits-mlp --scheduler asha --max-epochs 20"),
    ],
    "Python": [
        Mistake('simdyhpo.simulate("digits", "asha", max_epochs=20)'),
        Mistake('simdyhpo.simulate("digits-mlp", "asha")'),
        Mistake('simdyhpo.simulate("digits-mlp", "asha", max_epochs="20")'),
        Mistake('simdyhpo.simulate("digits-mlp", "asha", max_epochs=20, options={"eta": 4})'),
        Mistake('simdyhpo.simulate("digits-mlp", "asha", max_epochs=20, workers=2.5)'),
        Mistake('simdyhpo.simulate("asha", "digits-mlp", max_epochs=20)'),
        Mistake('simdyhpo.simulate("digits-mlp", dict, max_epochs=20)'),
        Mistake('simdyhpo.compare("asha", "digits-mlp", max_epochs=20)'),
        Mistake('simdyhpo.compare(["asha"], "digits-mlp", max_epochs=20)'),
        Mistake('simdyhpo.compare(["asha", "random"], [], max_epochs=20)'),
        Mistake('simdyhpo.load_blackbox("digits.csv")'),
        Mistake(
            'simdyhpo.CurveTable.from_arrays([[0.5, 0.4]], [[1, 2]], {"lr": [1, 2]}, name="mine", mode="min")'
        ),
        Mistake(
            'simdyhpo.CurveTable.from_arrays([[0.5, 0.4]], [[1, 2]], {"lr": [1]}, name="mine", mode="lower")'
        ),
        Mistake('simdyhpo.load_study("nowhere")'),
    ],
}
"""By what they are about; each is refused with one line."""

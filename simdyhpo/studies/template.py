"""A study's file to begin with: every key, with a comment."""

from __future__ import annotations

from pathlib import Path

from simdyhpo.errors import OutputError, cant_write

TEMPLATE = """\
# A study: every variant on every blackbox, for every number of workers and every seed.
#   simdyhpo study check {file}     what it asks for, and how long that takes
#   simdyhpo study run {file}       interrupted, the same command goes on
#   simdyhpo study report {file}    tables, differences and tests

name = "{name}"                       # of the folder of results, runs/{name}
question = ""                         # what it is to settle, in a sentence

# Tables by name (`simdyhpo blackbox list`), or paths of your own: "tables/mine.npz"
blackboxes = ["digits-mlp", "lcbench-fashion-mnist"]
workers = [1, 4]                      # numbers of virtual workers
seeds = 5                             # seeds 0 to 4; or a list: [0, 3]

# The first limit that is reached ends a run: max_epochs, max_seconds (simulated), max_trials, max_decisions
budget = {{ max_epochs = 300 }}

# sampling = "with-replacement"       # configurations may start again: for many workers on few of them
# clusters = ["ideal", "flaky"]       # what the workers are like; docs/cluster.md
# minutes = 2                         # what it is expected to take on 2 cores, for readers

# The first variant is whom the others are compared with. `simdyhpo scheduler list` shows whom there is,
# `simdyhpo scheduler show NAME` what each takes as options.
[[variants]]
scheduler = "asha"

[[variants]]
scheduler = "random"

[[variants]]
scheduler = "hyperband"               # or your own: "my_module:Class"
label = "hyperband"                   # in tables and figures; if left out, the scheduler's name
options = {{ reduction_factor = 3 }}    # what differs from the defaults
# grid = {{ reduction_factor = [2, 3] }}  # in place of an option: a variant for each value
"""


def write_template(path: Path) -> None:
    """Write a study's file to begin with, named after the file.

    Raises:
        OutputError: something is there, the file's name is none for a study, or it can't be written.
    """
    if path.suffix != ".toml":
        raise OutputError(f"{path}: let its name end in .toml")
    name = "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in path.stem).strip(
        "-"
    )
    text = TEMPLATE.format(file=path, name=name or "study")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise OutputError(f"{path}: exists; choose another name") from None
    except OSError as error:
        raise cant_write(path, error) from None

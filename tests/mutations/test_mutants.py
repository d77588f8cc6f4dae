"""Small golden logs show every fault of the list; see README.md."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.mutations.mutants import MUTANTS

ROOT = Path(__file__).parents[2]
MOST_SURVIVORS = 3

pytestmark = [pytest.mark.mutation, pytest.mark.once]


@pytest.fixture(scope="module")
def show():
    """Says what the golden log of a mutant shows. One process imports the libraries once, and forks."""
    if not hasattr(os, "fork"):
        pytest.skip("mutants run in forks, which this system doesn't have")
    command = [sys.executable, "-m", "tests.mutations.runner"]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as runner:

        def show(number):
            print(number, file=runner.stdin, flush=True)
            return json.loads(runner.stdout.readline())

        yield show
        runner.stdin.close()


def name(number):
    mutant = MUTANTS[number]
    return f"{number}-{mutant.module.rpartition('.')[2]}-{mutant.log}"


@pytest.mark.parametrize("number", range(len(MUTANTS)), ids=name)
def test_the_first_divergence_is_shown(show, number):
    mutant, shown = MUTANTS[number], show(number)
    if mutant.proof:
        assert shown["equal"] is True, f"{mutant.rule}: it no longer survives, so say what is shown"
    else:
        assert shown["equal"] is False, f"{mutant.rule}: {shown['says']}"
        assert mutant.says in shown["says"]


def test_survivors_are_few_and_proved():
    survivors = [mutant for mutant in MUTANTS if not mutant.says]
    assert len(survivors) <= MOST_SURVIVORS
    assert all(mutant.proof for mutant in survivors)
    assert len(MUTANTS) - len(survivors) >= 30


@pytest.mark.parametrize("number", range(len(MUTANTS)), ids=name)
def test_what_is_changed_is_still_there(number):
    mutant = MUTANTS[number]
    source = ROOT.joinpath("simdyhpo", *mutant.module.split(".")).with_suffix(".py").read_text()
    assert source.count(mutant.old) == 1
    compile(source.replace(mutant.old, mutant.new), mutant.module, "exec")

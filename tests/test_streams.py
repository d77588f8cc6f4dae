"""Named streams: each draw has its name and place, in every process and on every machine."""

from __future__ import annotations

import os
import subprocess
import sys
from itertools import islice

import numpy as np
import pytest

from simdyhpo.streams import DecisionCoin, Streams, in_blocks

PERMUTATION = [8, 5, 7, 9, 2, 6, 3, 0, 1, 4]
COIN = 0.07336747395769816
DRAWN = """
from simdyhpo.streams import Streams
print(Streams(7).generator("candidates").permutation(20).tolist(), Streams(7).uniforms("coin")[2000])
"""


def first(seed, name, count=8):
    return Streams(seed).generator(name).random(count).tolist()


def test_equal_seed_and_name_give_equal_draws():
    assert first(3, "a") == first(3, "a")


@pytest.mark.parametrize(("seed", "name"), [(4, "a"), (3, "b"), (3, ""), (3, "A"), (2**70, "a")])
def test_another_seed_or_name_gives_other_draws(seed, name):
    assert not set(first(3, "a")) & set(first(seed, name))


def test_a_generator_is_fresh_every_time():
    """So a draw from one can't shift another, not even of the same name."""
    streams = Streams(0)
    used = streams.generator("a")
    used.random(100)
    assert streams.generator("a").random(8).tolist() == first(0, "a")


def test_draws_are_written_down():
    """They must never change: recorded runs depend on them."""
    assert Streams(0).generator("candidates").permutation(10).tolist() == PERMUTATION
    assert Streams(0).uniforms("probability_sh")[0] == COIN


@pytest.mark.parametrize("hash_seed", ["0", "1"])
def test_draws_do_not_depend_on_the_process(hash_seed):
    environment = os.environ | {"PYTHONHASHSEED": hash_seed}
    run = subprocess.run([sys.executable, "-c", DRAWN], env=environment, capture_output=True, check=True)
    streams = Streams(7)
    here = f"{streams.generator('candidates').permutation(20).tolist()} {streams.uniforms('coin')[2000]}\n"
    assert run.stdout.decode() == here


def test_indexed_numbers_keep_their_place():
    ascending, at_once = Streams(1).uniforms("u"), Streams(1).uniforms("u")
    last = at_once[5000]
    assert [ascending[k] for k in range(5001)][-1] == last
    assert [at_once[k] for k in (0, 1023, 1024)] == [ascending[k] for k in (0, 1023, 1024)]
    numbers = np.array([ascending[k] for k in range(5001)])
    assert ((numbers >= 0) & (numbers < 1)).all()
    assert len(set(numbers)) == 5001


def test_a_coin_is_the_same_until_its_decision_is_made():
    coin, uniforms = DecisionCoin(Streams(2).uniforms("c")), Streams(2).uniforms("c")
    assert [coin.random() for _ in range(3)] == [uniforms[0]] * 3
    coin.advance()
    coin.advance()
    assert coin.random() == uniforms[2]


@pytest.mark.parametrize("law", ["random", "standard_normal", "standard_exponential"])
def test_blocks_give_what_single_draws_give(law):
    single, several = (getattr(Streams(3).generator("b"), law) for _ in range(2))
    assert list(islice(in_blocks(several), 300)) == [single() for _ in range(300)]

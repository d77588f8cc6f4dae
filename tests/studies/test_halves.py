"""Where the default is chosen and where it is confirmed follows from a rule that was set beforehand."""

from simdyhpo.studies.files import find_study, load_study
from simdyhpo.tables.blackboxes import shipped_files


def half(suite, count):
    """The 1st, 3rd, 5th, ... table of a suite by name, until there are so many."""
    return sorted(name for name in shipped_files() if name.startswith(f"{suite}-"))[::2][:count]


def test_the_rule_of_the_halves():
    tuned = [*half("lcbench", 17), *half("taskset", 6)]
    every = [name for name in shipped_files() if name.startswith(("lcbench-", "taskset-"))]
    tuning, confirming = (load_study(find_study(name)) for name in ("tuning-half", "confirming-half"))
    assert list(tuning.blackboxes) == tuned
    assert sorted(confirming.blackboxes) == sorted(set(every) - set(tuned))
    assert (len(tuning.blackboxes), len(confirming.blackboxes)) == (23, 24)


def test_they_compare_alike():
    tuning, confirming = (load_study(find_study(name)) for name in ("tuning-half", "confirming-half"))
    assert (tuning.seeds, tuning.budget, tuning.workers) == (
        confirming.seeds, confirming.budget, confirming.workers
    )  # fmt: skip
    tried = {variant.label: variant for variant in tuning.variants}
    assert tried["dyhpo"].options == {}, "the default is what dyhpo is without options"
    assert all(variant == tried.get(variant.label, variant) for variant in confirming.variants)

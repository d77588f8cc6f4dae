"""A proposal agrees with the record of its decision, and with no other; and it has words of its own."""

import msgspec
import pytest

from simdyhpo.decisions import Continue, Pause, Reason, Resume, ScheduleDecision, Start, Stop, Wait
from simdyhpo.rebuilding.proposals import agrees, in_words
from simdyhpo.records import DecisionRecord

RANDOM, PROMOTE, STOP = (
    ScheduleDecision.START_RANDOM,
    ScheduleDecision.PROMOTE_SH,
    ScheduleDecision.STOP,
)


def record(decision, resume_from, milestone):
    return DecisionRecord(
        index=5, time_ns=10, worker=1, trial=3, configuration=7, decision=decision,
        resume_from=resume_from, milestone=milestone,
    )  # fmt: skip


RECORDS = {
    "start": record(RANDOM, 0, 1),
    "resume": record(PROMOTE, 1, 3),
    "continue": record(ScheduleDecision.CONTINUE, 3, 9),
    "stop": record(STOP, 3, 3),
}


@pytest.mark.parametrize(
    ("proposal", "agreeing"),
    [
        (Start(7, 1, RANDOM, Reason(score=0.5)), {"start"}),
        (Start(8, 1, RANDOM), set()),
        (Start(7, 2, RANDOM), set()),
        (Start(7, 1, PROMOTE), set()),
        (Resume(3, 1, 3, PROMOTE), {"resume"}),
        (Resume(4, 1, 3, PROMOTE), set()),
        (Resume(3, 2, 3, PROMOTE), set()),
        (Resume(3, 1, 3, RANDOM), set()),
        (Wait(), set()),
        (Pause(), set()),
        (Stop(), {"stop"}),
    ],
    ids=repr,
)
def test_a_proposal_agrees_with_its_record_alone(proposal, agreeing):
    assert {name for name, one in RECORDS.items() if agrees(proposal, one)} == agreeing


def test_a_verdict_to_continue_is_about_the_milestone():
    assert agrees(Continue(9), RECORDS["continue"])
    assert not agrees(Continue(10), RECORDS["continue"])


def test_whoever_was_resumed_did_not_start():
    """Kind and milestone alone don't tell them apart."""
    resumed = msgspec.structs.replace(RECORDS["start"], resume_from=1, milestone=2)
    assert not agrees(Start(7, 2, RANDOM), resumed)


def test_words():
    said = [in_words(one) for one in (Start(7, 1, RANDOM), Resume(3, 1, 3, PROMOTE), Continue(9))]
    assert said == [
        "START_RANDOM configuration 7 to 1",
        "PROMOTE_SH trial 3 from 1 to 3",
        "continue to 9",
    ]
    assert [in_words(one) for one in (Wait(), Pause(), Stop())] == ["wait", "pause", "stop"]

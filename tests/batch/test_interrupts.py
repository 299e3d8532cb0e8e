from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading

import pytest

from grader.batch import Interrupts


def press() -> None:
    os.kill(os.getpid(), signal.SIGINT)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_first_is_raised_and_later_ones_are_ignored(number):
    before = signal.getsignal(number)
    with Interrupts():
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), number)
        os.kill(os.getpid(), number)
        press()
    assert signal.getsignal(number) is before


def test_what_arrives_in_a_held_block_is_raised_after_it():
    done = []

    def work(interrupts: Interrupts) -> None:
        with interrupts.held():
            press()
            press()
            done.append("the rest")

    with Interrupts() as interrupts:
        with pytest.raises(KeyboardInterrupt):
            work(interrupts)
        work(interrupts)
    assert done == ["the rest", "the rest"]


def test_where_a_held_block_waits_it_can_be_interrupted():
    reached = []

    def work(interrupts: Interrupts) -> None:
        with interrupts.held():
            with interrupts.let_in():
                reached.append("waiting")
            press()
            reached.append("held again")
            with interrupts.let_in():
                reached.append("waiting in vain")

    with Interrupts() as interrupts:
        with pytest.raises(KeyboardInterrupt):
            work(interrupts)
        with interrupts.held(), interrupts.let_in():
            press()
    assert reached == ["waiting", "held again"]


def test_before_it_is_entered_nothing_is_changed():
    interrupts = Interrupts()
    with pytest.raises(KeyboardInterrupt), interrupts.held(), interrupts.let_in():
        press()
    with pytest.raises(KeyboardInterrupt):
        press()


def test_in_another_thread_nothing_is_changed():
    found = []

    def enter() -> None:
        with Interrupts():
            found.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=enter)
    thread.start()
    thread.join()
    assert found == [signal.getsignal(signal.SIGINT)]


def test_after_the_last_block_an_interrupted_process_ends_in_peace():
    script = """
import os, signal
from grader.batch import Interrupts
signal.signal(signal.SIGTERM, signal.SIG_IGN)
with Interrupts(last=True):
    os.kill(os.getpid(), signal.SIGTERM)  # ignored by whoever started this process
    try:
        os.kill(os.getpid(), signal.SIGINT)
    except KeyboardInterrupt:
        print("interrupted")
os.kill(os.getpid(), signal.SIGINT)
print("ended")
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["interrupted", "ended"]

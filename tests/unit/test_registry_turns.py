"""Turns: one at a time, in the order they came, given back whatever happens."""

from __future__ import annotations

import threading
import time

import pytest
from tests.registries import at_once

from assuage.errors import RegistryError
from assuage.registry.turns import Turns, turns_of

LONG = 30.0


def until(done: threading.Event) -> None:
    assert done.wait(LONG)


def test_one_at_a_time() -> None:
    turns, inside, most = Turns(longest_s=LONG), [], []

    def work(number: int) -> None:
        for _ in range(50):
            with turns:
                inside.append(number)
                most.append(len(inside))
                time.sleep(0)
                inside.remove(number)

    at_once(8, work)
    assert len(most) == 8 * 50
    assert set(most) == {1}


def test_in_the_order_they_came() -> None:
    turns, order, threads = Turns(longest_s=LONG), [], []

    def work(number: int) -> None:
        with turns:
            order.append(number)

    with turns:
        for number in range(5):
            threads.append(threading.Thread(target=work, args=(number,)))
            threads[-1].start()
            waited = time.monotonic() + LONG
            while len(turns._waiting) <= number and time.monotonic() < waited:
                time.sleep(0.001)
    for one in threads:
        one.join(LONG)
    assert order == [0, 1, 2, 3, 4]


def test_given_back_when_what_was_done_in_it_fails() -> None:
    turns = Turns(longest_s=0.01)
    for _ in range(2):
        with pytest.raises(ZeroDivisionError), turns:
            raise ZeroDivisionError


def test_who_waits_too_long_is_told_and_is_in_nobodys_way() -> None:
    turns, taken, done = Turns(longest_s=0.05), threading.Event(), threading.Event()

    def hold() -> None:
        with turns:
            taken.set()
            until(done)

    holder = threading.Thread(target=hold)
    holder.start()
    until(taken)
    with pytest.raises(RegistryError, match=r"more than 0\.05 s"), turns:
        pytest.fail("two at a time")
    done.set()
    holder.join(LONG)
    with turns:
        pass


def test_nothing_is_lost_where_many_are_told_that_it_takes_too_long() -> None:
    """Some give up in the instant in which they are handed their turn."""
    turns = Turns(longest_s=0.0002)
    told, had = [], []

    def work(number: int) -> None:
        for _ in range(100):
            try:
                with turns:
                    had.append(number)
                    time.sleep(0.0001)
            except RegistryError:
                told.append(number)

    at_once(8, work)
    assert len(had) + len(told) == 8 * 100
    assert told
    assert had
    with turns:
        assert not turns._waiting


def test_a_file_has_one_row_of_turns_and_another_file_another() -> None:
    one = turns_of("one.db", longest_s=LONG)
    assert turns_of("one.db", longest_s=LONG) is one
    assert turns_of("two.db", longest_s=LONG) is not one

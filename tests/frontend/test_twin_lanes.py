"""Lanes at width one: a width like any other."""

from __future__ import annotations

from typing import Any

import pytest

from asyncir_python.scalars import f32, i32, u32
from asyncir_python.twin import (
    ballot,
    instance,
    lane_all,
    lane_any,
    lane_id,
    lane_max,
    lane_min,
    lane_sum,
    lanes,
    num_instances,
    num_lanes,
    shuffle,
)


def test_one_lane_does_all() -> None:
    assert list(lanes(3)) == [0, 1, 2]
    assert list(lanes(i32(1), 4)) == [1, 2, 3]
    assert list(lanes(-1)) == []
    assert (lane_id(), num_lanes()) == (0, 1)


def test_reductions_keep_value_and_type() -> None:
    for function in (lane_sum, lane_max, lane_min):
        assert (function(i32(5)), type(function(f32(0.5)))) == (5, f32)
    assert shuffle(f32(2.5), i32(7)) == 2.5
    assert (lane_any(False), lane_all(True)) == (False, True)
    assert (ballot(True), ballot(False), type(ballot(True))) == (1, 0, u32)


@pytest.mark.parametrize("function", [lane_sum, lane_max, lane_min])
def test_reductions_take_numbers(function: Any) -> None:
    with pytest.raises(TypeError, match="takes a number, not a bool"):
        function(True)


@pytest.mark.parametrize("function", [lane_any, lane_all, ballot])
def test_votes_take_bools(function: Any) -> None:
    with pytest.raises(TypeError, match="takes a bool, not int: write x != 0"):
        function(1)


def test_a_function_in_no_launch_is_the_only_instance() -> None:
    assert (instance(), num_instances()) == (0, 1)

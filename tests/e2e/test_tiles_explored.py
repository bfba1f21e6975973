"""Wrong versions of the protocol of tile channels (passes/tile_protocol.py), which the explorer must catch."""

from __future__ import annotations

from typing import Any
from unittest.mock import patch

from explored_programs import PROGRAMS, emitted
from xdsl.dialects.builtin import ModuleOp

from asyncir.passes import tile_protocol
from asyncir.reference.explore import Capacities, explore

_IS_LAST = tile_protocol._is_last


def _everybody_is_last(emit: Any, counts: Any, at: Any, parties: int, *, warp: bool) -> Any:
    return _IS_LAST(emit, counts, at, 1, warp=warp)


def _kind(module: ModuleOp, name: str) -> str | None:
    options = {key: value for key, value in PROGRAMS[name].options.items() if key == "lanes"}
    return explore(module, "main", [], capacities=Capacities(8192, 3), preemptions=0, samples=60, workers=3, **options).kind


def test_lanes_that_do_not_meet_before_a_commit() -> None:
    with patch.object(tile_protocol, "_meet", lambda emit: None):
        wrong = emitted.__wrapped__("tiles-lanes")
    assert _kind(wrong, "tiles-lanes") == "data-race"


def test_a_writer_that_does_not_wait_for_the_others() -> None:
    with patch.object(tile_protocol, "_is_last", _everybody_is_last):
        wrong = emitted.__wrapped__("tiles-crowd")
    assert _kind(wrong, "tiles-crowd") in ("data-race", "uninitialised-read", "closed")

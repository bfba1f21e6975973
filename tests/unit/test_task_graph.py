"""The task graph: tasks, channels, edges, arrays, costs, the critical path, and its forms."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import asyncir
from asyncir.errors import InputError
from asyncir.tools.main import main

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


def test_roles() -> None:
    graph = asyncir.compile(EXAMPLES / "roles.mlir").task_graph()
    assert list(graph.tasks) == ["@roles", "@load", "@a", "@b_first", "@b_second"]
    assert set(graph.channels) == {"%loaded", "%passed"}
    assert [graph.tasks[name].reads for name in graph.tasks] == [(), ("%x",), (), (), ()]
    assert [graph.tasks[name].writes for name in graph.tasks] == [(), (), (), ("%out",), ("%out",)]
    through = [(start, end) for start, end, kind in graph.edges if kind in ("fills", "feeds")]
    assert through == [("@load", "%loaded"), ("%loaded", "@a"), ("@a", "%passed"), ("%passed", "@b_first"), ("%passed", "@b_second")]
    assert graph.critical_path()[:3] == ["@roles", "@load", "@a"]
    assert {data["kind"] for _, _, data in graph.graph.edges(data=True)} == {"starts", "ends for", "fills", "feeds"}


def test_costs_are_by_depth_of_loops() -> None:
    cost = asyncir.compile(EXAMPLES / "triad.mlir").task_graph().tasks["@compute"].cost
    once, tile, element = cost.rounds
    assert (element.loaded, element.stored, once.loaded, tile.stored) == (8, 4, 0, 0)
    assert element.operations == 8, "two loads, a store, a product, a sum, two of indices, a comparison"
    load = asyncir.compile(EXAMPLES / "triad.mlir").task_graph().tasks["@load"].cost
    assert [one.copies for one in load.rounds] == [0, 2]
    assert cost.live_words > 4


def test_a_recursive_task_goes_round() -> None:
    graph = asyncir.compile(EXAMPLES / "fib.mlir").task_graph()
    assert list(graph.tasks) == ["@fib", "@fib_task", "@fib_task#2", "@fib_task#3"]
    assert ("@fib_task#2", "@fib_task#3", "starts") in graph.edges
    assert set(graph.critical_path()) == set(graph.tasks)


def test_forms(capfd: pytest.CaptureFixture[str]) -> None:
    file = str(EXAMPLES / "triad.mlir")
    assert main(["graph", file, "--json"]) == 0
    found = json.loads(capfd.readouterr().out)
    assert found["critical_path"] == ["@triad", "@load", "@compute"]
    assert {"from": "@load", "to": "%ch", "kind": "fills"} in found["edges"]
    assert found["channels"][0]["shape"] == "4 slots, 1 writers, 1 readers"
    assert main(["graph", file, "--dot"]) == 0
    assert '"%ch" -> "@compute" [label="feeds"];' in capfd.readouterr().out
    assert main(["graph", file]) == 0
    assert "critical path: @triad -> @load -> @compute" in capfd.readouterr().out


def test_is_that_of_the_source() -> None:
    text = asyncir.compile(EXAMPLES / "triad.mlir").dump("split")
    assert isinstance(text, str)
    with pytest.raises(InputError, match="the program is at the level 'split': its task graph is that of its source"):
        asyncir.compile(text).task_graph()
